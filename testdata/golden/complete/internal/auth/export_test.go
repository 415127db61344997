package auth

// OccupyHasher occupies all slots for hashing until release is called, so that
// whoever needs one waits.
func (s *Service) OccupyHasher() (release func()) {
	for range cap(s.hasher.slots) {
		s.hasher.slots <- struct{}{}
	}
	return func() {
		for range cap(s.hasher.slots) {
			<-s.hasher.slots
		}
	}
}

// HashWith replaces the hasher of the service: with that cost, for so many at a
// time, or as many as usual when slots is 0.
func (s *Service) HashWith(cost, slots int) {
	s.hasher = NewHasher(cost)
	if slots > 0 {
		s.hasher.slots = make(chan struct{}, slots)
	}
	<-s.hasher.made
}

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

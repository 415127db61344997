package auth

// HashWith gives the service another hasher: of that cost, for so many at a
// time, or as many as usual when slots is 0.
func (s *Service) HashWith(cost, slots int) {
	s.hasher = NewHasher(cost)
	if slots > 0 {
		s.hasher.slots = make(chan struct{}, slots)
	}
	<-s.hasher.made
}

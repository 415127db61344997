package auth

import "context"

// Hasher takes the place of the one with bcrypt, so that a log-in can be
// measured besides its hash.
type Hasher struct{}

func NewHasher(int) *Hasher { return &Hasher{} }

func (h *Hasher) Hash(_ context.Context, password string) (string, error) {
	return "plain:" + password, nil
}

func (h *Hasher) Matches(_ context.Context, hash, password string) (bool, error) {
	return hash == "plain:"+password, nil
}

func (h *Hasher) Outdated(context.Context, string, string) (bool, error) { return false, nil }

func (h *Hasher) Valid(string) bool { return true }

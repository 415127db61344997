package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Hasher hashes and compares passwords with bcrypt. It leaves one processor
// to other requests, so that a storm of log-ins does not stop them.
type Hasher struct {
	cost  int
	slots chan struct{}
	// decoy is what unknown users are compared with: it has the form of a hash, and
	// the work of one, but was made from no password.
	decoy []byte
}

// NewHasher returns a Hasher of that cost.
func NewHasher(cost int) *Hasher {
	return &Hasher{
		cost:  cost,
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)),
		decoy: fmt.Appendf(nil, "$2a$%02d$%s", cost, strings.Repeat(".", 53)),
	}
}

// Hash returns the hash of password, which PasswordPolicy.Check has taken.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	hash, err := bcrypt.GenerateFromPassword([]byte(normalPassword(password)), h.cost)
	if err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	return string(hash), nil
}

// Matches reports whether hash was made from password, in its normal form or, as
// it may have been made before that was looked at, as it was typed. What is no
// hash, as unknown users have none, matches nothing and takes as long as any
// other; so does a hash of a lower cost.
func (h *Hasher) Matches(ctx context.Context, hash, password string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	normal := normalPassword(password)
	matches, err := h.compare(hash, normal)
	if err != nil || matches || normal == password {
		return matches, err
	}
	return h.compare(hash, password)
}

func (h *Hasher) compare(hash, password string) (bool, error) {
	possible := h.Valid(hash) && len(password) <= maxPasswordBytes && !strings.ContainsRune(password, 0)
	compared, typed := []byte(hash), []byte(password)
	if !possible {
		compared, typed = h.decoy, []byte("not the decoy")
	}
	err := bcrypt.CompareHashAndPassword(compared, typed)
	// Each step of cost doubles the work, so these add up to what is missing.
	for cost, _ := bcrypt.Cost(compared); cost < h.cost; cost++ {
		if _, err := bcrypt.GenerateFromPassword(typed, cost); err != nil {
			return false, fmt.Errorf("comparing a password: %w", err)
		}
	}
	if err != nil && !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return false, fmt.Errorf("comparing a password: %w", err)
	}
	return possible && err == nil, nil
}

// Outdated reports whether hash, which matches password, is not what would be
// made today: it is weaker, or made from another form of the password. Only
// passwords that were typed in another form cost a comparison.
func (h *Hasher) Outdated(ctx context.Context, hash, password string) (bool, error) {
	cost, err := bcrypt.Cost([]byte(hash))
	if err != nil || cost < h.cost {
		return err == nil, nil
	}
	normal := normalPassword(password)
	if normal == password {
		return false, nil
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	matches, err := h.compare(hash, normal)
	return !matches, err
}

// Valid reports whether hash is one that Matches can compare.
func (h *Hasher) Valid(hash string) bool {
	_, err := bcrypt.Cost([]byte(hash))
	return err == nil
}

// enter waits for a free slot, or until ctx ends.
func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) leave() { <-h.slots }

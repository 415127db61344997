package auth

import (
	"context"
	"log/slog"
)

// BreachedPasswords is a list of passwords that appeared in data breaches.
type BreachedPasswords interface {
	// Has reports whether the list has a password. An error means that it
	// could not be asked.
	Has(ctx context.Context, password string) (bool, error)
}

// unaskedNoted is how many seconds pass between two warnings that the list
// can't be asked.
const unaskedNoted = 60

// checkBreached refuses a new password that appeared in a data breach (NIST SP
// 800-63B-4 §3.1.1.2, ASVS 6.2.12). It goes after all other rules, so that what
// they refuse is not asked for. If the list can't be asked, the password is
// accepted: nobody should be kept from an account by the list's outage.
func (s *Service) checkBreached(ctx context.Context, field, password string) error {
	if s.config.Breached == nil {
		return nil
	}
	found, err := s.config.Breached.Has(ctx, normalPassword(password))
	if found {
		return invalid(field, "This password appears in a known data breach")
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // The client left.
	}
	if err != nil {
		s.noteUnasked(ctx, err)
	}
	return nil
}

// noteUnasked warns of a list that can't be asked, once a minute.
func (s *Service) noteUnasked(ctx context.Context, err error) {
	before, now := s.warned.Load(), s.now().Unix()
	if now-before >= unaskedNoted && s.warned.CompareAndSwap(before, now) {
		s.log.WarnContext(ctx, "new passwords are not looked up in BREACHED_PASSWORDS_URL", slog.Any("error", err))
	}
}

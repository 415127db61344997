package auth

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"example.com/myapi/internal/client"
)

// maxPasswordBytes is what bcrypt reads; it would ignore the rest.
const maxPasswordBytes = 72

//go:embed common_passwords.txt
var commonPasswordsFile string

// commonPasswords is read at the first use, which is not at start.
var commonPasswords = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonPasswordsFile) {
		if line = strings.TrimSpace(line); line != "" && line != "#" && !strings.HasPrefix(line, "# ") {
			set[line] = true
		}
	}
	return set
})

// PasswordPolicy is what a new password must be like. NIST SP 800-63B-4
// §3.1.1.2 asks for length and against common passwords, and forbids rules of
// composition; the Require fields are there for those who must have them.
type PasswordPolicy struct {
	MinLength    int // in code points
	RequireUpper bool
	RequireLower bool
	RequireDigit bool
}

// Check refuses password as the new one of a user with that name and address.
// field is what the request calls it. Rules of your own belong here.
func (p PasswordPolicy) Check(field, password, appName, username, email string) error {
	has := func(class func(rune) bool) bool { return strings.ContainsFunc(password, class) }
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < p.MinLength:
		return invalid(field, fmt.Sprintf("Password must be at least %d characters", p.MinLength))
	case len(password) > maxPasswordBytes:
		return invalid(field, fmt.Sprintf("Password must be at most %d bytes", maxPasswordBytes))
	case strings.ContainsRune(password, 0):
		return invalid(field, "Password must not contain a NUL character")
	case p.RequireUpper && !has(unicode.IsUpper):
		return invalid(field, "Password must contain uppercase letter")
	case p.RequireLower && !has(unicode.IsLower):
		return invalid(field, "Password must contain lowercase letter")
	case p.RequireDigit && !has(unicode.IsDigit):
		return invalid(field, "Password must contain digit")
	case commonPasswords()[lower]:
		return invalid(field, "Password is too common")
	case derived(lower, appName, username, email):
		return invalid(field, "Password must not be your name, your email or the name of this service")
	}
	return nil
}

// derived reports whether password is one of the words, or one with nothing
// but digits and signs around it.
func derived(password, appName, username, email string) bool {
	local, _, _ := strings.Cut(email, "@")
	core := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, word := range []string{appName, username, email, local} {
		word = strings.ToLower(word)
		wordCore := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		if password == word || (wordCore != "" && core == wordCore) {
			return true
		}
	}
	return false
}

// ChangePassword replaces the user's password and ends the other sessions. A
// wrong current one is ErrWrongPassword and counts as a failed log-in.
func (s *Service) ChangePassword(ctx context.Context, from client.Client, identity Identity, current, replacement string) error {
	user := identity.User
	err := s.config.Passwords.Check("new_password", replacement, s.config.AppName, user.Username, user.Email)
	if err != nil {
		return err
	}
	try := attempt{AccountOf(user.ID), from.Network(), ErrWrongPassword}
	if err := s.checkLock(ctx, try); err != nil {
		return s.passwordNotChanged(ctx, user, err)
	}
	hashed, matched := s.replaceHash(ctx, user, current, replacement)
	err = s.conclude(ctx, try, matched, func(tx Tx) error {
		stored, err := tx.LockUser(ctx, user.ID)
		if err != nil {
			return err
		}
		if !samePassword(user, stored) || !Allowed(stored) {
			return ErrWrongPassword
		}
		stored.setPassword(hashed)
		if err := s.passwordChanged(ctx, tx, &stored, identity.SessionID); err != nil {
			return err
		}
		return tx.UpdateUser(ctx, stored)
	})
	if err != nil {
		return s.passwordNotChanged(ctx, user, err)
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_password_change", userID(user.ID))
	return nil
}

// replaceHash compares a user's current password and hashes its replacement.
// The error is ErrWrongPassword when the current one is not right.
func (s *Service) replaceHash(ctx context.Context, user User, current, replacement string) (string, error) {
	matches, err := s.hasher.Matches(ctx, user.HashedPassword, current)
	if err != nil {
		return "", err
	}
	if !matches {
		return "", ErrWrongPassword
	}
	return s.hasher.Hash(ctx, replacement)
}

func (s *Service) passwordNotChanged(ctx context.Context, user User, err error) error {
	var refused *Error
	if errors.As(err, &refused) {
		s.audit(ctx, slog.LevelWarn, "authn_password_change_fail", userID(user.ID))
	}
	return err
}

// ForgotPassword queues a mail with a reset link for whoever has that address;
// see ResendVerification.
func (s *Service) ForgotPassword(ctx context.Context, email string) error {
	return s.request(ctx, MailReset, email)
}

// ResetPassword takes the token of a reset mail and sets a new password. It
// ends all sessions, lifts a lock and opens no session. A refused password is
// an Error that names new_password and leaves the token good; any other token
// is ErrMailToken.
func (s *Service) ResetPassword(ctx context.Context, token, replacement string) error {
	user, err := s.resettable(ctx, token)
	if err != nil {
		return err
	}
	err = s.config.Passwords.Check("new_password", replacement, s.config.AppName, user.Username, user.Email)
	if err != nil {
		return err
	}
	hashed, err := s.hasher.Hash(ctx, replacement)
	if err != nil {
		return err
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		redeemed, owner, err := s.redeem(ctx, tx, hash(token), TypeReset)
		if err != nil {
			return err
		}
		user = owner
		if redeemed.SentTo != user.Email || !Allowed(user) {
			return ErrNoToken
		}
		user.setPassword(hashed)
		if err := s.passwordReset(ctx, tx, &user); err != nil {
			return err
		}
		return tx.UpdateUser(ctx, user)
	})
	if errors.Is(err, ErrNoToken) {
		return ErrMailToken
	}
	if err != nil {
		return err
	}
	s.wake()
	s.audit(ctx, slog.LevelInfo, "authn_password_reset", userID(user.ID))
	return nil
}

// resettable finds whose password a token may reset, without redeeming it.
func (s *Service) resettable(ctx context.Context, token string) (User, error) {
	found, err := s.store.Token(ctx, hash(token), TypeReset, s.now())
	if errors.Is(err, ErrNoToken) {
		return User{}, ErrMailToken
	}
	if err != nil {
		return User{}, err
	}
	user, err := s.store.UserByID(ctx, found.UserID)
	if errors.Is(err, ErrUserNotFound) {
		return User{}, ErrMailToken
	}
	return user, err
}

package auth

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.com/myapi/internal/client"
)

// maxPasswordBytes is what bcrypt reads; it would ignore the rest.
const maxPasswordBytes = 72

//go:embed common_passwords.txt
var commonPasswordsFile string

// shortestWord is how long a word has to be to make a password common, whatever
// digits and signs are around it.
const shortestWord = 6

// commonPasswords is read at the first use, which is not at start. The words
// within decorated passwords count too: monkey123 stands for monkey.
var commonPasswords = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonPasswordsFile) {
		if line = strings.TrimSpace(line); line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		set[line] = true
		if word := strings.TrimFunc(line, notLetter); len(word) >= shortestWord {
			set[word] = true
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

// normalPassword returns the one form in which a password is judged, hashed and
// compared, whichever keyboard typed it (NIST SP 800-63B-4 §3.1.1.2).
func normalPassword(typed string) string { return norm.NFKC.String(typed) }

// Check refuses password as the new one of a user with that name and address.
// field is what the request calls it. Rules of your own belong here.
func (p PasswordPolicy) Check(field, password, appName, username, email string) error {
	password = normalPassword(password)
	has := func(class func(rune) bool) bool { return strings.ContainsFunc(password, class) }
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < p.MinLength:
		return invalid(field, fmt.Sprintf("Password must be at least %d characters", p.MinLength))
	case len(password) > maxPasswordBytes:
		return invalid(field, fmt.Sprintf("Password must be at most %d bytes", maxPasswordBytes))
	case strings.ContainsRune(password, 0):
		return invalid(field, "Password must not contain a NUL character")
	case !has(isVisible):
		return invalid(field, "Password must have characters that can be seen")
	case p.RequireUpper && !has(unicode.IsUpper):
		return invalid(field, "Password must contain uppercase letter")
	case p.RequireLower && !has(unicode.IsLower):
		return invalid(field, "Password must contain lowercase letter")
	case p.RequireDigit && !has(unicode.IsDigit):
		return invalid(field, "Password must contain digit")
	case commonPasswords()[lower]:
		return invalid(field, "Password is too common")
	case isDecorated(lower) || isSeason(lower):
		return invalid(field, "Password is too common")
	case derived(lower, appName, username, email):
		return invalid(field, "Password must not be your name, your email or the name of this service")
	}
	return nil
}

// isVisible reports whether r leaves a mark on a screen. Some letters and
// symbols leave none, such as the fillers of Hangul and the blank of Braille.
func isVisible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != '\u2800' && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// isDecorated reports whether password is a common one behind its usual
// decorations: digits and signs around it, signs in place of letters, and itself
// once more.
func isDecorated(password string) bool {
	notWord := func(r rune) bool { return notLetter(r) && !unicode.IsDigit(r) }
	plain := strings.NewReplacer("@", "a", "4", "a", "3", "e", "0", "o", "$", "s", "5", "s", "7", "t", "1", "i", "!", "i")
	withL := strings.NewReplacer("1", "l", "!", "l")
	for _, bare := range []string{strings.TrimFunc(password, notWord), strings.TrimFunc(password, notLetter), password} {
		for _, word := range []string{bare, plain.Replace(bare), plain.Replace(withL.Replace(bare))} {
			if commonPasswords()[word] || commonPasswords()[halfOf(word)] {
				return true
			}
		}
	}
	return false
}

// halfOf returns what a word repeats, with a sign between or without one; the
// word itself if it repeats nothing.
func halfOf(word string) string {
	half := word[:len(word)/2]
	if rest := strings.TrimPrefix(word, half); rest == half || len(rest) == len(half)+1 && rest[1:] == half {
		return half
	}
	return word
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// isSeason reports whether password is a season or a month with digits and
// signs, which rules that passwords expire have taught people.
func isSeason(password string) bool {
	word := strings.TrimFunc(password, notLetter)
	return slices.Contains([]string{
		"spring", "summer", "autumn", "fall", "winter",
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
	}, word)
}

// derived reports whether password is made of the words, of a part of one of them
// (johndoejohn), and of digits and signs, and of nothing else.
func derived(password, appName, username, email string) bool {
	local, _, _ := strings.Cut(email, "@")
	rest, repeated := password, []string{}
	for _, word := range []string{email, appName, username, local} {
		core := strings.TrimFunc(strings.ToLower(word), func(r rune) bool { return !unicode.IsLetter(r) })
		if password == strings.ToLower(word) {
			return true
		}
		if core != "" && strings.Contains(rest, core) {
			rest, repeated = strings.ReplaceAll(rest, core, ""), append(repeated, strings.Repeat(core, 3))
		}
	}
	letters := strings.Map(func(r rune) rune {
		if notLetter(r) {
			return -1
		}
		return r
	}, rest)
	return slices.ContainsFunc(repeated, func(words string) bool { return strings.Contains(words, letters) })
}

// ChangePassword replaces the user's password and ends the other sessions. A
// wrong current one is ErrWrongPassword and counts as a failed log-in.
func (s *Service) ChangePassword(ctx context.Context, from client.Client, identity Identity, current, replacement string) error {
	user := identity.User
	if err := s.checkReplacement(ctx, user, replacement); err != nil {
		return err
	}
	try := attempt{user: user, account: AccountOf(user.ID), network: from.Network(), wrong: ErrWrongPassword}
	if err := s.checkLock(ctx, try); err != nil {
		return s.concludeChange(ctx, user, err)
	}
	hashed, matched := s.replaceHash(ctx, user, current, replacement)
	err := s.conclude(ctx, try, matched, func(tx Tx) error {
		stored, err := tx.LockUser(ctx, ByID(user.ID))
		if err != nil {
			return err
		}
		if !samePassword(user, stored) || !Allowed(stored) {
			return ErrWrongPassword
		}
		return s.replacePassword(ctx, tx, stored, hashed, identity.SessionID)
	})
	return s.concludeChange(ctx, user, err)
}

// checkReplacement refuses what can't be a user's new password.
func (s *Service) checkReplacement(ctx context.Context, user User, replacement string) error {
	const field = "new_password"
	if err := s.config.Passwords.Check(field, replacement, s.config.AppName, user.Username, user.Email); err != nil {
		return err
	}
	return s.checkBreached(ctx, field, replacement)
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

// replacePassword stores a user's new password, and ends what that ends, but for the
// session to keep.
func (s *Service) replacePassword(ctx context.Context, tx Tx, user User, hashed, keep string) error {
	user.setPassword(hashed)
	if err := s.passwordChanged(ctx, tx, &user, keep); err != nil {
		return err
	}
	return tx.UpdateUser(ctx, user)
}

// concludeChange logs that a password was changed, or that the change was refused, and
// returns the error of the change.
func (s *Service) concludeChange(ctx context.Context, user User, err error) error {
	var refused *Error
	switch {
	case err == nil:
		s.audit(ctx, slog.LevelInfo, "authn_password_change", userID(user.ID))
	case errors.As(err, &refused):
		s.audit(ctx, slog.LevelWarn, "authn_password_change_fail", userID(user.ID))
	}
	return err
}

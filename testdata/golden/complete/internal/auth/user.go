package auth

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// User is an account.
type User struct {
	ID             int64
	Email          string // normalised by ParseEmail
	Username       string // as typed; unique without regard to case
	HashedPassword string
	PasswordSerial int64
	IsVerified     bool   // Email is proved to be the user's
	PendingEmail   string // asked for, and Email once it is confirmed; empty if none
	FormerEmail    string // the last confirmed one, while Email, which a superuser set, is not; empty if none
	IsActive       bool
	IsSuperuser    bool
	CreatedAt      time.Time
}

// Allowed reports whether a user may use the service. It is asked at log-in
// and on every request, so a refusal that you add here acts at once and looks
// like a wrong password to those who try to log in:
//
//	return user.IsActive && !user.IsBanned
func Allowed(user User) bool {
	return user.IsActive
}

// samePassword reports whether the password of a user is what it was before.
func samePassword(before, now User) bool { return before.PasswordSerial == now.PasswordSerial }

// setPassword gives a user another password, by its hash. The serial tells it
// from the one before; hashing a password anew leaves that alone.
func (u *User) setPassword(hashed string) {
	u.HashedPassword = hashed
	u.PasswordSerial++
}

// confirm notes that the user has proved to own Email.
func (u *User) confirm() {
	u.IsVerified, u.FormerEmail = true, ""
}

// Changes are the fields of an account to change; nil leaves one as it is.
type Changes struct {
	Email       *string
	Username    *string
	IsActive    *bool // by a superuser only
	IsSuperuser *bool // by a superuser only
}

// apply returns user with the changes, or an Error that names faulty fields.
func (c Changes) apply(user User) (User, error) {
	var emailErr, usernameErr error
	if c.Email != nil {
		user.Email, emailErr = ParseEmail(*c.Email)
	}
	if c.Username != nil {
		user.Username, usernameErr = ParseUsername(*c.Username)
	}
	if c.IsActive != nil {
		user.IsActive = *c.IsActive
	}
	if c.IsSuperuser != nil {
		user.IsSuperuser = *c.IsSuperuser
	}
	return user, join(emailErr, usernameErr)
}

// UsernamePattern is what a user name looks like.
const UsernamePattern = `^[A-Za-z0-9._-]{3,50}$`

var username = regexp.MustCompile(UsernamePattern)

// ParseUsername returns the user name that was typed: 3 to 50 letters, digits,
// dots, underscores and hyphens, which no e-mail address can be. Nothing is cut
// off: what a user is told of their name is what they typed.
func ParseUsername(typed string) (string, error) {
	if !username.MatchString(typed) {
		return "", invalid("username", "Username must be 3 to 50 letters, digits, dots, underscores or hyphens")
	}
	return typed, nil
}

// ParseEmail returns the normal form of the address that was typed: trimmed,
// lower case, Unicode NFC. It takes a bare address with a full domain, at most
// 254 bytes long (RFC 5321 §4.5.3.1), and no display name.
func ParseEmail(typed string) (string, error) {
	refused := invalid("email", "Email must be an address like user@example.com")
	address := Fold(strings.TrimSpace(typed))
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || len(address) > 254 {
		return "", refused
	}
	at := strings.LastIndexByte(address, '@')
	if at > 64 || strings.ContainsAny(address, "\"<>()[]\\,;: ") || strings.ContainsFunc(address, isInvisible) || !isDomain(address[at+1:]) {
		return "", refused
	}
	return address, nil
}

// Fold gives the one form in which a name or an address is looked for and
// counted, however it was typed: lower case, Unicode NFC.
func Fold(typed string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(typed)))
}

// isInvisible reports whether r would make two addresses look the same.
func isInvisible(r rune) bool { return !unicode.IsPrint(r) }

var label = regexp.MustCompile(`^[\pL\pN]([\pL\pN\pM-]{0,61}[\pL\pN\pM])?$`)

// isDomain reports whether domain has at least two labels (RFC 1035 §2.3.1,
// letters of any script) and no numeric last one, which only addresses have.
func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if !label.MatchString(l) {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

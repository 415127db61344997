package auth

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// UsernamePattern is what a user name looks like.
const UsernamePattern = `^[A-Za-z0-9._-]{3,50}$`

var username = regexp.MustCompile(UsernamePattern)

// ParseUsername returns the user name that was typed: 3 to 50 letters, digits,
// dots, underscores and hyphens, which no e-mail address can be. Nothing is cut
// off: the name that a user sees is the one that they typed.
func ParseUsername(typed string) (string, error) {
	if !username.MatchString(typed) {
		return "", invalid("username", "Username must be 3 to 50 letters, digits, dots, underscores or hyphens")
	}
	return typed, nil
}

// checkReserved refuses the names that only operators hand out: others would
// take their holder for somebody who speaks for the service. RFC 2142 names
// mailboxes of the kind.
func (s *Service) checkReserved(username string) error {
	bare := func(name string) string { return strings.ToLower(strings.Trim(name, "._-")) }
	reserved := append([]string{
		"abuse", "admin", "administrator", "contact", "help", "helpdesk", "hostmaster", "info", "mailer-daemon", "moderator",
		"no-reply", "noreply", "operator", "owner", "postmaster", "root", "security", "staff", "superuser", "support",
		"sysadmin", "system", "webmaster",
	}, s.config.ReservedUsernames...)
	if slices.ContainsFunc(reserved, func(name string) bool { return bare(name) == bare(username) }) {
		return invalid("username", "Username is reserved")
	}
	return nil
}

// ParseEmail returns the one form of the address that was typed: trimmed, in
// lower case, its domain in ASCII (RFC 5891). The address is bare, has a full
// domain, and is at most 254 bytes long (RFC 5321 §4.5.3.1). The part before the
// @ is ASCII, since few mail servers take any other (RFC 6531).
func ParseEmail(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	at := strings.LastIndexByte(typed, '@')
	if at < 0 {
		return "", invalid("email", "Email must be an address like user@example.com")
	}
	if strings.ContainsFunc(typed[:at], func(r rune) bool { return r > '~' }) { // Some of them are ASCII in lower case.
		return "", invalid("email", "Email must have no letters but a to z before the @")
	}
	local := strings.ToLower(typed[:at])
	domain, err := idna.Lookup.ToASCII(typed[at+1:])
	address := local + "@" + domain
	if err != nil || !isLocal(local) || !isDomain(domain) || len(address) > 254 {
		return "", invalid("email", "Email must be an address like user@example.com")
	}
	return address, nil
}

// isLocal reports whether s can stand before an @: atoms of at most 64 bytes
// with dots between them (RFC 5321 §4.1.2). Signs that mail servers have read
// as a route to another host (! and %), or as encoded words (=?), are refused.
func isLocal(s string) bool {
	const atom = "abcdefghijklmnopqrstuvwxyz0123456789#$&'*+-/=?^_{|}~"
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || strings.Trim(part, atom) != "" {
			return false
		}
	}
	return len(s) <= 64 && !strings.Contains(s, "=?")
}

// isDomain reports whether an ASCII domain has at least two labels (RFC 1035
// §2.3.1) and no numeric last one, which only addresses have.
func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return len(labels) > 1 && strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

// Fold returns the one form in which a name or an address is looked for and
// counted, however it was typed.
func Fold(typed string) string {
	if address, err := ParseEmail(typed); err == nil {
		return address
	}
	return norm.NFC.String(strings.ToLower(norm.NFC.String(typed)))
}

// Forms returns what an address that was typed may be stored as: Fold, and with
// a domain in Unicode what was stored before domains had one form.
func Forms(typed string) []string {
	folded := Fold(typed)
	local, domain, _ := strings.Cut(folded, "@")
	if unicode, err := idna.Lookup.ToUnicode(domain); err == nil && unicode != domain {
		return []string{folded, local + "@" + unicode}
	}
	return []string{folded}
}

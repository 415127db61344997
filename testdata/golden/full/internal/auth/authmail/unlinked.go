package authmail

import (
	"regexp"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// unlinked returns a user's name so that no mail program makes a link of it:
// "shop.example.com" becomes "shop[.]example[.]com". Whoever registers with the
// address of somebody else would otherwise send them a link of their choice.
func unlinked(name string) string {
	if !isLinked(name) {
		return name
	}
	return linkSigns.ReplaceAllString(name, "[$0]")
}

var (
	// linkSigns are what links are made of, and the dots of other scripts, which
	// browsers take for one (UTS #46 §4.5).
	linkSigns = regexp.MustCompile(`[.:/@\x{3002}\x{FF0E}\x{FF61}\x{FF1A}\x{FF0F}\x{FF20}]`)
	ipAddress = regexp.MustCompile(`[0-9]+(\.[0-9]+){3}`)
	labelEnd  = regexp.MustCompile(`[^\pL\pM\pN-]`)
)

// isLinked reports whether a mail program may turn a part of name into a link: a
// scheme, an address, www., an IP address, or a domain with an existing ending. The
// few programs that link any name with a dot are beyond help.
func isLinked(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(norm.NFKC.String(name), "。", "."))
	if strings.ContainsAny(name, ":/@") || strings.Contains(name, "www.") || ipAddress.MatchString(name) {
		return true
	}
	parts := strings.Split(name, ".")
	for _, part := range parts[1:] {
		label := labelEnd.Split(part, 2)[0]
		word, _, _ := strings.Cut(label, "-")
		if isEnding(label) || isEnding(word) {
			return true
		}
	}
	return false
}

// isEnding reports whether label is a top-level domain.
func isEnding(label string) bool {
	ascii, err := idna.Lookup.ToASCII(label)
	if err != nil || ascii == "" {
		return false
	}
	_, known := publicsuffix.PublicSuffix("name." + ascii)
	return known
}

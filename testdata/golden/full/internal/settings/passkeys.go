package settings

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/myapi/internal/auth"
)

// Passkeys configures passkeys.
type Passkeys struct {
	PasskeyRPID     string   `env:"PASSKEY_RP_ID"`
	PasskeyOrigins  []string `env:"PASSKEY_ORIGINS"`
	PasskeysPerUser int      `env:"PASSKEYS_PER_USER" envDefault:"20"`
}

// PasskeyConfig returns the settings for package auth.
func (p Passkeys) PasskeyConfig() auth.PasskeyConfig {
	return auth.PasskeyConfig{RPID: p.PasskeyRPID, Origins: p.PasskeyOrigins, PerUser: p.PasskeysPerUser}
}

// completePasskeys sets what follows from the addresses of the service. Of an address
// that is not on the domain, no page can use passkeys.
func (s *Settings) completePasskeys() {
	s.PasskeyRPID = strings.ToLower(asciiDomain(s.PasskeyRPID))
	given := len(s.PasskeyOrigins) > 0
	for _, address := range []string{s.FrontendURL, s.PublicURL} {
		u, err := url.Parse(address)
		if err != nil || u.Hostname() == "" {
			continue
		}
		origin, host := originOf(u)
		s.PasskeyRPID = firstOf(s.PasskeyRPID, host)
		if !given && isOnDomain(host, s.PasskeyRPID) && !slices.Contains(s.PasskeyOrigins, origin) {
			s.PasskeyOrigins = append(s.PasskeyOrigins, origin)
		}
	}
}

// originOf returns the origin of an address as browsers write it, and its host.
func originOf(u *url.URL) (origin, host string) {
	host = strings.TrimSuffix(strings.ToLower(asciiDomain(u.Hostname())), ".")
	shown := host
	if strings.Contains(host, ":") {
		shown = "[" + host + "]"
	}
	if port := u.Port(); port != "" && u.Scheme+port != "https443" && u.Scheme+port != "http80" {
		shown += ":" + port
	}
	return u.Scheme + "://" + shown, host
}

// isOnDomain reports whether a host is the domain, or a subdomain of it.
func isOnDomain(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// androidOrigin is that of an app: the hash of the certificate that signs it.
var androidOrigin = regexp.MustCompile(`^android:apk-key-hash:[A-Za-z0-9_-]{43}$`)

func (p *Passkeys) check(c *check, development bool) {
	c.within("PASSKEYS_PER_USER", p.PasskeysPerUser, 1, 100)
	if p.PasskeyRPID == "" {
		return // PUBLIC_URL has a line of its own.
	}
	if !isRPID(p.PasskeyRPID, development) {
		c.add("PASSKEY_RP_ID", "PASSKEY_RP_ID %.100q: use the domain that users see, such as example.com, without scheme and port; passkeys are for no IP address, and for no single word but localhost in development", p.PasskeyRPID)
		return
	}
	if len(p.PasskeyOrigins) == 0 {
		c.add("PASSKEY_RP_ID", "PASSKEY_RP_ID %.100q: neither FRONTEND_URL nor PUBLIC_URL is on this domain: use one that is, or set PASSKEY_ORIGINS", p.PasskeyRPID)
	}
	for _, origin := range p.PasskeyOrigins {
		if fault := p.originFault(origin, development); fault != "" {
			c.add("PASSKEY_ORIGINS", "PASSKEY_ORIGINS %.100q: %s", origin, fault)
		}
	}
}

// isRPID reports whether passkeys can be made for a domain.
func isRPID(domain string, development bool) bool {
	if _, err := netip.ParseAddr(domain); err == nil || !isHost(domain) {
		return false
	}
	return strings.Contains(strings.Trim(domain, "."), ".") || domain == "localhost" && development
}

// originFault returns what is wrong with an origin; empty for nothing.
func (p *Passkeys) originFault(origin string, development bool) string {
	if androidOrigin.MatchString(origin) {
		return ""
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return "use exact origins such as https://app.example.com, or android:apk-key-hash:…, separated by commas"
	}
	exact, host := originOf(u)
	switch {
	case exact != origin:
		return "use the origin as browsers write it, " + exact
	case u.Scheme == "http" && !development:
		return "use https outside development"
	case !isOnDomain(host, p.PasskeyRPID):
		return "use origins of PASSKEY_RP_ID " + p.PasskeyRPID + " and its subdomains; others can't use its passkeys"
	}
	return ""
}

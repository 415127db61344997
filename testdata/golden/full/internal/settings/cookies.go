package settings

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Cookies configures sessions that browsers keep in a cookie.
type Cookies struct {
	SessionCookieSameSite string `env:"SESSION_COOKIE_SAMESITE" envDefault:"lax"`
}

// SameSite returns the setting as net/http has it. There is no none: pages of
// another site would send the cookie, and not only yours.
func (c Cookies) SameSite() http.SameSite {
	if c.SessionCookieSameSite == "strict" {
		return http.SameSiteStrictMode
	}
	return http.SameSiteLaxMode
}

func (c *Cookies) check(to *check, _ bool) {
	to.oneOf("SESSION_COOKIE_SAMESITE", &c.SessionCookieSameSite, "lax", "strict")
}

// TrustedOrigins returns the origins whose pages may change something for the
// user of a cookie, as browsers send them.
func (s Settings) TrustedOrigins() []string {
	origins := slices.Clone(s.CORSAllowedOrigins)
	for _, address := range []string{s.PublicURL, s.FrontendURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			continue
		}
		host := strings.ToLower(u.Host)
		if u.Scheme == "https" {
			host = strings.TrimSuffix(host, ":443")
		}
		origins = append(origins, u.Scheme+"://"+host)
	}
	return origins
}

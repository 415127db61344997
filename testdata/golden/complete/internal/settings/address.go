package settings

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// compilerTarget is what conda exports as HOST, such as x86_64-conda-linux-gnu.
var compilerTarget = regexp.MustCompile(`^[a-z0-9_]+-(apple|conda|linux|pc|unknown|w64)-`)

// tidyAddress understands a HOST that has the port, a scheme or brackets.
func (c *check) tidyAddress() {
	v := c.values
	v["PORT"] = portNumber(v["PORT"])
	written := v["HOST"]
	if written == "" {
		return
	}
	const allowed = "an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all"
	if strings.Contains(written, "@") { // It may contain a password.
		c.add("HOST", "HOST: use "+allowed)
		return
	}
	host := written
	for _, scheme := range []string{"http://", "https://", "tcp://"} {
		host = strings.TrimPrefix(host, scheme)
	}
	host = strings.TrimSuffix(host, "/")
	host = strings.Trim(c.takePort("HOST", "PORT", host, allowed), "[]")
	switch {
	case compilerTarget.MatchString(host):
		c.add("HOST", "HOST %.100q is the target of a compiler, which conda exports: unset HOST, or use 127.0.0.1, or 0.0.0.0 for all addresses", written)
	case !isHost(host):
		c.refuse("HOST", allowed)
	}
	v["HOST"] = host
}

// headerName is a name without the wildcard (RFC 9110 §5.1).
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'+.^_`|~-]+$")

// origin returns an origin as browsers send it (RFC 6454 §6.2): in lower case,
// with an ASCII host and without a default port. An app's origin, such as
// capacitor://localhost, stays as it is.
func (c *check) origin(typed string) string {
	u, err := url.Parse(strings.TrimSuffix(typed, "/"))
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || strings.Contains(typed, "*") {
		shown := fmt.Sprintf(" %.100q", typed)
		if strings.Contains(typed, "@") {
			shown = "" // It may contain a password.
		}
		c.add("CORS_ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGINS%s: use exact origins such as https://app.example.com, separated by commas", shown)
		return typed
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return u.Scheme + "://" + u.Host
	}
	host, port := u.Hostname(), u.Port()
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && (u.Scheme != "http" || port != "80") && (u.Scheme != "https" || port != "443") {
		host += ":" + port
	}
	return u.Scheme + "://" + strings.ToLower(host)
}

package settings

import (
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authprovider"
)

// OAuth configures log-in with providers. Each is on when its client id is set.
type OAuth struct {
	GoogleClientID     string   `env:"GOOGLE_CLIENT_ID"`
	GoogleClientSecret string   `env:"GOOGLE_CLIENT_SECRET"`
	GitHubClientID     string   `env:"GITHUB_CLIENT_ID"`
	GitHubClientSecret string   `env:"GITHUB_CLIENT_SECRET"`
	AppleClientID      string   `env:"APPLE_CLIENT_ID"`
	AppleTeamID        string   `env:"APPLE_TEAM_ID"`
	AppleKeyID         string   `env:"APPLE_KEY_ID"`
	ApplePrivateKey    string   `env:"APPLE_PRIVATE_KEY"`
	OIDCName           string   `env:"OIDC_NAME"`
	OIDCIssuer         string   `env:"OIDC_ISSUER"`
	OIDCClientID       string   `env:"OIDC_CLIENT_ID"`
	OIDCClientSecret   string   `env:"OIDC_CLIENT_SECRET"`
	OIDCScopes         string   `env:"OIDC_SCOPES" envDefault:"openid email profile"`
	OIDCEmailsVerified bool     `env:"OIDC_EMAILS_VERIFIED"`
	OAuthReturnURLs    []string `env:"OAUTH_RETURN_URLS"`
	OAuthRegistration  string   `env:"OAUTH_REGISTRATION"`

	// ProviderTransport sends the requests to providers, for tests; nil for the
	// transport of all other requests.
	ProviderTransport http.RoundTripper
}

// OAuthConfig returns the settings of log-in with providers for package auth.
func (s Settings) OAuthConfig() auth.OAuthConfig {
	returnURLs := s.OAuthReturnURLs
	if len(returnURLs) == 0 {
		returnURLs = []string{firstOf(s.FrontendURL, s.PublicURL) + "/oauth"}
	}
	if s.Environment == Development {
		returnURLs = append(slices.Clip(returnURLs), s.PublicURL+"/dev/account")
	}
	registration := s.RegistrationEnabled
	if chosen, err := parseBool(s.OAuthRegistration); err == nil {
		registration = chosen == true
	}
	return auth.OAuthConfig{
		Providers:    s.providers(authprovider.Web{Transport: s.ProviderTransport, Loopback: s.Environment == Development}),
		PublicURL:    s.PublicURL,
		ReturnURLs:   returnURLs,
		Registration: registration,
	}
}

// providers returns those that are on, in the order in which users see them.
func (o OAuth) providers(web authprovider.Web) []auth.Provider {
	var on []auth.Provider
	if o.GoogleClientID != "" {
		on = append(on, authprovider.NewGoogle(authprovider.Client{ID: o.GoogleClientID, Secret: o.GoogleClientSecret}, web))
	}
	if o.GitHubClientID != "" {
		on = append(on, authprovider.NewGitHub(authprovider.Client{ID: o.GitHubClientID, Secret: o.GitHubClientSecret}, web))
	}
	if key, err := authprovider.ParseAppleKey(o.ApplePrivateKey); o.AppleClientID != "" && err == nil {
		on = append(on, authprovider.NewApple(authprovider.AppleClient{ID: o.AppleClientID, TeamID: o.AppleTeamID, KeyID: o.AppleKeyID, Key: key}, web))
	}
	if o.OIDCClientID != "" {
		on = append(on, authprovider.NewOIDC(authprovider.Other{
			Client:         authprovider.Client{ID: o.OIDCClientID, Secret: o.OIDCClientSecret},
			Title:          o.title(),
			Issuer:         o.OIDCIssuer,
			Scopes:         strings.Fields(o.OIDCScopes),
			EmailsVerified: o.OIDCEmailsVerified,
		}, web))
	}
	return on
}

// title is what users read of the other provider.
func (o OAuth) title() string {
	if u, err := url.Parse(o.OIDCIssuer); err == nil {
		return firstOf(o.OIDCName, u.Hostname())
	}
	return o.OIDCName
}

func (o *OAuth) check(c *check, development bool) {
	c.together("GOOGLE_CLIENT_ID", "the client of the project in Google's console", "GOOGLE_CLIENT_SECRET")
	c.together("GITHUB_CLIENT_ID", "the OAuth app in GitHub's developer settings", "GITHUB_CLIENT_SECRET")
	c.together("APPLE_CLIENT_ID", "the Services ID and its key in Apple's developer account", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY")
	c.together("OIDC_CLIENT_ID", "the client that its operator has made", "OIDC_CLIENT_SECRET", "OIDC_ISSUER")
	o.checkApple(c)
	o.checkOIDC(c, development)
	for _, address := range o.OAuthReturnURLs {
		c.checkReturnURL(address, development)
	}
	if _, err := parseBool(o.OAuthRegistration); o.OAuthRegistration != "" && err != nil {
		c.refuse("OAUTH_REGISTRATION", "true or false, or leave it empty to follow REGISTRATION_ENABLED")
	}
}

// together refuses a client id without what belongs to it, and that without the id.
func (c *check) together(id, source string, others ...string) {
	for _, name := range others {
		switch {
		case c.values[id] != "" && c.values[name] == "":
			c.add(name, "%s is missing, and %s is set: copy it from %s, or set neither", name, id, source)
		case c.values[id] == "" && c.values[name] != "":
			c.add(id, "%s is missing, and %s is set: copy it from %s, or set neither", id, name, source)
		}
	}
}

// appleID is what Apple calls teams and keys.
var appleID = regexp.MustCompile(`^[A-Z0-9]{10}$`)

func (o OAuth) checkApple(c *check) {
	for name, value := range map[string]string{"APPLE_TEAM_ID": o.AppleTeamID, "APPLE_KEY_ID": o.AppleKeyID} {
		if value != "" && !appleID.MatchString(value) {
			c.refuse(name, "the 10 capital letters and digits that Apple shows")
		}
	}
	if o.ApplePrivateKey == "" {
		return
	}
	if _, err := authprovider.ParseAppleKey(o.ApplePrivateKey); err != nil {
		c.add("APPLE_PRIVATE_KEY", "APPLE_PRIVATE_KEY: %w: use the whole AuthKey file from Apple, with \\n for the end of each line, or name the file in APPLE_PRIVATE_KEY_FILE", err)
	}
}

// scope is what can be asked for (RFC 6749 §3.3).
var scope = regexp.MustCompile(`^[!#-\[\]-~]+$`)

func (o OAuth) checkOIDC(c *check, development bool) {
	scopes := strings.Fields(o.OIDCScopes)
	if !slices.Contains(scopes, "openid") || slices.ContainsFunc(scopes, func(s string) bool { return !scope.MatchString(s) }) {
		c.refuse("OIDC_SCOPES", "scopes with blanks between them, openid among them")
	}
	if strings.ContainsAny(o.OIDCName, "\r\n") || len(o.OIDCName) > 100 {
		c.refuse("OIDC_NAME", "one short line")
	}
	if o.OIDCIssuer == "" {
		return
	}
	u, err := url.Parse(o.OIDCIssuer)
	const allowed = "the https URL by which the provider names itself, such as https://login.example.com, without a password, ? and #"
	switch {
	case strings.ContainsAny(o.OIDCIssuer, "@?#"): // What follows may be a key.
		c.add("OIDC_ISSUER", "OIDC_ISSUER: use %s", allowed)
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		c.refuse("OIDC_ISSUER", allowed)
	case len(o.OIDCIssuer) > 191: // as databases have room for
		c.refuse("OIDC_ISSUER", "an address of at most 191 characters")
	case u.Scheme == "http" && !(development && isLoopbackHost(u.Hostname())):
		c.refuse("OIDC_ISSUER", "https; http is for providers on this machine, in development")
	case isSharedTenant(u):
		c.refuse("OIDC_ISSUER", "the issuer of your own tenant, https://login.microsoftonline.com/<tenant id>/v2.0: in a shared one, anyone can have any address")
	case slices.Contains([]string{authprovider.GoogleIssuer, authprovider.AppleIssuer, authprovider.GitHubIssuer}, strings.TrimSuffix(o.OIDCIssuer, "/")):
		c.refuse("OIDC_ISSUER", "another provider than Google, GitHub and Apple, which have settings of their own")
	}
}

// privateTenant is the id of the tenant of all private accounts.
const privateTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// isSharedTenant reports whether an issuer of Microsoft Entra is that of all tenants, or
// of all private accounts.
func isSharedTenant(u *url.URL) bool {
	tenant, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	return strings.HasSuffix(u.Hostname(), "microsoftonline.com") && slices.Contains([]string{"", "common", "organizations", "consumers", privateTenant}, strings.ToLower(tenant))
}

func isLoopbackHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// checkReturnURL refuses where no browser should be sent with a code. The scheme of an
// app is a domain of its owner's, the other way round (RFC 8252 §7.1), which no scheme
// that runs scripts is. An address of this machine is an app's, too (§7.3).
func (c *check) checkReturnURL(address string, development bool) {
	u, err := url.Parse(address)
	plain := !strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`\#*"<>`, r) })
	if err != nil || !plain || len(address) > 2000 || u.User != nil || !isReturnScheme(u, development) {
		c.add("OAUTH_RETURN_URLS", "OAUTH_RETURN_URLS %.100q: use whole addresses such as https://app.example.com/oauth, without #, * and a password, or of an app, such as com.example.app:/oauth", address)
	}
}

func isReturnScheme(u *url.URL, development bool) bool {
	switch u.Scheme {
	case "https":
		return u.Hostname() != ""
	case "http":
		return u.Hostname() != "" && (development || isLoopbackHost(u.Hostname()))
	}
	return strings.Contains(u.Scheme, ".")
}

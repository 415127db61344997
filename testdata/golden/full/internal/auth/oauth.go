package auth

import (
	"context"
	"errors"
)

// Provider is a service that says who its users are, so that they can log in here
// without a password. It is safe for concurrent use.
type Provider interface {
	// Name is what it is called in paths, as in google.
	Name() string
	// Title is what users read, as in Google.
	Title() string
	// Issuer is who says so; its subjects are unique within it.
	Issuer() string
	// PostsForm reports whether it answers with a form that the browser posts from the
	// provider's site to ours, as Apple does, and not with a link.
	PostsForm() bool
	// NamesIssuer reports whether all its answers name it in iss (RFC 9207 §3). The
	// error is ErrProviderUnavailable.
	NamesIssuer(ctx context.Context) (bool, error)
	// AuthURL returns the address at the provider where a log-in begins. The error is
	// ErrProviderUnavailable.
	AuthURL(ctx context.Context, request AuthRequest) (string, error)
	// Exchange redeems the code of the provider's answer, and returns whom it is about.
	// The error is ErrProviderUnavailable or ErrProviderRefused.
	Exchange(ctx context.Context, code string, request AuthRequest) (ProviderIdentity, error)
}

// AuthRequest is what belongs to one log-in at a provider, from its beginning to its end.
type AuthRequest struct {
	State       string
	Nonce       string // comes back in the ID token
	Verifier    string // of PKCE: its S256 goes to the provider at first, itself with the code
	RedirectURL string // where the provider sends the browser back to: see OAuthConfig.RedirectURL
}

// ProviderIdentity is what a provider says of one of its users.
type ProviderIdentity struct {
	Issuer        string // as Provider.Issuer
	Subject       string // never changes and is never given to another
	Email         string // as the provider writes it; empty if it has told none
	EmailVerified bool   // the provider has made sure that Email is the user's
	Username      string // what an account may be named after; empty for none
}

// The errors of providers; others wrap them, with the reason.
var (
	// ErrProviderUnavailable is that of a provider that can't be reached, or answers in
	// no way that is known.
	ErrProviderUnavailable = errors.New("the provider is not available")
	// ErrProviderRefused is that of a code that a provider doesn't take, and of an ID
	// token or an answer that is not to be trusted.
	ErrProviderRefused = errors.New("the provider did not confirm the log-in")
)

// OAuthConfig is how users log in with providers.
type OAuthConfig struct {
	// Providers are those that are on, in the order in which they are shown.
	Providers []Provider
	// PublicURL is where this service is, without a slash at the end.
	PublicURL string
	// ReturnURLs are where the browser may be sent at the end, exactly.
	ReturnURLs []string
	// Registration lets providers bring new users. Otherwise only those get in whose
	// accounts are linked.
	Registration bool
}

// RedirectURL is where a provider sends the browser back to. Each has its own
// (RFC 9700 §4.4.2).
func (c OAuthConfig) RedirectURL(provider string) string {
	return c.PublicURL + "/api/v1/auth/oauth/" + provider + "/callback"
}

// Package authprovider asks Google, GitHub, Apple and any other provider with OpenID
// Connect who their users are. It believes what a provider has proved: idtoken.go has
// the rules. What providers give out to be sent to them later, such as access tokens,
// ends with the call that got it.
package authprovider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"example.com/myapi/internal/auth"
)

// Client is this service as a provider knows it.
type Client struct{ ID, Secret string }

// Web is how providers are reached.
type Web struct {
	// Transport sends the requests; http.DefaultTransport if nil.
	Transport http.RoundTripper
	// Loopback allows http to this machine, as is usual in development.
	Loopback bool
	// Now is the time; time.Now if nil.
	Now func() time.Time
}

// CodeError is the refusal of a code, or of the client that sends it, by the error that
// the provider names (RFC 6749 §5.2).
type CodeError struct{ Code string }

func (e *CodeError) Error() string {
	return fmt.Sprintf("%v: it answered the code with %q", auth.ErrProviderRefused, e.Code)
}

// Unwrap makes it a refusal for package auth.
func (e *CodeError) Unwrap() error { return auth.ErrProviderRefused }

// away is the error for a provider that can't be reached, or is not understood.
func away(reason error) error {
	return fmt.Errorf("%w: %w", auth.ErrProviderUnavailable, withoutURL(reason))
}

// refused is the error for an answer that is not to be trusted.
func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %w", auth.ErrProviderRefused, fmt.Errorf(format, args...))
}

// redeem exchanges a code for the provider's tokens. What the provider writes besides
// the name of an error is left out: it may hold anything.
func redeem(ctx context.Context, client *http.Client, config oauth2.Config, code, verifier string) (*oauth2.Token, error) {
	token, err := config.Exchange(oidc.ClientContext(ctx, client), code, oauth2.VerifierOption(verifier))
	var answer *oauth2.RetrieveError
	switch {
	case errors.As(err, &answer) && answer.ErrorCode != "":
		return nil, &CodeError{errorName(answer.ErrorCode)}
	case errors.As(err, &answer):
		return nil, away(fmt.Errorf("it answered the code with status %d", answer.Response.StatusCode))
	case err != nil:
		return nil, away(err)
	}
	return token, nil
}

// errorName returns the name of an error as far as it is one.
func errorName(code string) string {
	for _, r := range code {
		if (r < 'a' || r > 'z') && r != '_' && r != '-' {
			return "an error of another form"
		}
	}
	return code[:min(len(code), 60)]
}

// bareName returns a name for an account: some providers have addresses there.
func bareName(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name
}

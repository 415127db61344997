package authprovider

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"example.com/myapi/internal/auth"
)

// claims are what an ID token or the userinfo says of a user.
type claims struct {
	Subject           string `json:"sub"`
	AuthorizedParty   string `json:"azp"`
	Nonce             string `json:"nonce"`
	Email             string `json:"email"`
	EmailVerified     any    `json:"email_verified"`
	PreferredUsername string `json:"preferred_username"`
}

const (
	// leeway is how far the provider's clock may be ahead of ours.
	leeway = 5 * time.Minute
	// maxAge is how old an ID token may be that was just given out. Microsoft Entra dates
	// its own back by five minutes.
	maxAge = 2 * leeway
)

// maxSubject is the length of the longest subject (OpenID Connect Core 1.0 §2).
const maxSubject = 255

// verify checks an ID token as OpenID Connect Core 1.0 §3.1.3.7 says. go-oidc looks at
// the signature, exp and aud, and lets Google have a second name; the rest is here.
func (p *openID) verify(ctx context.Context, found *metadata, idToken, nonce string) (claims, error) {
	// Asked here, since go-oidc does not tell when keys can't be had.
	if _, _, err := found.keys.candidates(ctx, idToken); errors.Is(err, auth.ErrProviderUnavailable) {
		return claims{}, err
	}
	token, err := found.verifier.Verify(ctx, idToken)
	if err != nil {
		return claims{}, refused("its ID token is not valid: %w", err)
	}
	var payload json.RawMessage
	if err := token.Claims(&payload); err != nil {
		return claims{}, refused("reading its ID token: %w", err)
	}
	var c claims
	// Names are compared exactly, and none may come twice.
	if err := jsonv2.Unmarshal(payload, &c); err != nil {
		return claims{}, refused("the claims of its ID token are not of the kinds that they should be")
	}
	switch age := p.now().Sub(token.IssuedAt); {
	case token.Issuer != p.issuer:
		return claims{}, refused("its ID token is of another issuer")
	case len(token.Audience) > 1 && c.AuthorizedParty == "", c.AuthorizedParty != "" && c.AuthorizedParty != p.clientID:
		return claims{}, refused("its ID token is for another client")
	case age > maxAge || age < -leeway:
		return claims{}, refused("its ID token was made at another time: check the clock")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(nonce)) != 1:
		return claims{}, refused("its ID token belongs to another log-in")
	case !isSubject(c.Subject):
		return claims{}, refused("its ID token has no subject, or not one of up to %d ASCII characters", maxSubject)
	}
	return c, nil
}

// isSubject reports whether a subject can be told from all others. A database may ignore
// blanks at an end.
func isSubject(subject string) bool {
	return subject != "" && len(subject) <= maxSubject && strings.Trim(subject, " ") == subject &&
		!strings.ContainsFunc(subject, func(r rune) bool { return r < ' ' || r > '~' })
}

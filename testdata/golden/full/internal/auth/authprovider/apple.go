package authprovider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"

	"example.com/myapi/internal/auth"
)

// AppleIssuer is how Apple names itself.
const AppleIssuer = "https://appleid.apple.com"

// AppleClient is this service as Apple knows it. It has a key instead of a secret.
type AppleClient struct {
	ID     string // of the Services ID
	TeamID string
	KeyID  string
	Key    *ecdsa.PrivateKey
}

// NewApple returns Apple. It is not asked for names, which it would send once, unsigned
// and as the user has typed them. Its email_verified is true or "true", by its own
// documentation, and false for some users of companies and schools.
func NewApple(client AppleClient, web Web) auth.Provider {
	p := newOpenID("apple", "Apple", AppleIssuer, Client{ID: client.ID}, web)
	p.secret = client.secret
	p.scopes = []string{oidc.ScopeOpenID, "email"}
	p.form = true
	p.verified = func(emailVerified any) bool { return emailVerified == true || emailVerified == "true" }
	return p
}

// secretLifetime is how long a secret for Apple is good. Each exchange has its own.
const secretLifetime = 5 * time.Minute

// secret returns what proves the client: a JWT that says who it is.
func (c AppleClient) secret(now time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": c.TeamID, "sub": c.ID, "aud": AppleIssuer,
		"iat": now.Unix(), "exp": now.Add(secretLifetime).Unix(),
	})
	token.Header["kid"] = c.KeyID
	return token.SignedString(c.Key)
}

// ParseAppleKey reads a private key as Apple gives it out, in which \n may stand for
// the end of a line. The error does not repeat any of it.
func ParseAppleKey(text string) (*ecdsa.PrivateKey, error) {
	text = strings.Trim(strings.ReplaceAll(text, `\n`, "\n"), " \"'")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("this is no PEM file")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("this is no private key in PKCS #8")
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("this is no key of the curve P-256")
	}
	return key, nil
}

package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"
	lru "github.com/hashicorp/golang-lru/v2"
)

// maxTokenBytes bounds the work for a token that anyone may send.
const maxTokenBytes = 4 << 10

// tokenType is the header's typ: a JWT access token (RFC 9068 §2.1).
const tokenType = "at+jwt"

// claims are the content of an access token. To add one of your own, add a
// field and fill it in sign; read it in the guard from what parse returns.
type claims struct {
	SessionID string           `json:"sid"`
	AuthTime  *jwt.NumericDate `json:"auth_time"`
	AMR       []string         `json:"amr,omitempty"` // RFC 8176
	jwt.RegisteredClaims

	row string // the hash of ID, which the token's row is found by
}

// UnmarshalJSON accepts the exact names of claims, and each only once (RFC 7519
// §4), and a date only as a number, which encoding/json and jwt do not.
func (c *claims) UnmarshalJSON(data []byte) error {
	type plain claims
	return jsonv2.Unmarshal(data, (*plain)(c), dates)
}

// dates is made once, since it keeps what it learns about the types it reads.
var dates = jsonv2.WithUnmarshalers(jsonv2.UnmarshalFunc(parseDate))

func parseDate(data []byte, date *jwt.NumericDate) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return errors.New("a date is not a number")
	}
	return date.UnmarshalJSON(data)
}

// accessTokens signs and reads access tokens, with exactly one algorithm.
type accessTokens struct {
	method jwt.SigningMethod
	keyID  string
	keys   map[string][]byte // by kid; the current one and the previous
	issuer string
	parser *jwt.Parser
	rules  *jwt.Validator
	now    func() time.Time

	// verified keeps the claims of good tokens by the tokens' hashes: a signature
	// that was right for one of keys, which never change, stays so. What time
	// changes is checked on every use.
	verified *lru.Cache[tokenHash, *claims]
}

type tokenHash [sha256.Size]byte

// maxVerified bounds the memory of verified to some megabytes; beyond it, the
// token that was not used for longest is verified again.
const maxVerified = 10_000

// clockSkew is how far the clock of a replica may be ahead of another's.
const clockSkew = 30 * time.Second

func newAccessTokens(config Config, now func() time.Time) (*accessTokens, error) {
	method, ok := jwt.GetSigningMethod(config.Algorithm).(*jwt.SigningMethodHMAC)
	if !ok {
		return nil, fmt.Errorf("algorithm %q is not HS256, HS384 or HS512", config.Algorithm)
	}
	verified, err := lru.New[tokenHash, *claims](maxVerified)
	if err != nil {
		return nil, fmt.Errorf("making room for verified tokens: %w", err)
	}
	secret := config.SecretKey
	t := &accessTokens{
		method: method,
		keyID:  keyID(secret),
		keys:   map[string][]byte{keyID(secret): []byte(secret)},
		issuer: config.Issuer,
		now:    now,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{config.Algorithm}),
			jwt.WithStrictDecoding(),
			jwt.WithoutClaimsValidation(), // rules has them
		),
		rules: jwt.NewValidator(
			jwt.WithExpirationRequired(),
			jwt.WithIssuer(config.Issuer),
			jwt.WithAudience(config.Issuer),
			jwt.WithTimeFunc(now),
		),
		verified: verified,
	}
	if previous := config.SecretKeyPrevious; previous != "" {
		t.keys[keyID(previous)] = []byte(previous)
	}
	return t, nil
}

// keyID names a key without telling it.
func keyID(secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("kid"))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// sign returns the access token of a user whose row is token and whose jti is
// the secret of that row.
func (t *accessTokens) sign(user User, jti string, token Token) (string, error) {
	unsigned := jwt.NewWithClaims(t.method, claims{
		SessionID: token.SessionID,
		AuthTime:  jwt.NewNumericDate(token.AuthTime),
		AMR:       token.AMR,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    t.issuer,
			Subject:   strconv.FormatInt(user.ID, 10),
			Audience:  jwt.ClaimStrings{t.issuer},
			ExpiresAt: jwt.NewNumericDate(token.ExpiresAt),
			IssuedAt:  jwt.NewNumericDate(token.CreatedAt),
			ID:        jti,
		},
	})
	unsigned.Header["typ"] = tokenType
	unsigned.Header["kid"] = t.keyID
	signed, err := unsigned.SignedString(t.keys[t.keyID])
	if err != nil {
		return "", fmt.Errorf("signing an access token: %w", err)
	}
	return signed, nil
}

// parse returns the claims of a token that this service signed and that has
// not run out: ErrTokenExpired or ErrInvalidToken otherwise.
func (t *accessTokens) parse(token string) (claims, error) {
	if len(token) > maxTokenBytes {
		return claims{}, ErrInvalidToken
	}
	sum := sha256.Sum256([]byte(token))
	c, verified := t.verified.Get(sum)
	if !verified {
		c = &claims{}
		if _, err := t.parser.ParseWithClaims(token, c, t.key); err != nil {
			return claims{}, ErrInvalidToken
		}
		c.row = hash(c.ID)
	}
	if err := t.check(c); err != nil {
		return claims{}, err
	}
	if !verified {
		t.verified.Add(sum, c)
	}
	return *c, nil
}

// check applies the rules for claims, as of now.
func (t *accessTokens) check(c *claims) error {
	err := t.rules.Validate(c)
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return ErrTokenExpired
	case err != nil:
		return ErrInvalidToken
	case c.Subject == "" || c.SessionID == "" || c.ID == "" || c.IssuedAt == nil || c.AuthTime == nil:
		return ErrInvalidToken
	case c.IssuedAt.After(t.now().Add(clockSkew)):
		return ErrInvalidToken
	}
	return nil
}

// key picks the key by the header's kid. Nothing else of the header is
// believed: jku, x5u and jwk are never looked at, and an extension that must
// be understood (RFC 7515 §4.1.11) is not.
func (t *accessTokens) key(token *jwt.Token) (any, error) {
	typ, _ := token.Header["typ"].(string)
	if !strings.EqualFold(typ, tokenType) {
		return nil, errors.New("typ is not " + tokenType)
	}
	if _, ok := token.Header["crit"]; ok {
		return nil, errors.New("crit is not understood")
	}
	kid, _ := token.Header["kid"].(string)
	key, ok := t.keys[kid]
	if !ok {
		return nil, errors.New("kid is unknown")
	}
	return key, nil
}

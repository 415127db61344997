package authprovider_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authprovider"
	"example.com/myapi/internal/testkit"
)

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// appleKey is a private key as Apple gives it out.
func appleKey(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ecKey(t, elliptic.P256()))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Each claim that is checked is bent in turn (OpenID Connect Core 1.0 §3.1.3.7).
func TestClaimsOfIDTokens(t *testing.T) {
	a := providers(t)
	p := a.provider(t, "oidc")
	set := func(name string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = value }
	}
	at := func(name string, after time.Duration) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = a.Now().Add(after).Unix() }
	}
	without := func(name string) func(map[string]any) {
		return func(claims map[string]any) { delete(claims, name) }
	}
	for what, bend := range map[string]func(map[string]any){
		"another issuer":             set("iss", "https://evil.example"),
		"its issuer in capitals":     set("iss", "https://LOGIN.example.com"),
		"its issuer with a slash":    set("iss", testkit.OIDCIssuer+"/"),
		"its issuer without https":   set("iss", "login.example.com"),
		"its issuer with a path":     set("iss", testkit.OIDCIssuer+"/other"),
		"no issuer":                  without("iss"),
		"another audience":           set("aud", "google-id"),
		"no audience":                without("aud"),
		"an empty audience":          set("aud", []string{}),
		"two audiences without azp":  set("aud", []string{"oidc:id", "other"}),
		"azp of another":             set("azp", "other"),
		"two audiences, azp another": func(c map[string]any) { c["aud"], c["azp"] = []string{"oidc:id", "other"}, "other" },
		"it has expired":             at("exp", -time.Second),
		"no exp":                     without("exp"),
		"exp in text":                set("exp", "soon"),
		"it is of the future":        at("iat", 6*time.Minute),
		"it is old":                  at("iat", -11*time.Minute),
		"no iat":                     without("iat"),
		"it is not valid yet":        at("nbf", 10*time.Minute),
		"another nonce":              set("nonce", "another"),
		"an empty nonce":             set("nonce", ""),
		"no nonce":                   without("nonce"),
		"no subject":                 without("sub"),
		"an empty subject":           set("sub", ""),
		"a subject with a blank":     set("sub", "24828976 "),
		"a subject of other letters": set("sub", "２４８２８９７６"),
		"a subject of two lines":     set("sub", "24828976\n"),
		"a long subject":             set("sub", strings.Repeat("1", 256)),
		"a number for a subject":     set("sub", 24828976),
		"a list of addresses":        set("email", []string{"jane@example.com"}),
	} {
		a.Bend = bend
		_ = a.refuses(t, what, p, auth.ErrProviderRefused)
	}
	for what, bend := range map[string]func(map[string]any){
		"a list with one audience": set("aud", []string{"oidc:id"}),
		"azp of this client":       set("azp", "oidc:id"),
		"two audiences with azp":   func(c map[string]any) { c["aud"], c["azp"] = []string{"other", "oidc:id"}, "oidc:id" },
		"a clock that is behind":   at("iat", -4*time.Minute),
		"it is dated back":         at("iat", -9*time.Minute),
		"a clock that is ahead":    at("iat", 4*time.Minute),
		"a long subject":           set("sub", strings.Repeat("1", 255)),
	} {
		a.Bend = bend
		if who, err := a.login(t, p); err != nil || who.Email != "jane@example.com" {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

// Google's other name, which go-oidc lets pass, is not its issuer.
func TestIssuerOfGoogle(t *testing.T) {
	a := providers(t)
	a.Bend = func(claims map[string]any) { claims["iss"] = "accounts.google.com" }
	_ = a.refuses(t, "without https", a.provider(t, "google"), auth.ErrProviderRefused)
}

// An ID token has to be signed by a key of the provider, by an algorithm of public keys.
func TestSignaturesOfIDTokens(t *testing.T) {
	a := providers(t)
	p := a.provider(t, "oidc")
	der, err := x509.MarshalPKIXPublicKey(a.Key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: a.Key.Public(), KeyID: a.KeyID})
	if err != nil {
		t.Fatal(err)
	}
	stranger := ecKey(t, elliptic.P256())
	sign := func(method jwt.SigningMethod, id string, key any) func(map[string]any) string {
		return func(claims map[string]any) string { return testkit.Signed(method, id, key, claims) }
	}
	right := func(claims map[string]any) string {
		return testkit.Signed(jwt.SigningMethodES256, a.KeyID, a.Key, claims)
	}
	headed := func(header map[string]any) func(map[string]any) string {
		return func(claims map[string]any) string {
			token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims(claims))
			token.Header["kid"] = a.KeyID
			for name, value := range header {
				token.Header[name] = value
			}
			text, err := token.SignedString(stranger)
			if err != nil {
				t.Error(err)
			}
			return text
		}
	}
	for what, sign := range map[string]func(map[string]any) string{
		"none":                         sign(jwt.SigningMethodNone, a.KeyID, jwt.UnsafeAllowNoneSignatureType),
		"the shared key of its set":    sign(jwt.SigningMethodHS256, "shared", []byte(testkit.SharedKey)),
		"HS256 with the public key":    sign(jwt.SigningMethodHS256, a.KeyID, der),
		"HS256 with it as PEM":         sign(jwt.SigningMethodHS256, a.KeyID, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HS256 with it as JSON":        sign(jwt.SigningMethodHS256, a.KeyID, public),
		"HS256 with the client secret": sign(jwt.SigningMethodHS256, "", []byte("oidc secret%")),
		"another key under its id":     sign(jwt.SigningMethodES256, a.KeyID, stranger),
		"another key without id":       sign(jwt.SigningMethodES256, "", stranger),
		"another key of another id":    sign(jwt.SigningMethodES256, "stranger", stranger),
		"its key under another id":     sign(jwt.SigningMethodES256, "stranger", a.Key),
		"ES384, which it offers":       sign(jwt.SigningMethodES384, a.KeyID, ecKey(t, elliptic.P384())),
		"a key in the header":          headed(map[string]any{"jwk": jose.JSONWebKey{Key: stranger.Public()}}),
		"an address in the header":     headed(map[string]any{"jku": "https://evil.example/keys"}),
		"an extension that must be":    headed(map[string]any{"crit": []string{"b64"}, "b64": false}),
		"other claims, its signature": func(claims map[string]any) string {
			parts := strings.Split(right(claims), ".")
			claims["sub"] = "1"
			text, err := json.Marshal(claims)
			if err != nil {
				t.Error(err)
			}
			return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
		},
		"no signature": func(claims map[string]any) string {
			return strings.Join(strings.Split(right(claims), ".")[:2], ".") + "."
		},
		"no third part":   func(claims map[string]any) string { return strings.Join(strings.Split(right(claims), ".")[:2], ".") },
		"no token":        func(map[string]any) string { return "" },
		"words":           func(map[string]any) string { return "an ID token" },
		"a token in JSON": func(claims map[string]any) string { return `{"payload":"e30","signatures":[]}` },
	} {
		a.Sign = sign
		_ = a.refuses(t, what, p, auth.ErrProviderRefused)
	}
	a.Sign = sign(jwt.SigningMethodES256, "", a.Key)
	if _, err := a.login(t, p); err != nil {
		t.Errorf("its key, without id: %v", err)
	}
	if a.Calls("elsewhere") > 0 {
		t.Error("keys were looked for elsewhere")
	}
}

// serveKeys has the provider offer algorithms, and one key.
func (a at) serveKeys(t *testing.T, key jose.JSONWebKey, algorithms ...string) {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
	if err != nil {
		t.Fatal(err)
	}
	a.Discovery = func(document map[string]any) { document["id_token_signing_alg_values_supported"] = algorithms }
	a.Answers["keys"] = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) }
}

func TestAlgorithmsOfIDTokens(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	edKey, edPrivate, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	wide := ecKey(t, elliptic.P384())
	for what, tt := range map[string]struct {
		offered string
		method  jwt.SigningMethod
		private any
		public  jose.JSONWebKey
		kind    error
	}{
		"RS256":                    {"RS256", jwt.SigningMethodRS256, rsaKey, jose.JSONWebKey{Key: rsaKey.Public()}, nil},
		"EdDSA":                    {"EdDSA", jwt.SigningMethodEdDSA, edPrivate, jose.JSONWebKey{Key: edKey}, nil},
		"RS256, with its use":      {"RS256", jwt.SigningMethodRS256, rsaKey, jose.JSONWebKey{Key: rsaKey.Public(), Use: "sig", Algorithm: "RS256"}, nil},
		"RS256, not offered":       {"ES256", jwt.SigningMethodRS256, rsaKey, jose.JSONWebKey{Key: rsaKey.Public()}, auth.ErrProviderRefused},
		"RS256, of a short key":    {"RS256", jwt.SigningMethodRS256, short, jose.JSONWebKey{Key: short.Public()}, auth.ErrProviderRefused},
		"RS256, key to encrypt":    {"RS256", jwt.SigningMethodRS256, rsaKey, jose.JSONWebKey{Key: rsaKey.Public(), Use: "enc"}, auth.ErrProviderRefused},
		"RS256, key of PS256":      {"RS256", jwt.SigningMethodRS256, rsaKey, jose.JSONWebKey{Key: rsaKey.Public(), Algorithm: "PS256"}, auth.ErrProviderRefused},
		"PS256":                    {"RS256", jwt.SigningMethodPS256, rsaKey, jose.JSONWebKey{Key: rsaKey.Public()}, auth.ErrProviderRefused},
		"ES384, with RS256 beside": {"RS256", jwt.SigningMethodES384, wide, jose.JSONWebKey{Key: wide.Public()}, auth.ErrProviderRefused},
	} {
		a := providers(t)
		tt.public.KeyID = "key"
		a.serveKeys(t, tt.public, tt.offered)
		a.Sign = func(claims map[string]any) string { return testkit.Signed(tt.method, "key", tt.private, claims) }
		if tt.kind != nil {
			_ = a.refuses(t, what, a.provider(t, "oidc"), tt.kind)
		} else if who, err := a.login(t, a.provider(t, "oidc")); err != nil || who.Subject == "" {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

// longKey returns the public half of an RSA key of many primes, and what signs with it.
// Two primes of half its length would take minutes to find.
func longKey(t *testing.T, primes int) (public *rsa.PublicKey, sign func(claims map[string]any) string) {
	t.Helper()
	exponent := big.NewInt(65537)
	public = &rsa.PublicKey{N: big.NewInt(1), E: int(exponent.Int64())}
	var factors []*big.Int
	for len(factors) < primes {
		p, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			t.Fatal(err)
		}
		factors = append(factors, p)
		public.N.Mul(public.N, p)
	}
	return public, func(claims map[string]any) string {
		token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
		token.Header["kid"] = "key"
		text, err := token.SigningString()
		if err != nil {
			t.Error(err)
		}
		digest := sha256.Sum256([]byte(text))
		const identifier = "\x00\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20" // of SHA-256 (RFC 8017 §9.2)
		padding := strings.Repeat("\xff", public.Size()-2-len(identifier)-len(digest))
		message := new(big.Int).SetBytes([]byte("\x00\x01" + padding + identifier + string(digest[:])))
		// The signature for each prime, put together by the Chinese remainder theorem.
		signature, modulus, one := big.NewInt(0), big.NewInt(1), big.NewInt(1)
		for _, p := range factors {
			d := new(big.Int).ModInverse(exponent, new(big.Int).Sub(p, one))
			step := new(big.Int).Exp(message, d, p)
			step.Sub(step, signature).Mul(step, new(big.Int).ModInverse(modulus, p)).Mod(step, p)
			signature.Add(signature, step.Mul(step, modulus))
			modulus.Mul(modulus, p)
		}
		return text + "." + base64.RawURLEncoding.EncodeToString(signature.FillBytes(make([]byte, public.Size())))
	}
}

// A provider's RSA keys have an end, so that nobody waits for the proof of a huge one.
func TestLongKeysOfProviders(t *testing.T) {
	for primes, kind := range map[int]error{63: nil, 66: auth.ErrProviderRefused} {
		a := providers(t)
		public, sign := longKey(t, primes)
		a.serveKeys(t, jose.JSONWebKey{Key: public, KeyID: "key"}, "RS256")
		a.Sign = sign
		what := fmt.Sprintf("a key of %d bits", public.N.BitLen())
		if kind != nil {
			_ = a.refuses(t, what, a.provider(t, "oidc"), kind)
		} else if who, err := a.login(t, a.provider(t, "oidc")); err != nil || who.Subject == "" {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
}

// ours is a provider whose clock the test moves, with that of the kit.
func (a at) ours(clock func() time.Time) auth.Provider {
	a.Now = clock
	return authprovider.NewOIDC(authprovider.Other{
		Client: authprovider.Client{ID: "oidc:id", Secret: "oidc secret%"}, Issuer: testkit.OIDCIssuer, Scopes: []string{"openid"},
	}, authprovider.Web{Transport: a.Transport, Now: clock})
}

// Keys are kept. An unknown one makes the service ask again, at most once a minute.
func TestKeysThatChange(t *testing.T) {
	a := providers(t)
	now := time.Now()
	p := a.ours(func() time.Time { return now })
	login := func(what string, works bool, calls int) {
		t.Helper()
		if works {
			if _, err := a.login(t, p); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		} else {
			_ = a.refuses(t, what, p, auth.ErrProviderRefused)
		}
		if n := a.Calls("keys"); n != calls {
			t.Errorf("%s: keys were asked for %d times, want %d", what, n, calls)
		}
	}
	login("at first", true, 1)
	login("again", true, 1)
	a.Rotate(t)
	now = now.Add(59 * time.Second)
	login("a new key within a minute", false, 1)
	now = now.Add(time.Second)
	login("a new key", true, 2)
	login("again", true, 2)
	now = now.Add(time.Hour)
	stranger := ecKey(t, elliptic.P256())
	id := "unknown"
	a.Sign = func(claims map[string]any) string {
		return testkit.Signed(jwt.SigningMethodES256, id, stranger, claims)
	}
	login("an unknown key", false, 3)
	login("an unknown key again", false, 3)
	now = now.Add(time.Hour)
	id = a.KeyID
	login("a false signature", false, 3)
	a.Sign = nil

	// A key that the provider no longer has is forgotten within a day.
	old, oldID := a.Key, a.KeyID
	a.Rotate(t)
	a.Sign = func(claims map[string]any) string { return testkit.Signed(jwt.SigningMethodES256, oldID, old, claims) }
	now = now.Add(24 * time.Hour)
	login("a key of yesterday", false, 4)
}

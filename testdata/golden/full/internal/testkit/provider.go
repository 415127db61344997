package testkit

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"example.com/myapi/internal/auth/authprovider"
	"example.com/myapi/internal/settings"
)

// OIDCIssuer is how the provider names itself that is neither Google, GitHub nor Apple.
const OIDCIssuer = "https://login.example.com"

// SharedKey is among the provider's keys, as if it were no secret.
const SharedKey = "a key that anybody can read and sign with"

// Provider plays Google, GitHub, Apple and another provider with OpenID Connect, at
// their own addresses: its Transport leads all of them to a server of the test. It
// checks the service as they do: client, redirect URI, PKCE, and that codes are used
// once. Between requests, a test changes who logs in, and bends what it answers.
type Provider struct {
	// User is who logs in there.
	User ProviderUser
	// Bend changes the claims of the next ID tokens; nil: they are right.
	Bend func(claims map[string]any)
	// Sign makes the next ID tokens from their claims; nil: Signed by Key.
	Sign func(claims map[string]any) string
	// Answers are given in place of right ones, by name: discovery, keys, token,
	// userinfo, and GitHub's user and emails.
	Answers map[string]http.HandlerFunc
	// Discovery changes what a provider says of itself; nil: it is right.
	Discovery func(document map[string]any)
	// Transport leads to this provider, whatever the host.
	Transport http.RoundTripper
	// Now is the provider's time.
	Now func() time.Time
	// Key signs ID tokens, as KeyID.
	Key   *ecdsa.PrivateKey
	KeyID string

	apple   *ecdsa.PrivateKey
	mu      sync.Mutex
	clients map[string]providerClient // by host
	grants  map[string]*grant         // by code, and by access token once that is redeemed
	calls   map[string]int
	secrets []string
}

// ProviderUser is somebody with an account at the provider.
type ProviderUser struct {
	Subject       string // of digits, for GitHub
	Email         string // empty: the ID token has none
	EmailVerified any    // nil: the ID token does not say
	Username      string
	UserinfoEmail string // what userinfo has in place of Email
}

// providerClient is the service as a provider knows it.
type providerClient struct{ name, id, secret, redirectURL string }

// grant is a log-in at a provider.
type grant struct {
	host, client, redirectURL, challenge, nonce string

	user ProviderUser
	used bool
}

// NewProvider starts a provider until the test ends. Jane logs in there.
func NewProvider(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{
		User:    ProviderUser{Subject: "24828976", Email: "jane@example.com", EmailVerified: true, Username: "jane"},
		Answers: map[string]http.HandlerFunc{}, Now: time.Now, KeyID: "key-1",
		clients: map[string]providerClient{}, grants: map[string]*grant{}, calls: map[string]int{},
	}
	p.Key, p.apple = newSigningKey(t), newSigningKey(t)
	server := httptest.NewTLSServer(p)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com"}, // which the certificate is for
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	p.Transport = transport
	return p
}

func newSigningKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("making a key of the provider: %v", err)
	}
	return key
}

// Rotate has a new key sign ID tokens.
func (p *Provider) Rotate(t testing.TB) {
	t.Helper()
	p.Key, p.KeyID = newSigningKey(t), p.KeyID+"-next"
}

// Configure turns all four providers on, for Options.
func (p *Provider) Configure(s *settings.Settings) {
	der, err := x509.MarshalPKCS8PrivateKey(p.apple)
	if err != nil {
		panic(err) // It was made here.
	}
	s.ProviderTransport = p.Transport
	s.GoogleClientID, s.GoogleClientSecret = "google-id", "google+secret/"
	s.GitHubClientID, s.GitHubClientSecret = "github-id", "github-secret"
	s.AppleClientID, s.AppleTeamID, s.AppleKeyID = "com.example.web", "ABCDE12345", "KEY1234567"
	s.ApplePrivateKey = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	s.OIDCName, s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret = "Example", OIDCIssuer, "oidc:id", "oidc secret%"
	redirect := s.OAuthConfig().RedirectURL
	p.mu.Lock()
	defer p.mu.Unlock()
	for host, client := range map[string]providerClient{
		"accounts.google.com": {"google", s.GoogleClientID, s.GoogleClientSecret, redirect("google")},
		"github.com":          {"github", s.GitHubClientID, s.GitHubClientSecret, redirect("github")},
		"appleid.apple.com":   {"apple", s.AppleClientID, "", redirect("apple")},
		"login.example.com":   {"oidc", s.OIDCClientID, s.OIDCClientSecret, redirect("oidc")},
	} {
		p.clients[host] = client
	}
}

// ProviderAnswer is with what a provider sends the browser back.
type ProviderAnswer struct {
	Params      url.Values // code, state and, but for Apple, iss
	Form        bool       // the browser posts them
	RedirectURL string
}

// Request is the one that the browser sends to the service then, without cookies.
func (a ProviderAnswer) Request() Request {
	const api = "/api/v1/"
	_, path, _ := strings.Cut(a.RedirectURL, api)
	if a.Form {
		return Request{Method: http.MethodPost, Path: api + path, Body: a.Params}
	}
	return Request{Method: http.MethodGet, Path: api + path + "?" + a.Params.Encode()}
}

// Login has User log in at the address to which the service has sent the browser, and
// fails the test if a provider would show an error there.
func (p *Provider) Login(t testing.TB, location string) ProviderAnswer {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatalf("the address of the provider: %v", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	client, known := p.clients[u.Host]
	if !known {
		t.Fatalf("no provider is at %s", location)
	}
	sent := u.Query()
	want := map[string]string{"response_type": "code", "client_id": client.id, "redirect_uri": client.redirectURL, "code_challenge_method": "S256"}
	if client.name == "apple" {
		want["response_mode"] = "form_post"
	}
	for name, value := range want {
		if sent.Get(name) != value {
			t.Fatalf("%s is sent %s=%q, want %q", client.name, name, sent.Get(name), value)
		}
	}
	openID := slices.Contains(strings.Fields(sent.Get("scope")), "openid")
	if u.Path != authorizePath(client.name) || len(sent.Get("code_challenge")) != 43 || sent.Get("state") == "" || openID == (client.name == "github") || openID && sent.Get("nonce") == "" {
		t.Fatalf("%s is sent to %s with %v", client.name, u.Path, sent)
	}
	code := p.secret("code")
	p.grants[code] = &grant{host: u.Host, client: client.id, redirectURL: client.redirectURL, challenge: sent.Get("code_challenge"), nonce: sent.Get("nonce"), user: p.User}
	params := url.Values{"code": {code}, "state": sent["state"]}
	if client.name != "apple" {
		params.Set("iss", issuerAt(u.Host))
	}
	return ProviderAnswer{Params: params, Form: client.name == "apple", RedirectURL: client.redirectURL}
}

func authorizePath(provider string) string {
	if provider == "github" {
		return "/login/oauth/authorize"
	}
	return "/authorize"
}

func issuerAt(host string) string {
	if host == "github.com" {
		return authprovider.GitHubIssuer
	}
	return "https://" + host
}

// Calls counts the requests for what a provider has: see Answers.
func (p *Provider) Calls(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[name]
}

// Secrets are all codes and tokens that it has given out.
func (p *Provider) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.secrets)
}

func (p *Provider) secret(kind string) string {
	secret := kind + "-" + rand.Text()
	p.secrets = append(p.secrets, secret)
	return secret
}

// ServeHTTP answers as the provider of the host.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, answer := p.endpoint(r)
	p.mu.Lock()
	p.calls[name]++
	bent := p.Answers[name]
	p.mu.Unlock()
	switch {
	case bent != nil:
		bent(w, r)
	case answer == nil:
		http.NotFound(w, r)
	default:
		status, body := answer(r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // The service may have left.
	}
}

// endpoint returns what a request is for.
func (p *Provider) endpoint(r *http.Request) (name string, answer func(*http.Request) (int, any)) {
	switch r.Method + " " + r.URL.Path {
	case "GET /.well-known/openid-configuration":
		return "discovery", p.discovery
	case "GET /keys":
		return "keys", p.keys
	case "POST /token", "POST /login/oauth/access_token":
		return "token", p.token
	case "GET /userinfo":
		return "userinfo", p.userinfo
	case "GET /user":
		return "user", p.gitHubUser
	case "GET /user/emails":
		return "emails", p.gitHubEmails
	}
	return "elsewhere", nil
}

func (p *Provider) discovery(r *http.Request) (int, any) {
	issuer := issuerAt(r.Host)
	document := map[string]any{
		"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token",
		"jwks_uri": issuer + "/keys", "userinfo_endpoint": issuer + "/userinfo", "response_types_supported": []string{"code"},
		"id_token_signing_alg_values_supported":          []string{"none", "HS256", "RS256", "ES256", "ES384"},
		"authorization_response_iss_parameter_supported": true,
	}
	switch r.Host {
	case "appleid.apple.com":
		document["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
		delete(document, "authorization_response_iss_parameter_supported")
		delete(document, "userinfo_endpoint")
	case "accounts.google.com":
		document["token_endpoint_auth_methods_supported"] = []string{"client_secret_post", "client_secret_basic"}
	}
	if p.Discovery != nil {
		p.Discovery(document)
	}
	return http.StatusOK, document
}

// keys has keys of kinds that the service does not know, and one that is not for
// signatures.
func (p *Provider) keys(*http.Request) (int, any) {
	key := jose.JSONWebKey{Key: p.Key.Public(), KeyID: p.KeyID, Algorithm: "ES256", Use: "sig"}
	return http.StatusOK, map[string]any{"keys": []any{
		map[string]string{"kty": "AKP", "alg": "ML-DSA-44", "kid": "new", "pub": "AAAA"},
		map[string]string{"kty": "oct", "kid": "shared", "k": base64.RawURLEncoding.EncodeToString([]byte(SharedKey))},
		jose.JSONWebKey{Key: p.apple.Public(), KeyID: "encryption", Use: "enc"},
		key,
	}}
}

func oauthError(status int, code string) (int, any) {
	return status, map[string]string{"error": code, "error_description": "<script>not for users</script>"}
}

// token redeems a code. GitHub answers a refusal with 200.
func (p *Provider) token(r *http.Request) (int, any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	client := p.clients[r.Host]
	refusal, forCode := http.StatusBadRequest, "invalid_grant"
	if client.name == "github" {
		refusal, forCode = http.StatusOK, "bad_verification_code"
	}
	if !p.authenticates(r, client) {
		return oauthError(http.StatusUnauthorized, "invalid_client")
	}
	g := p.grants[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if g == nil || g.used || g.host != r.Host || g.client != client.id || r.PostFormValue("grant_type") != "authorization_code" ||
		r.PostFormValue("redirect_uri") != g.redirectURL || base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		return oauthError(refusal, forCode)
	}
	g.used = true
	access := p.secret("access")
	p.grants[access] = g
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 3600, "refresh_token": p.secret("refresh")}
	if client.name != "github" {
		idToken := p.idToken(g)
		p.secrets = append(p.secrets, idToken)
		answer["id_token"] = idToken
	}
	return http.StatusOK, answer
}

// authenticates reports whether a request proves the client in the way of its provider.
func (p *Provider) authenticates(r *http.Request, client providerClient) bool {
	switch id, secret, basic := r.BasicAuth(); client.name {
	case "oidc", "google":
		return basic && id == url.QueryEscape(client.id) && secret == url.QueryEscape(client.secret)
	case "github":
		return r.PostFormValue("client_id") == client.id && r.PostFormValue("client_secret") == client.secret
	case "apple":
		return r.PostFormValue("client_id") == client.id && p.provesApple(r.PostFormValue("client_secret"), client.id)
	}
	return false
}

// provesApple reports whether a secret is a JWT as Apple wants it.
func (p *Provider) provesApple(secret, id string) bool {
	token, err := jwt.Parse(secret, func(*jwt.Token) (any, error) { return p.apple.Public(), nil },
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer("ABCDE12345"), jwt.WithSubject(id), jwt.WithAudience(authprovider.AppleIssuer),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(p.Now))
	if err != nil || token.Header["kid"] != "KEY1234567" {
		return false
	}
	until, err := token.Claims.GetExpirationTime()
	return err == nil && !until.After(p.Now().Add(5*time.Minute))
}

func (p *Provider) idToken(g *grant) string {
	now := p.Now()
	claims := g.claims()
	maps.Copy(claims, map[string]any{
		"iss": issuerAt(g.host), "aud": g.client, "nonce": g.nonce, "iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(),
	})
	if p.Bend != nil {
		p.Bend(claims)
	}
	if p.Sign != nil {
		return p.Sign(claims)
	}
	return Signed(jwt.SigningMethodES256, p.KeyID, p.Key, claims)
}

// Signed is a JWT. Its key is of the kind that the method takes.
func Signed(method jwt.SigningMethod, keyID string, key any, claims map[string]any) string {
	token := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	if keyID != "" {
		token.Header["kid"] = keyID
	}
	text, err := token.SignedString(key)
	if err != nil {
		panic(fmt.Sprintf("signing an ID token: %v", err)) // with a key of another kind
	}
	return text
}

// claims are what the provider says of the user.
func (g *grant) claims() map[string]any {
	claims := map[string]any{"sub": g.user.Subject}
	if g.user.Email != "" {
		claims["email"] = g.user.Email
	}
	if g.user.EmailVerified != nil {
		claims["email_verified"] = g.user.EmailVerified
	}
	if g.host == "appleid.apple.com" && g.user.EmailVerified != nil {
		claims["email_verified"] = fmt.Sprint(g.user.EmailVerified)
	}
	if g.host == "login.example.com" {
		claims["preferred_username"] = g.user.Username
	}
	return claims
}

// bearer returns the log-in of a request's access token.
func (p *Provider) bearer(r *http.Request) *grant {
	p.mu.Lock()
	defer p.mu.Unlock()
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if g := p.grants[token]; g != nil && g.used && strings.HasPrefix(token, "access-") {
		return g
	}
	return nil
}

func (p *Provider) userinfo(r *http.Request) (int, any) {
	g := p.bearer(r)
	if g == nil {
		return oauthError(http.StatusUnauthorized, "invalid_token")
	}
	claims := g.claims()
	if g.user.UserinfoEmail != "" {
		claims["email"] = g.user.UserinfoEmail
	}
	return http.StatusOK, claims
}

func (p *Provider) gitHubUser(r *http.Request) (int, any) {
	g := p.bearer(r)
	if g == nil {
		return http.StatusUnauthorized, map[string]string{"message": "Bad credentials"}
	}
	number, err := strconv.ParseInt(g.user.Subject, 10, 64)
	if err != nil {
		panic(err) // The test's user has no account at GitHub.
	}
	return http.StatusOK, map[string]any{"id": number, "login": g.user.Username, "email": nil}
}

func (p *Provider) gitHubEmails(r *http.Request) (int, any) {
	g := p.bearer(r)
	if g == nil {
		return http.StatusUnauthorized, map[string]string{"message": "Bad credentials"}
	}
	emails := []map[string]any{{"email": "other+" + g.user.Email, "primary": false, "verified": true}}
	if g.user.Email != "" {
		emails = append(emails, map[string]any{"email": g.user.Email, "primary": true, "verified": g.user.EmailVerified == true})
	}
	return http.StatusOK, emails
}

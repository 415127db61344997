package authprovider_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authprovider"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// at is all providers as the settings make them, and the one in this process that plays
// them.
type at struct {
	*testkit.Provider
	config auth.OAuthConfig
}

func providers(t *testing.T, configure ...func(*settings.Settings)) at {
	t.Helper()
	kit := testkit.NewProvider(t)
	var s settings.Settings
	s.PublicURL, s.OIDCScopes = "https://api.example.com", "openid email profile"
	kit.Configure(&s)
	for _, change := range configure {
		change(&s)
	}
	return at{kit, s.OAuthConfig()}
}

func (a at) provider(t *testing.T, name string) auth.Provider {
	t.Helper()
	for _, p := range a.config.Providers {
		if p.Name() == name {
			return p
		}
	}
	t.Fatalf("%s is not on", name)
	return nil
}

// begin goes to a provider and returns with its code.
func (a at) begin(t *testing.T, p auth.Provider) (code string, request auth.AuthRequest) {
	t.Helper()
	request = auth.AuthRequest{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), RedirectURL: a.config.RedirectURL(p.Name())}
	address, err := p.AuthURL(t.Context(), request)
	if err != nil {
		t.Fatalf("going to %s: %v", p.Name(), err)
	}
	if strings.Contains(address, request.Verifier) || strings.Contains(strings.ToLower(address), "secret") {
		t.Errorf("the browser sees a secret in %s", address)
	}
	answer := a.Login(t, address)
	if answer.Params.Get("state") != request.State || answer.Form != p.PostsForm() {
		t.Errorf("%s answers %v", p.Name(), answer)
	}
	return answer.Params.Get("code"), request
}

func (a at) login(t *testing.T, p auth.Provider) (auth.ProviderIdentity, error) {
	t.Helper()
	code, request := a.begin(t, p)
	return p.Exchange(t.Context(), code, request)
}

// refuses fails the test unless a log-in ends with an error of the kind, which repeats
// nothing that the provider gave out.
func (a at) refuses(t *testing.T, what string, p auth.Provider, kind error) error {
	t.Helper()
	who, err := a.login(t, p)
	if !errors.Is(err, kind) || who != (auth.ProviderIdentity{}) {
		t.Errorf("%s: %+v, %v; want %v", what, who, err, kind)
	}
	for _, secret := range append(a.Secrets(), "script") {
		if err != nil && secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error repeats %q: %v", what, secret, err)
		}
	}
	return err
}

func TestWhomProvidersName(t *testing.T) {
	a := providers(t)
	for _, tt := range []struct {
		want         auth.ProviderIdentity
		title        string
		names, posts bool
	}{
		{auth.ProviderIdentity{Issuer: "https://accounts.google.com", Subject: "24828976", Email: "jane@example.com", EmailVerified: true}, "Google", true, false},
		{auth.ProviderIdentity{Issuer: "https://github.com/login/oauth", Subject: "24828976", Email: "jane@example.com", EmailVerified: true, Username: "jane"}, "GitHub", false, false},
		{auth.ProviderIdentity{Issuer: "https://appleid.apple.com", Subject: "24828976", Email: "jane@example.com", EmailVerified: true}, "Apple", false, true},
		{auth.ProviderIdentity{Issuer: testkit.OIDCIssuer, Subject: "24828976", Email: "jane@example.com", EmailVerified: true, Username: "jane"}, "Example", true, false},
	} {
		i := slices.IndexFunc(a.config.Providers, func(p auth.Provider) bool { return p.Title() == tt.title })
		if i < 0 {
			t.Fatalf("%s is not on", tt.title)
		}
		p := a.config.Providers[i]
		if got, err := a.login(t, p); err != nil || got != tt.want {
			t.Errorf("%s names %+v, %v", tt.title, got, err)
		}
		if names, err := p.NamesIssuer(t.Context()); err != nil || names != tt.names || p.PostsForm() != tt.posts || p.Issuer() != tt.want.Issuer {
			t.Errorf("%s: %t, %v, %t, %s", tt.title, names, err, p.PostsForm(), p.Issuer())
		}
	}
	if n := a.Calls("discovery"); n != 3 {
		t.Errorf("three providers were asked %d times what they are", n)
	}
	if n := a.Calls("userinfo"); n != 0 {
		t.Errorf("userinfo was asked %d times for an address that the ID token has", n)
	}
}

// An address counts if the provider says so, by the boolean true. Apple may say it in
// text, by its documentation.
func TestVerifiedAddresses(t *testing.T) {
	a := providers(t)
	trusting := providers(t, func(s *settings.Settings) { s.OIDCEmailsVerified = true })
	for _, tt := range []struct {
		said              any
		oidc, apple, mine bool
	}{
		{true, true, true, true},
		{false, false, false, true},
		{"true", false, true, true},
		{"false", false, false, true},
		{1, false, false, true},
		{"1", false, false, true},
		{[]bool{true}, false, false, true},
		{nil, false, false, true},
	} {
		bend := func(claims map[string]any) {
			delete(claims, "email_verified")
			if tt.said != nil {
				claims["email_verified"] = tt.said
			}
		}
		a.Bend, trusting.Bend = bend, bend
		for name, want := range map[string]bool{"google": tt.oidc, "oidc": tt.oidc, "apple": tt.apple} {
			if got, err := a.login(t, a.provider(t, name)); err != nil || got.EmailVerified != want || got.Email != "jane@example.com" {
				t.Errorf("%s says %v: %+v, %v", name, tt.said, got, err)
			}
		}
		if got, err := trusting.login(t, trusting.provider(t, "oidc")); err != nil || got.EmailVerified != tt.mine {
			t.Errorf("a provider that verifies all says %v: %+v, %v", tt.said, got, err)
		}
	}
	trusting.Bend, trusting.User.Email = nil, ""
	if got, err := trusting.login(t, trusting.provider(t, "oidc")); err != nil || got.EmailVerified {
		t.Errorf("an address that is not there: %+v, %v", got, err)
	}
}

// A name that differs in its letters alone says nothing, and none may come twice.
func TestClaimsOfOtherNames(t *testing.T) {
	a := providers(t)
	a.User.EmailVerified = false
	a.Bend = func(claims map[string]any) { claims["Email_Verified"], claims["EMAIL"] = true, "boss@example.com" }
	if got, err := a.login(t, a.provider(t, "oidc")); err != nil || got.EmailVerified || got.Email != "jane@example.com" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAddressFromUserinfo(t *testing.T) {
	a := providers(t)
	p := a.provider(t, "oidc")
	a.User.Email, a.User.UserinfoEmail = "", "jane@work.example"
	if got, err := a.login(t, p); err != nil || got.Email != "jane@work.example" || !got.EmailVerified || got.Subject != "24828976" || got.Username != "jane" {
		t.Errorf("%+v, %v", got, err)
	}
	a.User.UserinfoEmail = ""
	if got, err := a.login(t, p); err != nil || got.Email != "" || got.EmailVerified || got.Subject != "24828976" {
		t.Errorf("of nobody with an address: %+v, %v", got, err)
	}
	if n := a.Calls("userinfo"); n != 2 {
		t.Errorf("userinfo was asked %d times", n)
	}
	// Whose address it is depends on sub (OpenID Connect Core 1.0 §5.3.2).
	a.Answers["userinfo"] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"sub": "1", "email": "boss@example.com", "email_verified": true}`))
	}
	_ = a.refuses(t, "userinfo about another user", p, auth.ErrProviderRefused)
	a.Answers["userinfo"] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"email": "boss@example.com", "email_verified": true}`))
	}
	_ = a.refuses(t, "userinfo about nobody", p, auth.ErrProviderRefused)
}

// A code is worth nothing without the verifier, a second time, or for another client.
func TestCodesOfProviders(t *testing.T) {
	for _, name := range []string{"google", "github", "apple", "oidc"} {
		a := providers(t)
		p := a.provider(t, name)
		invalid := map[bool]string{true: "bad_verification_code", false: "invalid_grant"}[name == "github"]
		var refused *authprovider.CodeError

		code, request := a.begin(t, p)
		other := request
		other.Verifier = oauth2.GenerateVerifier()
		if who, err := p.Exchange(t.Context(), code, other); !errors.As(err, &refused) || refused.Code != invalid || !errors.Is(err, auth.ErrProviderRefused) || who.Subject != "" {
			t.Errorf("%s, another verifier: %+v, %v", name, who, err)
		}
		if _, err := p.Exchange(t.Context(), code, request); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if who, err := p.Exchange(t.Context(), code, request); !errors.As(err, &refused) || refused.Code != invalid || who.Subject != "" {
			t.Errorf("%s, a second time: %+v, %v", name, who, err)
		}
	}
	a := providers(t, func(s *settings.Settings) {
		s.GoogleClientSecret, s.GitHubClientSecret, s.OIDCClientSecret, s.AppleKeyID = "wrong", "wrong", "wrong", "OTHER12345"
	})
	for _, p := range a.config.Providers {
		var refused *authprovider.CodeError
		if err := a.refuses(t, p.Name()+" with a wrong secret", p, auth.ErrProviderRefused); !errors.As(err, &refused) || refused.Code != "invalid_client" {
			t.Errorf("%s with a wrong secret: %v", p.Name(), err)
		}
	}
}

// The names of errors are logged, and only names.
func TestErrorsOfProviders(t *testing.T) {
	a := providers(t)
	for answer, want := range map[string]string{
		`{"error": "temporarily_unavailable"}`:          "temporarily_unavailable",
		`{"error": "<script>", "error_uri": "x"}`:       "an error of another form",
		`{"error": "` + strings.Repeat("a", 200) + `"}`: strings.Repeat("a", 60),
	} {
		a.Answers["token"] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(answer))
		}
		var refused *authprovider.CodeError
		if err := a.refuses(t, answer, a.provider(t, "google"), auth.ErrProviderRefused); !errors.As(err, &refused) || refused.Code != want {
			t.Errorf("%s: %v", answer, err)
		}
	}
	for _, answer := range []string{`{}`, `{"error_description": "secret"}`, `not JSON`} {
		a.Answers["token"] = func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(answer))
		}
		if err := a.refuses(t, answer, a.provider(t, "google"), auth.ErrProviderUnavailable); err != nil && strings.Contains(err.Error(), "JSON") {
			t.Errorf("the answer is repeated: %v", err)
		}
	}
}

func TestUsersOfGitHub(t *testing.T) {
	a := providers(t)
	p := a.provider(t, "github")
	a.User.EmailVerified = false
	if got, err := a.login(t, p); err != nil || got.Email != "jane@example.com" || got.EmailVerified {
		t.Errorf("a primary address that is not verified: %+v, %v", got, err)
	}
	a.User.Email = ""
	if got, err := a.login(t, p); err != nil || got.Email != "" || got.EmailVerified {
		t.Errorf("no primary address: %+v, %v", got, err)
	}
	for user, kind := range map[string]error{
		`{"id": 0, "login": "jane"}`:          auth.ErrProviderRefused,
		`{"id": -1, "login": "jane"}`:         auth.ErrProviderRefused,
		`{"login": "jane"}`:                   auth.ErrProviderRefused,
		`{"id": "24828976", "login": "jane"}`: auth.ErrProviderUnavailable,
		`{"id": 1e99, "login": "jane"}`:       auth.ErrProviderUnavailable,
		`{"id": 1, "id": 2}`:                  auth.ErrProviderUnavailable,
	} {
		a.Answers["user"] = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(user)) }
		_ = a.refuses(t, user, p, kind)
	}
}

// Apple gets a secret that is made for the exchange, in the body.
func TestSecretsForApple(t *testing.T) {
	a := providers(t)
	var secrets []string
	inner := a.Transport
	web := authprovider.Web{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				return nil, err
			}
			secrets = append(secrets, r.PostForm.Get("client_secret"))
			if r.Header.Get("Authorization") != "" {
				t.Error("the secret is sent twice")
			}
			r.Body = http.NoBody
			return nil, errors.New("seen")
		}
		return inner.RoundTrip(r)
	})}
	key, err := authprovider.ParseAppleKey(appleKey(t))
	if err != nil {
		t.Fatal(err)
	}
	p := authprovider.NewApple(authprovider.AppleClient{ID: "com.example.web", TeamID: "ABCDE12345", KeyID: "KEY1234567", Key: key}, web)
	for range 2 {
		_ = a.refuses(t, "a transport that looks", p, auth.ErrProviderUnavailable)
	}
	if len(secrets) != 2 || secrets[0] == secrets[1] || strings.Count(secrets[0], ".") != 2 {
		t.Errorf("%d secrets: %q", len(secrets), secrets)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Every request has to end within ten seconds, with all that its step asks.
func TestTimeOfProviders(t *testing.T) {
	a := providers(t)
	for _, name := range []string{"google", "github"} {
		code, request := a.begin(t, a.provider(t, name))
		var deadlines []bool
		inner := a.Transport
		web := authprovider.Web{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			deadline, ok := r.Context().Deadline()
			deadlines = append(deadlines, ok && !deadline.After(a.Now().Add(authprovider.Timeout)))
			return inner.RoundTrip(r)
		})}
		p := authprovider.NewGoogle(authprovider.Client{ID: "google-id", Secret: "google+secret/"}, web)
		if name == "github" {
			p = authprovider.NewGitHub(authprovider.Client{ID: "github-id", Secret: "github-secret"}, web)
		}
		if _, err := p.Exchange(t.Context(), code, request); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(deadlines) != 3 || slices.Contains(deadlines, false) {
			t.Errorf("%s: requests in time: %v", name, deadlines)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.provider(t, "apple").AuthURL(ctx, auth.AuthRequest{}); !errors.Is(err, auth.ErrProviderUnavailable) {
		t.Errorf("after the browser left: %v", err)
	}
}

func TestWhatABrowserIsSentWith(t *testing.T) {
	a := providers(t)
	for name, scopes := range map[string]string{"google": "openid email profile", "github": "user:email", "apple": "openid email", "oidc": "openid email profile"} {
		address, err := a.provider(t, name).AuthURL(t.Context(), auth.AuthRequest{State: "s", Nonce: "n", Verifier: oauth2.GenerateVerifier(), RedirectURL: a.config.RedirectURL(name)})
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil || u.Query().Get("scope") != scopes || u.Scheme != "https" {
			t.Errorf("%s: %s, %v", name, address, err)
		}
	}
}

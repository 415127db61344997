package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestDoctorAsksProviders(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*settings.Settings, *testkit.Provider)
		want   []string
		failed bool
	}{
		"all are right": {func(*settings.Settings, *testkit.Provider) {}, []string{
			"ok    google      redirect URI to enter at Google: https://api.example.com/api/v1/auth/oauth/google/callback", "ok    google      knows this service",
			"ok    github      knows this service", "ok    apple       knows this service", "ok    oidc        knows this service",
		}, false},
		"a wrong secret": {func(s *settings.Settings, _ *testkit.Provider) { s.GoogleClientSecret = "wrong" }, []string{
			"FAIL  google      does not know this service: check the settings that begin with GOOGLE_: ", "ok    oidc        knows this service",
		}, true},
		"a key of Apple's that was revoked": {func(s *settings.Settings, _ *testkit.Provider) { s.AppleKeyID = "OTHER12345" }, []string{
			"FAIL  apple       does not know this service: check the settings that begin with APPLE_: ",
		}, true},
		"another issuer": {func(s *settings.Settings, _ *testkit.Provider) { s.OIDCIssuer += "/" }, []string{
			"FAIL  oidc        can't be asked: check the network and OIDC_ISSUER, which must be exactly what the provider calls itself: ",
			testkit.OIDCIssuer + `/"`,
		}, true},
		"another redirect URI": {func(_ *settings.Settings, p *testkit.Provider) {
			p.Answers["token"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"error": "redirect_uri_mismatch"}`))
			}
		}, []string{"FAIL  github      does not know the redirect URI: "}, true},
		"one that is away": {func(_ *settings.Settings, p *testkit.Provider) {
			p.Answers["token"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		}, []string{"FAIL  github      can't be asked: check the network: "}, true},
		"without TLS": {func(s *settings.Settings, _ *testkit.Provider) { s.PublicURL = "http://localhost:8000" }, []string{
			"todo  apple       takes no redirect URI without https",
		}, false},
	} {
		p := testkit.NewProvider(t)
		var config settings.Settings
		config.PublicURL, config.OIDCScopes = "https://api.example.com", "openid email"
		p.Configure(&config)
		tt.change(&config, p)
		var out bytes.Buffer
		f := &findings{out: &out}
		if err := examineProviders(t.Context(), config, nil, "", f); err != nil || f.failed != tt.failed {
			t.Errorf("%s: failed is %t, %v:\n%s", name, f.failed, err, out.String())
		}
		for _, line := range tt.want {
			if !strings.Contains(out.String(), line) {
				t.Errorf("%s: %q is missing in:\n%s", name, line, out.String())
			}
		}
	}
	var out bytes.Buffer
	if err := examineProviders(t.Context(), settings.Settings{}, nil, "", &findings{out: &out}); err != nil || !strings.HasPrefix(out.String(), "todo  providers   none is on: ") {
		t.Errorf("without providers: %v: %s", err, out.String())
	}
}

// Who came with a provider has no password, and that is no fault.
func TestDoctorOfUserWithoutPassword(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.LoginWith(t, provider, "google")
	var out bytes.Buffer
	f := &findings{out: &out}
	if err := examineUser(t.Context(), svc.Auth, provider.User.Email, f); err != nil || f.failed || !strings.Contains(out.String(), "there is none: log-ins are with a provider") {
		t.Errorf("failed is %t, %v:\n%s", f.failed, err, out.String())
	}
}

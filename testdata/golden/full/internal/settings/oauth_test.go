package settings_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

// appleKey makes a private key, as a PEM file.
func appleKey(t *testing.T, curve elliptic.Curve) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestProvidersThatAreOn(t *testing.T) {
	apple := []string{"APPLE_CLIENT_ID=com.example.web", "APPLE_TEAM_ID=ABCDE12345", "APPLE_KEY_ID=KEY1234567"}
	private := appleKey(t, elliptic.P256())
	file := filepath.Join(t.TempDir(), "AuthKey.p8")
	if err := os.WriteFile(file, []byte(private), 0o600); err != nil {
		t.Fatal(err)
	}
	google := []string{"GOOGLE_CLIENT_ID=id", "GOOGLE_CLIENT_SECRET=secret"}
	github := []string{"GITHUB_CLIENT_ID=id", "GITHUB_CLIENT_SECRET=secret"}
	oidc := []string{"OIDC_CLIENT_ID=id", "OIDC_CLIENT_SECRET=secret", "OIDC_ISSUER=https://login.example.com/realms/staff"}
	for want, variables := range map[string][]string{
		"":                                   nil,
		"google Google":                      google,
		"github GitHub":                      github,
		"oidc login.example.com":             oidc,
		"oidc Staff":                         append([]string{"OIDC_NAME=Staff"}, oidc...),
		"apple Apple":                        append([]string{"APPLE_PRIVATE_KEY=" + strings.ReplaceAll(private, "\n", `\n`)}, apple...),
		"google Google,apple Apple":          slices.Concat(google, apple, []string{"APPLE_PRIVATE_KEY_FILE=" + file}),
		"github GitHub,oidc Our own, please": slices.Concat([]string{"OIDC_NAME=Our own, please"}, oidc, github),
	} {
		config, err := settings.Load(append(slices.Clone(production), variables...), t.TempDir())
		if err != nil {
			t.Errorf("%s: %v", want, err)
		}
		var on []string
		for _, p := range config.OAuthConfig().Providers {
			on = append(on, p.Name()+" "+p.Title())
		}
		if got := strings.Join(on, ","); got != want {
			t.Errorf("%q are on, want %q", got, want)
		}
	}
}

func TestFaultsOfProviders(t *testing.T) {
	oidc := func(issuer string) string {
		return "OIDC_CLIENT_ID=id|OIDC_CLIENT_SECRET=hunter2|OIDC_ISSUER=" + issuer
	}
	apple := "APPLE_CLIENT_ID=id|APPLE_TEAM_ID=ABCDE12345|APPLE_KEY_ID=KEY1234567|APPLE_PRIVATE_KEY="
	other := strings.ReplaceAll(appleKey(t, elliptic.P384()), "\n", `\n`)
	const privateAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"
	for variables, want := range map[string]string{
		"GOOGLE_CLIENT_ID=id":                          "GOOGLE_CLIENT_SECRET is missing, and GOOGLE_CLIENT_ID is set: copy it from",
		"GOOGLE_CLIENT_SECRET=hunter2":                 "GOOGLE_CLIENT_ID is missing, and GOOGLE_CLIENT_SECRET is set: copy it from",
		"GITHUB_CLIENT_ID=id":                          "GITHUB_CLIENT_SECRET is missing",
		"OIDC_CLIENT_ID=id|OIDC_CLIENT_SECRET=hunter2": "OIDC_ISSUER is missing",
		"OIDC_ISSUER=https://login.example.com":        "OIDC_CLIENT_ID is missing",
		apple:                                          "APPLE_PRIVATE_KEY is missing, and APPLE_CLIENT_ID is set",
		apple + "hunter2":                              "APPLE_PRIVATE_KEY: this is no PEM file: use the whole AuthKey file",
		apple + other:                                  "APPLE_PRIVATE_KEY: this is no key of the curve P-256",
		"APPLE_TEAM_ID=abc":                            "APPLE_TEAM_ID \"abc\": use the 10 capital letters and digits",
		oidc("login.example.com"):                      "OIDC_ISSUER \"login.example.com\": use the https URL",
		oidc("ftp://login.example.com"):                "OIDC_ISSUER \"ftp://login.example.com\": use the https URL",
		oidc("https://u:hunter2@example.com"):          "OIDC_ISSUER: use the https URL",
		oidc("https://example.com?k=hunter2"):          "OIDC_ISSUER: use the https URL",
		oidc("http://login.example.com"):               "OIDC_ISSUER \"http://login.example.com\": use https",
		oidc("https://login.example.com/" + strings.Repeat("a", 200)): "use an address of at most 191 characters",
		oidc("http://127.0.0.1:9000"):                                 "OIDC_ISSUER \"http://127.0.0.1:9000\": use https",
		oidc("https://login.microsoftonline.com/common/v2.0"):         "OIDC_ISSUER \"https://login.microsoftonline.com/common/v2.0\": use the issuer of your own tenant",
		oidc("https://login.microsoftonline.com/Organizations/v2.0"):  "OIDC_ISSUER \"https://login.microsoftonline.com/Organizations/v2.0\": use the issuer of your own tenant",
		oidc("https://login.microsoftonline.com/" + privateAccounts):  "use the issuer of your own tenant",
		oidc("https://accounts.google.com"):                           "OIDC_ISSUER \"https://accounts.google.com\": use another provider",
		"OIDC_SCOPES=email profile":                                   "OIDC_SCOPES \"email profile\": use scopes",
		"OIDC_SCOPES=openid,email":                                    "OIDC_SCOPES \"openid,email\": use scopes",
		"OIDC_EMAILS_VERIFIED=some":                                   "OIDC_EMAILS_VERIFIED \"some\": use true or false",
		"OAUTH_REGISTRATION=some":                                     "OAUTH_REGISTRATION \"some\": use true or false",
	} {
		_, err := settings.Load(append(slices.Clone(production), strings.Split(variables, "|")...), t.TempDir())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %s", variables, err, want)
		}
	}
	local := append(strings.Split(oidc("http://127.0.0.1:9000"), "|"), "ENVIRONMENT=development")
	if _, err := settings.Load(local, t.TempDir()); err != nil {
		t.Errorf("a provider on this machine, in development: %v", err)
	}
	remote := append(strings.Split(oidc("http://login.example.com"), "|"), "ENVIRONMENT=development")
	if _, err := settings.Load(remote, t.TempDir()); err == nil {
		t.Error("a provider elsewhere without TLS, in development, was taken")
	}
}

func TestReturnURLs(t *testing.T) {
	load := func(variables ...string) ([]string, error) {
		config, err := settings.Load(append(slices.Clone(production), variables...), t.TempDir())
		return config.OAuthConfig().ReturnURLs, err
	}
	for variable, want := range map[string]string{
		"OAUTH_RETURN_URLS=":                    "https://api.example.com/oauth",
		"FRONTEND_URL=https://app.example.com/": "https://app.example.com/oauth",
		"OAUTH_RETURN_URLS=https://app.example.com/back?to=me, com.example.app:/oauth,http://127.0.0.1:4000/": "https://app.example.com/back?to=me com.example.app:/oauth http://127.0.0.1:4000/",
	} {
		got, err := load("PUBLIC_URL=https://api.example.com", variable)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v", variable, got, err)
		}
	}
	for _, address := range []string{
		"/oauth", "//evil.example", "app.example.com/oauth", "https:///oauth", "https:app.example.com", "http://app.example.com/oauth",
		"https://app.example.com/#here", "https://app.example.com/#", "https://user@app.example.com/", "https://*.example.com/", `https://app.example.com\@evil.example`,
		"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "myapp:/oauth", "https://app.example.com/a b", "https://füße.example/",
		"https://app.example.com/" + strings.Repeat("x", 2000),
	} {
		if _, err := load("OAUTH_RETURN_URLS=" + address); err == nil || !strings.HasPrefix(err.Error(), "OAUTH_RETURN_URLS ") {
			t.Errorf("%.60s: %v", address, err)
		}
	}
}

// Each provider sends browsers back to an address of its own.
func TestRedirectURLs(t *testing.T) {
	config, err := settings.Load(append(slices.Clone(production), "PUBLIC_URL=https://api.example.com/base/"), t.TempDir())
	for _, name := range []string{"google", "apple"} {
		want := "https://api.example.com/base" + "/api/v1/auth/oauth/" + name + "/callback"
		if got := config.OAuthConfig().RedirectURL(name); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", name, got, err, want)
		}
	}
}

func TestRegistrationWithProviders(t *testing.T) {
	for variables, want := range map[string]bool{
		"":                           true,
		"OAUTH_REGISTRATION=no":      false,
		"REGISTRATION_ENABLED=false": false,
		"REGISTRATION_ENABLED=false OAUTH_REGISTRATION=true": true,
		"REGISTRATION_ENABLED=true OAUTH_REGISTRATION=false": false,
	} {
		config, err := settings.Load(append(slices.Clone(production), strings.Fields(variables)...), t.TempDir())
		if got := config.OAuthConfig().Registration; err != nil || got != want {
			t.Errorf("%s: %t, %v", variables, got, err)
		}
	}
}

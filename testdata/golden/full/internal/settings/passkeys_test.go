package settings_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

// What is not set follows from the addresses of the service.
func TestPasskeysFollowAddresses(t *testing.T) {
	for name, tt := range map[string]struct {
		variables []string
		id        string
		origins   string
	}{
		"PUBLIC_URL alone": {nil, "api.example.com", "https://api.example.com"},
		"FRONTEND_URL":     {[]string{"FRONTEND_URL=https://App.Example.com:8443/start"}, "app.example.com", "https://app.example.com:8443"},
		"a common domain": {[]string{"FRONTEND_URL=https://app.example.com", "PASSKEY_RP_ID=Example.com"}, "example.com",
			"https://app.example.com https://api.example.com"},
		"the port of https":       {[]string{"PUBLIC_URL=https://api.example.com:443/base"}, "api.example.com", "https://api.example.com"},
		"a domain with an umlaut": {[]string{"PUBLIC_URL=https://bücher.example"}, "xn--bcher-kva.example", "https://xn--bcher-kva.example"},
		"the same twice":          {[]string{"FRONTEND_URL=https://api.example.com/app"}, "api.example.com", "https://api.example.com"},
		"development":             {[]string{"ENVIRONMENT=development", "PUBLIC_URL=http://localhost:8000"}, "localhost", "http://localhost:8000"},
		"given": {[]string{"PASSKEY_RP_ID=example.com", "PASSKEY_ORIGINS=https://app.example.com, android:apk-key-hash:" + strings.Repeat("A", 43)},
			"example.com", "https://app.example.com android:apk-key-hash:" + strings.Repeat("A", 43)},
	} {
		config, err := settings.Load(append(slices.Clone(production), tt.variables...), t.TempDir())
		got := config.Accounts().Passkeys
		if err != nil || got.RPID != tt.id || strings.Join(got.Origins, " ") != tt.origins || got.PerUser != 20 {
			t.Errorf("%s: %+v, %v; want %s of %s", name, got, err, tt.id, tt.origins)
		}
	}
}

func TestPasskeysThatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct {
		variables []string
		fault     string
	}{
		"an IP address":                  {[]string{"PASSKEY_RP_ID=192.0.2.1"}, `PASSKEY_RP_ID "192.0.2.1": use the domain`},
		"an IPv6 address":                {[]string{"PASSKEY_RP_ID=2001:db8::1"}, "PASSKEY_RP_ID"},
		"the address of the service":     {[]string{"PUBLIC_URL=https://192.0.2.1"}, `PASSKEY_RP_ID "192.0.2.1": use the domain`},
		"one label":                      {[]string{"PASSKEY_RP_ID=com"}, `PASSKEY_RP_ID "com": use the domain`},
		"localhost outside development":  {[]string{"PASSKEY_RP_ID=localhost"}, `PASSKEY_RP_ID "localhost": use the domain`},
		"one label in development":       {[]string{"ENVIRONMENT=development", "PASSKEY_RP_ID=intranet"}, `PASSKEY_RP_ID "intranet": use the domain`},
		"with its scheme":                {[]string{"PASSKEY_RP_ID=https://example.com"}, "PASSKEY_RP_ID"},
		"another domain":                 {[]string{"PASSKEY_RP_ID=example.org"}, "neither FRONTEND_URL nor PUBLIC_URL is on this domain"},
		"an origin of another domain":    {[]string{"PASSKEY_ORIGINS=https://example.org"}, `PASSKEY_ORIGINS "https://example.org": use origins of PASSKEY_RP_ID api.example.com`},
		"an origin of the parent":        {[]string{"PASSKEY_ORIGINS=https://example.com"}, "PASSKEY_ORIGINS"},
		"an origin with a like ending":   {[]string{"PASSKEY_ORIGINS=https://evil-api.example.com"}, "PASSKEY_ORIGINS"},
		"an http origin":                 {[]string{"PASSKEY_ORIGINS=http://api.example.com"}, "use https outside development"},
		"an origin with a path":          {[]string{"PASSKEY_ORIGINS=https://api.example.com/"}, "use the origin as browsers write it, https://api.example.com"},
		"an origin in capitals":          {[]string{"PASSKEY_ORIGINS=https://API.example.com"}, "use the origin as browsers write it, https://api.example.com"},
		"an origin without a scheme":     {[]string{"PASSKEY_ORIGINS=api.example.com"}, "use exact origins"},
		"an app with half a hash":        {[]string{"PASSKEY_ORIGINS=android:apk-key-hash:abc"}, "use exact origins"},
		"none for each user":             {[]string{"PASSKEYS_PER_USER=0"}, "PASSKEYS_PER_USER"},
		"more than anyone has of a user": {[]string{"PASSKEYS_PER_USER=101"}, "PASSKEYS_PER_USER"},
	} {
		if _, err := settings.Load(append(slices.Clone(production), tt.variables...), t.TempDir()); err == nil || !strings.Contains(err.Error(), tt.fault) {
			t.Errorf("%s: %v, want %s", name, err, tt.fault)
		}
	}
}

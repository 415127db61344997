package settings_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

func TestHostAndPort(t *testing.T) {
	for variables, want := range map[string]string{
		"HOST=0.0.0.0":                        "0.0.0.0:8000",
		"HOST=[::]":                           "[::]:8000",
		"HOST=::":                             "[::]:8000",
		"HOST=[::1]:9000":                     "[::1]:9000",
		"HOST=http://0.0.0.0":                 "0.0.0.0:8000",
		"HOST=http://0.0.0.0:9000/":           "0.0.0.0:9000",
		"HOST=0.0.0.0:9000":                   "0.0.0.0:9000",
		"HOST=0.0.0.0:9000 PORT=9000":         "0.0.0.0:9000",
		"HOST=localhost":                      "localhost:8000",
		"HOST=fly-local-6pn":                  "fly-local-6pn:8000",
		"PORT=tcp://10.0.0.1:9000":            "127.0.0.1:9000",
		"HOST=0.0.0.0:9000 PORT=9001":         `HOST "0.0.0.0:9000" and PORT "9001" name two ports`,
		"HOST=x86_64-conda-linux-gnu":         `HOST "x86_64-conda-linux-gnu" is the target of a compiler`,
		"HOST=arm64-apple-darwin20.0.0":       `HOST "arm64-apple-darwin20.0.0" is the target of a compiler`,
		"HOST=*":                              `HOST "*": use an address`,
		"HOST=:9000":                          `HOST ":9000": use an address`,
		"HOST=300.1.2.3":                      `HOST "300.1.2.3": use an address`,
		"HOST=https://api.example.com/v1":     `HOST "https://api.example.com/v1": use an address`,
		"HOST=127.0.0.1:":                     "127.0.0.1:8000",
		"HOST=0.0.0.0:http":                   `HOST "0.0.0.0:http": use an address`,
		"HOST=http://[::1]:9000/v1 PORT=9000": `HOST "http://[::1]:9000/v1": use an address`,
		"PORT=tcp://10.0.0.1":                 `PORT "tcp://10.0.0.1": use a number`,
		"HOST=x86_64-conda-linux-gnu PORT=-1": "\nPORT \"-1\": use a number",
	} {
		got, err := settings.Load(append(strings.Fields(variables), "ENVIRONMENT=development"), t.TempDir())
		if err != nil && (!strings.Contains(err.Error(), want) || strings.Count(err.Error(), `HOST "`) > 1) || err == nil && got.Address() != want {
			t.Errorf("%s: %s, %v; want %s", variables, got.Address(), err, want)
		}
	}
}

func TestOrigins(t *testing.T) {
	for typed, want := range map[string]string{
		"https://app.example.com":       "https://app.example.com",
		"https://app.example.com/":      "https://app.example.com",
		"HTTPS://App.Example.com:443":   "https://app.example.com",
		"http://app.example.com:80":     "http://app.example.com",
		"http://app.example.com:443":    "http://app.example.com:443",
		"https://bücher.example:8443":   "https://xn--bcher-kva.example:8443",
		"http://[::1]:5173":             "http://[::1]:5173",
		"capacitor://localhost":         "capacitor://localhost",
		"tauri://localhost":             "tauri://localhost",
		"chrome-extension://abcdefghij": "chrome-extension://abcdefghij",
		"*":                             "",
		"null":                          "",
		"app.example.com":               "",
		"https://*.example.com":         "",
		"https://app.example.com/path":  "",
		"https://app.example.com?a=b":   "",
		"https://":                      "",
	} {
		got, err := settings.Load([]string{"ENVIRONMENT=development", "CORS_ALLOWED_ORIGINS=https://first.example, " + typed}, t.TempDir())
		if want == "" && (err == nil || !strings.Contains(err.Error(), `CORS_ALLOWED_ORIGINS "`+typed+`": use exact origins`)) {
			t.Errorf("%s: %q, %v", typed, got.CORSAllowedOrigins, err)
		}
		if want != "" && (err != nil || !slices.Equal(got.CORSAllowedOrigins, []string{"https://first.example", want})) {
			t.Errorf("%s: %q, %v; want %s", typed, got.CORSAllowedOrigins, err, want)
		}
	}
}

func TestProxiesThatAreEverybody(t *testing.T) {
	for proxies, refused := range map[string]bool{
		"0.0.0.0/0": true, "::/0": true, "10.0.0.1,128.0.0.0/1": true, "::/1": true, "10.0.0.0/8": false, "fc00::/7": false, "127.0.0.1,::1": false,
	} {
		_, err := settings.Load(append(production, "TRUSTED_PROXIES="+proxies), t.TempDir())
		if refused != (err != nil) || err != nil && !strings.HasPrefix(err.Error(), "TRUSTED_PROXIES ") {
			t.Errorf("%s in production: %v", proxies, err)
		}
		if _, err := settings.Load([]string{"ENVIRONMENT=development", "TRUSTED_PROXIES=" + proxies}, t.TempDir()); err != nil {
			t.Errorf("%s in development: %v", proxies, err)
		}
	}
}

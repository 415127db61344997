package settings_test

import (
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

func TestPrecedence(t *testing.T) {
	dir := folder(t, map[string]string{
		".env":             "ENVIRONMENT=development\nAPP_NAME=file\nHOST=file\nPORT=1001",
		".env.development": "APP_NAME=specific\nHOST=specific",
		".env.staging":     "APP_NAME=staging",
	})
	got, err := settings.Load([]string{"APP_NAME=process"}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.AppName != "process" || got.Host != "specific" || got.Port != 1001 || got.LogLevel != slog.LevelInfo {
		t.Errorf("settings are %s %s %d %s", got.AppName, got.Host, got.Port, got.LogLevel)
	}
	got, err = settings.Load(append(production, "ENVIRONMENT=staging"), dir)
	if err != nil || got.Environment != "staging" || got.AppName != "staging" || got.Host != "file" {
		t.Errorf("in staging: %s %s %s, %v", got.Environment, got.AppName, got.Host, err)
	}
}

func TestEmptyIsDefault(t *testing.T) {
	dir := folder(t, map[string]string{".env": "HOST=file\nPORT=1001", ".env.development": "HOST="})
	got, err := settings.Load([]string{"ENVIRONMENT=development", "PORT=", "RATE_LIMIT_ENABLED=", "LOG_FORMAT="}, dir)
	if err != nil || got.Host != "file" || got.Port != 1001 || !got.RateLimitEnabled || got.LogFormat != "text" {
		t.Errorf("settings are %s %d %t %s, %v", got.Host, got.Port, got.RateLimitEnabled, got.LogFormat, err)
	}
}

func TestDefaultsDependOnTheEnvironment(t *testing.T) {
	for _, tt := range []struct {
		environ   []string
		docs      bool
		logFormat string
	}{
		{[]string{}, false, "json"},
		{[]string{"ENVIRONMENT=production"}, false, "json"},
		{[]string{"ENVIRONMENT=production", "DOCS_ENABLED=true"}, true, "json"},
		{[]string{"ENVIRONMENT=staging"}, true, "json"},
		{[]string{"ENVIRONMENT=development"}, true, "text"},
		{[]string{"ENVIRONMENT=development", "DOCS_ENABLED=false", "LOG_FORMAT=json"}, false, "json"},
	} {
		got, err := settings.Load(append(tt.environ, production...), t.TempDir())
		if err != nil || got.DocsEnabled != tt.docs || got.LogFormat != tt.logFormat {
			t.Errorf("%q: docs %t, log format %s, %v", tt.environ, got.DocsEnabled, got.LogFormat, err)
		}
		if len(got.CORSAllowedOrigins) > 0 || len(got.TrustedProxies) > 0 || !got.RateLimitEnabled || got.Address() != "127.0.0.1:8000" {
			t.Errorf("%q: the defaults are not safe: %+v", tt.environ, got)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	faults := map[string]string{
		"PORT": "x", "LOG_LEVEL": "LOUD", "LOG_FORMAT": "xml", "CORS_ALLOWED_ORIGINS": "*", "TRUSTED_PROXIES": "nobody",
		"DOCS_ENABLED": "perhaps", "RATE_LIMIT_ENABLED": "sometimes", "DATABASE_URL": "oracle://localhost/app",
	}
	environ := []string{"ENVIRONMENT=development"}
	for name, value := range faults {
		environ = append(environ, name+"="+value)
	}
	_, err := settings.Load(environ, t.TempDir())
	if err == nil {
		t.Fatal("all faults were taken")
	}
	lines := strings.Split(err.Error(), "\n")
	for name := range faults {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, name) }) {
			t.Errorf("%s has no line in:\n%v", name, err)
		}
	}
	for _, line := range lines {
		if name, _, _ := strings.Cut(strings.ReplaceAll(line, ":", " "), " "); faults[name] == "" {
			t.Errorf("the line %q begins with no variable", line)
		}
	}
}

func TestFaultyValues(t *testing.T) {
	for _, variable := range []string{
		"PORT=0", "PORT=65536", "PORT=-1", "TRUSTED_PROXIES=10.0.0.0/33", "SHUTDOWN_DELAY_SECONDS=soon", "SHUTDOWN_DELAY_SECONDS=-1",
		"LOG_LEVEL=verbose", "LOG_FORMAT=pretty", "DOCS_ENABLED=2", "APP_NAME=My\nAPI", "APP_NAME=" + strings.Repeat("x", 101),
		"CORS_ALLOWED_HEADERS=*", "CORS_ALLOWED_HEADERS=X Tenant",
	} {
		name, value, _ := strings.Cut(variable, "=")
		_, err := settings.Load([]string{"ENVIRONMENT=development", variable}, t.TempDir())
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s %.100q: use ", name, value)) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line with what is allowed", variable, err)
		}
		for _, internal := range []string{"strconv", "slog:", "netip", "parse error", "invalid syntax"} {
			if err != nil && strings.Contains(err.Error(), internal) {
				t.Errorf("%s: Go's own text %q is in %v", variable, internal, err)
			}
		}
	}
}

func TestOtherSpellings(t *testing.T) {
	for variable, want := range map[string]func(settings.Settings) bool{
		"PORT= 9000 ":       func(s settings.Settings) bool { return s.Port == 9000 },
		"PORT=:9000":        func(s settings.Settings) bool { return s.Port == 9000 },
		`APP_NAME="My API"`: func(s settings.Settings) bool { return s.AppName == "My API" },
		"LOG_LEVEL=warning": func(s settings.Settings) bool { return s.LogLevel == slog.LevelWarn },
		"LOG_LEVEL= Debug":  func(s settings.Settings) bool { return s.LogLevel == slog.LevelDebug },
		"LOG_FORMAT=JSON":   func(s settings.Settings) bool { return s.LogFormat == "json" },
		"DOCS_ENABLED=No":   func(s settings.Settings) bool { return !s.DocsEnabled },
		"DOCS_ENABLED=on":   func(s settings.Settings) bool { return s.DocsEnabled },
	} {
		got, err := settings.Load([]string{"ENVIRONMENT=development", variable}, t.TempDir())
		if err != nil || !want(got) {
			t.Errorf("%q: %+v, %v", variable, got, err)
		}
	}
}

func TestLists(t *testing.T) {
	got, err := settings.Load([]string{
		"ENVIRONMENT=development", "CORS_ALLOWED_ORIGINS=http://localhost:3000, https://app.example.com,", "CORS_ALLOWED_HEADERS=X-Tenant, X-Trace", "TRUSTED_PROXIES=10.0.0.1, 10.1.2.3/8,fd00::/8,::ffff:10.0.0.2",
	}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.CORSAllowedOrigins, []string{"http://localhost:3000", "https://app.example.com"}) {
		t.Errorf("origins are %q", got.CORSAllowedOrigins)
	}
	if !slices.Equal(got.CORSAllowedHeaders, []string{"X-Tenant", "X-Trace"}) {
		t.Errorf("headers are %q", got.CORSAllowedHeaders)
	}
	var proxies []string
	for _, proxy := range got.Proxies() {
		proxies = append(proxies, proxy.String())
	}
	if !slices.Equal(proxies, []string{"10.0.0.1/32", "10.0.0.0/8", "fd00::/8", "10.0.0.2/32"}) {
		t.Errorf("proxies are %q", proxies)
	}
}

var assignment = regexp.MustCompile(`(?m)^([A-Z_]+)=`)

// .env.example lists what can be set, and nothing else.
func TestExampleListsAllVariables(t *testing.T) {
	text, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, match := range assignment.FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, match[1])
	}
	known := variables(reflect.TypeFor[settings.Settings]())
	slices.Sort(listed)
	slices.Sort(known)
	if !slices.Equal(listed, known) {
		t.Errorf(".env.example lists\n%q\nwhich are not the settings\n%q", listed, known)
	}
	if _, err := settings.Load([]string{"ENVIRONMENT=development"}, folder(t, map[string]string{".env.development": string(text)})); err != nil {
		t.Errorf("the example does not work: %v", err)
	}
}

func variables(fields reflect.Type) []string {
	var names []string
	for i := range fields.NumField() {
		field := fields.Field(i)
		if name := field.Tag.Get("env"); name != "" {
			names = append(names, name)
		} else if field.Anonymous {
			names = append(names, variables(field.Type)...)
		}
	}
	return names
}

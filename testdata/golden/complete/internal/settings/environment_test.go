package settings_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

// folder has the files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestValuesInFiles(t *testing.T) {
	for text, want := range map[string]string{
		"APP_NAME=My API":            "My API",
		"APP_NAME=My API # a name":   "My API",
		"APP_NAME = My API":          "My API",
		`APP_NAME="My API"`:          "My API",
		"APP_NAME='My $API #1'":      "My $API #1",
		"export APP_NAME=My API":     "My API",
		"# APP_NAME=no\nAPP_NAME=My": "My",
		"APP_NAME=Füße\r\n":          "Füße",
		"APP_NAME=":                  "myapi",
		"":                           "myapi",
	} {
		got, err := settings.Load([]string{"ENVIRONMENT=development"}, folder(t, map[string]string{".env": text}))
		if err != nil || got.AppName != want {
			t.Errorf("%q gives %q, %v; want %q", text, got.AppName, err, want)
		}
	}
}

// ENVIRONMENT is part of a file's name, so it must not lead elsewhere.
func TestEnvironmentIsAName(t *testing.T) {
	dir := folder(t, map[string]string{"secret": "APP_NAME=stolen"})
	for _, name := range []string{"../secret", "/../secret", "a/b", "..", ".", "Production", "a b", "-x", `a\b`, "développement"} {
		if _, err := settings.Load([]string{"ENVIRONMENT=" + name}, filepath.Join(dir, "sub")); err == nil || !strings.Contains(err.Error(), "ENVIRONMENT") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestBrokenFileIsNotRepeated(t *testing.T) {
	for _, name := range []string{".env", ".env.development"} {
		dir := folder(t, map[string]string{name: "APP_NAME=\"hunter2\nnot a line hunter2"})
		_, err := settings.Load([]string{"ENVIRONMENT=development"}, dir)
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncodingsOfFiles(t *testing.T) {
	utf16 := func(first, second byte) string {
		text := []byte{first, second}
		for _, c := range []byte("APP_NAME=hunter2") {
			text = append(text, c*(first&1), c*(second&1)) // 0xFE is even, 0xFF is odd.
		}
		return string(text)
	}
	for name, tt := range map[string]struct{ content, want, fault string }{
		"UTF-8 with a mark":      {"\uFEFFAPP_NAME=Marked", "Marked", ""},
		"lines of Windows":       {"APP_NAME=Windows\r\nLOG_FORMAT=json\r\n", "Windows", ""},
		"UTF-16, little-endian":  {utf16(0xFF, 0xFE), "", ".env is not UTF-8"},
		"UTF-16, big-endian":     {utf16(0xFE, 0xFF), "", ".env is not UTF-8"},
		"UTF-16 without a mark":  {"A\x00P\x00P\x00", "", ".env is not UTF-8"},
		"an encoding of Windows": {"APP_NAME=F\xfc\xdfe", "", ".env is not UTF-8"},
	} {
		got, err := settings.Load([]string{"ENVIRONMENT=development"}, folder(t, map[string]string{".env": tt.content}))
		if tt.fault == "" && (err != nil || got.AppName != tt.want) || tt.fault != "" && (err == nil || !strings.Contains(err.Error(), tt.fault)) {
			t.Errorf("%s: %q, %v", name, got.AppName, err)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	url := strings.ReplaceAll("file:var/myapi.db", "/myapi", "/other")
	dir := folder(t, map[string]string{"url": url + "\n", "windows": url + "\r\n", "empty": "\n"})
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"url", "windows"} {
		got, err := settings.Load([]string{"ENVIRONMENT=development", "DATABASE_URL_FILE=" + file(name)}, t.TempDir())
		if err != nil || got.DatabaseURL != url {
			t.Errorf("a secret from a file: %+v, %v", got, err)
		}
	}
	// The process wins over files, in either form.
	for variable, content := range map[string]string{
		"DATABASE_URL_FILE=" + file("url"): "DATABASE_URL=oracle://hunter2@x",
		`DATABASE_URL="` + url + `"`:       "DATABASE_URL_FILE=/nowhere",
	} {
		got, err := settings.Load([]string{"ENVIRONMENT=development", variable}, folder(t, map[string]string{".env": content}))
		if err != nil || got.DatabaseURL != url {
			t.Errorf("%s does not win over %s: %+v, %v", variable, content, got, err)
		}
	}
	for variables, want := range map[string]string{
		"DATABASE_URL_FILE=" + file("missing"):                            "DATABASE_URL_FILE: there is no such file",
		"DATABASE_URL_FILE=" + dir:                                        "DATABASE_URL_FILE: this is no file",
		"DATABASE_URL_FILE=" + file("empty"):                              "DATABASE_URL_FILE: the file is empty",
		"DATABASE_URL_FILE=" + file("url") + " DATABASE_URL=file:hunter2": "DATABASE_URL and DATABASE_URL_FILE are both set",
	} {
		_, err := settings.Load(append(strings.Fields(variables), "ENVIRONMENT=development"), t.TempDir())
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want one line: %s", variables, err, want)
		}
	}
}

// A secret in the wrong place, or of the wrong form, is not repeated.
func TestSecretsAreNotRepeated(t *testing.T) {
	for _, variable := range []string{
		"DATABASE_URL=oracle://app:hunter2@host/app", "DATABASE_URL=app:hunter2://host/app",
		"DATABASE_URL_FILE=hunter2", "CORS_ALLOWED_ORIGINS=https://u:hunter2@x", "HOST=postgres://u:hunter2@h",
	} {
		_, err := settings.Load([]string{"ENVIRONMENT=development", variable}, t.TempDir())
		name, _, _ := strings.Cut(variable, "=")
		if err == nil || !strings.HasPrefix(err.Error(), name) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", variable, err)
		}
	}
}

func TestUnknownVariablesOfFiles(t *testing.T) {
	dir := folder(t, map[string]string{
		".env":             "APP_NAM=My API\nVITE_API_URL=http://localhost\nDATABASE_URL_FILE=/nowhere\nDATABASE_URL=file:var/myapi.db\nlog_level=INFO",
		".env.development": "RATELIMIT_ENABLED=false",
		".env.staging":     "NOT_READ=",
	})
	got, err := settings.Load([]string{"ENVIRONMENT=development", "OTHER_PROGRAM=x", "DATABASE_URL=file:var/myapi.db"}, dir)
	want := []string{
		"APP_NAM in .env is no setting: is APP_NAME meant?", "VITE_API_URL in .env is no setting", "log_level in .env is no setting: is LOG_LEVEL meant?",
		"RATELIMIT_ENABLED in .env.development is no setting: is RATE_LIMIT_ENABLED meant?",
	}
	if err != nil || !slices.Equal(got.Unknown, want) {
		t.Errorf("unknown are %q, %v", got.Unknown, err)
	}
}

// A key that was pasted into a file is not told as a variable's name.
func TestPastedLinesAreNotRepeated(t *testing.T) {
	const told = "a line of .env sets what is no setting"
	for _, line := range []string{
		"hunter2=x", "AKIAHUNTER2EXAMPLE=x", "sk_live_hunter2: x", "SG.hunter2=abc", "MIIEhunter2qB=x", "HUNTERHUNTERHUNTER=x", "hunter2=x\nHunter2=y",
	} {
		got, err := settings.Load([]string{"ENVIRONMENT=development"}, folder(t, map[string]string{".env": line}))
		if err == nil && (len(got.Unknown) != 1 || !strings.HasPrefix(got.Unknown[0], told)) {
			t.Errorf("%s: %q", line, got.Unknown)
		}
		if shown := fmt.Sprint(got.Unknown, err); strings.Contains(strings.ToLower(shown), "hunter") {
			t.Errorf("%s is repeated: %s", line, shown)
		}
	}
}

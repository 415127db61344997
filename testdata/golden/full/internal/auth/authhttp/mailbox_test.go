package authhttp_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authmail"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// development runs a service in development, with a mail in its folder.
func development(t *testing.T) (*testkit.Service, string) {
	t.Helper()
	dir := t.TempDir()
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
		s.Environment, s.EmailOutboxDir, s.PublicURL = settings.Development, dir, "http://localhost:8000"
	}})
	composer := svc.Mails(t).Worker().Composer
	message, err := composer.Compose(auth.Delivery{Kind: auth.MailReset, To: "user@example.com", Username: "johndoe", Token: "TOKEN"})
	if err != nil {
		t.Fatal(err)
	}
	folder := authmail.Folder{Dir: dir, Now: svc.Clock.Now}
	if err := folder.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 || filepath.Ext(files[0]) != ".eml" {
		t.Fatalf("files are %q, %v; want one .eml", files, err)
	}
	return svc, filepath.Base(files[0])
}

func open(svc http.Handler, path, remote, host string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr, r.Host = remote, host
	for name, values := range header {
		r.Header[name] = values
	}
	recorder := httptest.NewRecorder()
	svc.ServeHTTP(recorder, r)
	return recorder
}

func TestMailbox(t *testing.T) {
	svc, name := development(t)
	list := open(svc, "/dev/mailbox", "127.0.0.1:4000", "localhost:8000", nil)
	if list.Code != http.StatusOK || !strings.Contains(list.Body.String(), "user@example.com") || !strings.Contains(list.Body.String(), name) {
		t.Fatalf("list = %d %s", list.Code, list.Body)
	}
	mail := open(svc, "/dev/mailbox/"+name, "[::1]:4000", "[::1]:8000", nil)
	if mail.Code != http.StatusOK || !strings.Contains(mail.Body.String(), "http://localhost:8000/reset-password#token=TOKEN") {
		t.Errorf("mail = %d %s", mail.Code, mail.Body)
	}
}

func TestMailboxIsForThisMachineOnly(t *testing.T) {
	svc, name := development(t)
	tests := []struct {
		name, remote, host string
		header             http.Header
	}{
		{"another machine", "192.0.2.1:4000", "localhost:8000", nil},
		{"another host name, as by DNS rebinding", "127.0.0.1:4000", "evil.example", nil},
		{"a host name that begins alike", "127.0.0.1:4000", "localhost.evil.example:8000", nil},
		{"through a proxy", "127.0.0.1:4000", "localhost:8000", http.Header{"X-Forwarded-For": {"127.0.0.1"}}},
		{"through a proxy that hides it", "127.0.0.1:4000", "localhost:8000", http.Header{"X-Forwarded-For": {""}}},
		{"through another proxy", "127.0.0.1:4000", "localhost:8000", http.Header{"Forwarded": {"for=127.0.0.1"}}},
	}
	for _, tt := range tests {
		for _, path := range []string{"/dev/mailbox", "/dev/mailbox/" + name} {
			if got := open(svc, path, tt.remote, tt.host, tt.header); got.Code != http.StatusNotFound {
				t.Errorf("%s: %s = %d", tt.name, path, got.Code)
			}
		}
	}
}

func TestMailboxLeadsNowhereElse(t *testing.T) {
	svc, _ := development(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(t.TempDir()), "secret.eml"), []byte("To: a@b.co\n\nsecret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"..%2fsecret.eml", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "nope.eml", "go.mod"} {
		if got := open(svc, "/dev/mailbox/"+name, "127.0.0.1:4000", "localhost", nil); got.Code != http.StatusNotFound {
			t.Errorf("%s = %d %s", name, got.Code, got.Body)
		}
	}
}

func TestMailboxIsForDevelopmentOnly(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	if got := open(svc, "/dev/mailbox", "127.0.0.1:4000", "localhost:8000", nil); got.Code != http.StatusNotFound {
		t.Errorf("in production = %d", got.Code)
	}
}

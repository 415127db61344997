package authhttp_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

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
	return svc, filepath.Base(deliver(t, svc, dir, auth.Delivery{Kind: auth.MailReset, To: "user@example.com", Username: "johndoe", Token: "TOKEN"}))
}

// deliver puts a mail into the folder, and returns the name of its file there.
func deliver(t *testing.T, svc *testkit.Service, dir string, delivery auth.Delivery) string {
	t.Helper()
	message, err := svc.Mails(t).Worker().Composer.Compose(delivery)
	if err != nil {
		t.Fatal(err)
	}
	before, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	folder := authmail.Folder{Dir: dir, Now: svc.Clock.Now}
	if err := folder.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != len(before)+1 || filepath.Ext(files[len(files)-1]) != ".eml" {
		t.Fatalf("files are %q, %v; want one more .eml", files, err)
	}
	return files[len(files)-1]
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

func TestMailboxShowsUnreadMailsFirst(t *testing.T) {
	svc, _ := development(t)
	svc.Clock.Advance(time.Minute)
	second := deliver(t, svc, svc.Settings.EmailOutboxDir, auth.Delivery{Kind: auth.MailReset, To: "second@example.com", Username: "johndoe", Token: "TOKEN"})
	order := func() string {
		list := open(svc, "/dev/mailbox", "127.0.0.1:4000", "localhost:8000", nil).Body.String()
		return strings.Join(regexp.MustCompile(`class="unread"|(?:user|second)@example\.com|\(\d\)`).FindAllString(list, -1), " ")
	}
	if got := order(); got != `(2) class="unread" second@example.com class="unread" user@example.com` {
		t.Errorf("before anybody reads, the list has %s", got)
	}
	open(svc, "/dev/mailbox/"+filepath.Base(second), "127.0.0.1:4000", "localhost:8000", nil)
	if got := order(); got != `(1) class="unread" user@example.com second@example.com` {
		t.Errorf("after the newer was read, the list has %s", got)
	}
}

func TestMailOnItsPage(t *testing.T) {
	svc, _ := development(t)
	dir := svc.Settings.EmailOutboxDir
	name := filepath.Base(deliver(t, svc, dir, auth.Delivery{Kind: auth.MailReset, To: "user@example.com", Username: "<script>alert(1)</script>", Token: "TOKEN"}))
	page := open(svc, "/dev/mailbox/"+name, "127.0.0.1:4000", "localhost:8000", nil)
	body := page.Body.String()
	for _, want := range []string{
		`href="../mailbox"`, "Auto-Submitted: auto-generated", "<dd>user@example.com</dd>", "srcdoc=", `<a href="http://localhost:8000/reset-password#token=TOKEN`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s: %s", want, body)
		}
	}
	if strings.Contains(body, "<script>alert") {
		t.Errorf("the page has what the mail was made of: %s", body)
	}
	policy := page.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'sha256-") || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", policy)
	}
	if strings.Contains(body, "allow-scripts") {
		t.Error("the mail may run scripts")
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
		{"a script of another page", "127.0.0.1:4000", "localhost:8000", http.Header{"Origin": {"http://localhost:3000"}}},
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

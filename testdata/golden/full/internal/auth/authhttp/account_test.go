package authhttp_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

const accountPage = "/dev/account"

// The page runs its own script and style, and asks this service alone.
func TestAccountPage(t *testing.T) {
	svc, _ := development(t)
	page := open(svc, accountPage, "127.0.0.1:4000", "localhost:8000", nil)
	if page.Code != http.StatusOK || page.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%s = %d %v", accountPage, page.Code, page.Header())
	}
	body, policy := page.Body.String(), page.Header().Get("Content-Security-Policy")
	checkInline(t, body, policy)
	for _, want := range []string{"default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if found := regexp.MustCompile(`(?i)https?://|\son[a-z]+=|innerHTML|\beval\b`).FindString(body); found != "" || strings.Contains(policy, "unsafe") {
		t.Errorf("the page has %q, its policy is %s", found, policy)
	}
}

// Every request that the page can send is one that the service knows.
func TestAccountPageSendsWhatThereIs(t *testing.T) {
	svc, _ := development(t)
	page := open(svc, accountPage, "127.0.0.1:4000", "localhost:8000", nil).Body.String()
	sent := regexp.MustCompile(`data-send="(\S+) (\S+)"`).FindAllStringSubmatch(page, -1)
	if len(sent) < 8 {
		t.Fatalf("the page sends %v", sent)
	}
	for _, request := range sent {
		answer := svc.Do(t, testkit.Request{Method: request[1], Path: "/api/v1/" + request[2], Body: map[string]string{}})
		if answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed {
			t.Errorf("%s %s = %d", request[1], request[2], answer.Status)
		}
	}
}

func TestAccountPageIsForThisMachineOnly(t *testing.T) {
	svc, _ := development(t)
	for _, tt := range []struct {
		name, remote, host string
		header             http.Header
	}{
		{"another machine", "192.0.2.1:4000", "localhost:8000", nil},
		{"another host name, as by DNS rebinding", "127.0.0.1:4000", "evil.example", nil},
		{"through a proxy", "127.0.0.1:4000", "localhost:8000", http.Header{"X-Forwarded-For": {"127.0.0.1"}}},
		{"a script of another page", "127.0.0.1:4000", "localhost:8000", http.Header{"Origin": {"http://localhost:3000"}}},
	} {
		if got := open(svc, accountPage, tt.remote, tt.host, tt.header); got.Code != http.StatusNotFound {
			t.Errorf("%s = %d", tt.name, got.Code)
		}
	}
}

func TestAccountPageIsForDevelopmentOnly(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	if got := open(svc, accountPage, "127.0.0.1:4000", "localhost:8000", nil); got.Code != http.StatusNotFound {
		t.Errorf("in production = %d", got.Code)
	}
}

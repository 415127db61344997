package authhttp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestLinkPages(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	mails := svc.Mails(t)
	john := svc.Register(t, "johndoe")
	token := mails.Only(t, john.Email).Token()
	for _, path := range []string{"/verify-email", "/reset-password"} {
		for range 3 { // As mail scanners do, with the token even though browsers would not send it.
			svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: path + "?token=" + token})
			svc.Expect(t, http.StatusOK, testkit.Request{Method: "HEAD", Path: path})
		}
		page := svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: path})
		if got := page.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("%s is %s", path, got)
		}
		policy := page.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
		checkInline(t, page.Body, policy)
		if found := regexp.MustCompile(`(?i)https?://|//[a-z]+\.|\son[a-z]+=|innerHTML`).FindString(page.Body); found != "" {
			t.Errorf("%s has %q", path, found)
		}
		for _, want := range []string{`name="viewport"`, "prefers-color-scheme:dark", svc.Settings.AppName, `type="email"`} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
	if err := svc.Auth.VerifyEmail(t.Context(), token); err != nil {
		t.Errorf("after all, the token is refused: %v", err)
	}
}

// checkInline checks that the script and the style of a page run under its policy,
// as browsers do: they read the page's line ends as LF.
func checkInline(t *testing.T, body, policy string) {
	t.Helper()
	for tag, directive := range map[string]string{"script": "script-src", "style": "style-src"} {
		inline := regexp.MustCompile(`(?s)<` + tag + `>(.*)</` + tag + `>`).FindStringSubmatch(strings.ReplaceAll(body, "\r\n", "\n"))
		if inline == nil {
			t.Fatalf("the page has no %s", tag)
		}
		sum := sha256.Sum256([]byte(inline[1]))
		if want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"; !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
}

func TestResetPageTellsTheRules(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
		s.AppName, s.PasswordMinLength, s.PasswordRequireDigit = "<b>Shop</b>", 12, true
	}})
	page := svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/reset-password"}).Body
	for _, want := range []string{"At least 12 characters", "A digit", `minlength="12"`, "&lt;b&gt;Shop&lt;/b&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s: %s", want, page)
		}
	}
	if strings.Contains(page, "uppercase") || strings.Contains(page, "<b>Shop") {
		t.Errorf("the page has a rule that is off, or a name that was not escaped: %s", page)
	}
}

func TestHSTSFollowsPublicURL(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	page := svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/verify-email"})
	if got := page.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
}

//go:build unix

package e2e

import (
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestReadmeEmail goes the ways of a person who confirms an e-mail and forgets
// a password, with the README's commands and the mails in the outbox.
func TestReadmeEmail(t *testing.T) {
	p := newProject(t, "complete")
	need(t, "curl", "the README's commands about mail are not run")
	p.follow(t, "Protect a route", "Verified users")
	s := p.start(t)
	s.register(t, "user")
	token := s.login(t, "user")
	s.answers(t, "GET", "/api/v1/verified-only", token, nil, http.StatusForbidden, "User not verified")

	blocks := p.readme.section(t, "E-mail")
	if len(blocks) != 3 {
		t.Fatalf("docs/email.md has %d blocks under E-mail, want 3", len(blocks))
	}
	run := func(block, placeholder, mailed string) string {
		t.Helper()
		return p.shell(t, s.here(strings.ReplaceAll(block, placeholder, mailed)))
	}
	verification := p.mails(t, 1)[0].token(t)
	if printed := run(blocks[0].text, "verification_token_here", verification); !strings.Contains(printed, "Email verified") {
		t.Errorf("verify-email prints %s", printed)
	}
	s.answers(t, "GET", "/api/v1/verified-only", token, nil, http.StatusOK, "You are verified!")
	if printed := p.shell(t, s.here(blocks[1].text)); strings.Count(printed, "a mail is on its way") != 2 {
		t.Errorf("resend-verification and forgot-password print %s", printed)
	}
	reset := p.mails(t, 2)[1].token(t) // A verified user gets no other verification.
	if printed := run(blocks[2].text, "reset_token_here", reset); !strings.Contains(printed, "Password has been reset") {
		t.Errorf("reset-password prints %s", printed)
	}
	s.answers(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "user", "password": password},
		http.StatusUnauthorized, "Invalid credentials")
	s.answers(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "user", "password": "NewSecurePass123!"}, http.StatusOK, "")
}

func TestReadmeEmailTemplates(t *testing.T) {
	p := newProject(t, "complete")
	for i, name := range []string{"verification_email.html", "reset_password_email.html"} {
		p.write(t, "static/email_template/"+name, p.readme.section(t, "Templates")[i].text)
	}
	s := p.start(t)
	s.register(t, "user")
	first := p.mails(t, 1)[0]
	s.answers(t, "POST", "/api/v1/auth/forgot-password", "", map[string]string{"email": "user@example.com"},
		http.StatusAccepted, "If this address has an account, a mail is on its way")
	for what, found := range map[string]bool{
		"the name":              strings.Contains(first.html, "<h1>Welcome to myapi!</h1>"),
		"the verification link": strings.Contains(first.html, `<a href="http://localhost:`+s.port+`/verify-email#`),
		"the reset link":        strings.Contains(p.mails(t, 2)[1].html, `<a href="http://localhost:`+s.port+`/reset-password#`),
	} {
		if !found {
			t.Errorf("the guide's templates do not show %s", what)
		}
	}
}

// TestReadmeSMTP starts the program with the README's settings for Gmail and
// SendGrid, as in production; it names all faults of settings at its start.
func TestReadmeSMTP(t *testing.T) {
	p := newProject(t, "complete")
	binary := filepath.Join(t.TempDir(), "myapi")
	p.run(t, "go", "build", "-ldflags=-w", "-o", binary, "./cmd/myapi")
	blocks := p.readme.section(t, "SMTP")
	if len(blocks) != 2 {
		t.Fatalf("docs/email.md has %d blocks under SMTP, want 2", len(blocks))
	}
	for _, b := range blocks {
		p.write(t, ".env.production", b.text+"PUBLIC_URL=https://api.example.com\nSECRET_KEY=ahVeib2oowahph9eiFeeXohcoh3ohmai6aYoo9\n")
		p.run(t, binary, "migrate", "status")
	}
}

func TestReadmeSessions(t *testing.T) {
	p := newProject(t, "complete")
	need(t, "curl", "the README's command that refreshes a token is not run")
	s := p.start(t)
	s.register(t, "johndoe")
	_, tokens := s.call(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "johndoe", "password": password})
	first, _ := tokens["refresh_token"].(string)
	refresh := func(token string) map[string]any {
		t.Helper()
		command := strings.ReplaceAll(s.here(p.readme.only(t, "Sessions", "sh")), "refresh_token_here", token)
		answer := map[string]any{}
		if err := json.Unmarshal([]byte(p.shell(t, command)), &answer); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	next := refresh(first)
	access, _ := next["access_token"].(string)
	s.answers(t, "GET", "/api/v1/users/me", access, nil, http.StatusOK, "")
	second, _ := next["refresh_token"].(string)
	if again := refresh(first); again["refresh_token"] != second {
		t.Errorf("at once, a used refresh token gets %v, want the same successor", again)
	}
	refresh(second)
	if again := refresh(first); again["detail"] != "Invalid or expired token" {
		t.Errorf("a refresh token that is used after its successor gets %v", again)
	}
	s.answers(t, "GET", "/api/v1/users/me", access, nil, http.StatusUnauthorized, "Invalid token")
}

// letter is a mail from the outbox.
type letter struct{ text, html string }

// mails waits for that many mails and returns them, the oldest first.
func (p project) mails(t *testing.T, count int) []letter {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		names, err := filepath.Glob(p.path("var/outbox/*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(names) >= count {
			slices.Sort(names)
			letters := make([]letter, len(names))
			for i, name := range names {
				letters[i] = readLetter(t, name)
			}
			return letters
		}
		select {
		case <-deadline:
			t.Fatalf("%d mails were sent, want %d", len(names), count)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func readLetter(t *testing.T, name string) letter {
	t.Helper()
	message := readMail(t, name)
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	var l letter
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.html = string(content)
		} else {
			l.text = string(content)
		}
	}
}

var link = regexp.MustCompile(`http://\S+#(\S+)`)

// token returns the token of the letter's link.
func (l letter) token(t *testing.T) string {
	t.Helper()
	match := link.FindStringSubmatch(l.text)
	if match == nil {
		t.Fatalf("this mail has no link:\n%s", l.text)
	}
	values, err := url.ParseQuery(match[1])
	if err != nil || values.Get("token") == "" {
		t.Fatalf("the link has no token: %q (%v)", match[1], err)
	}
	return values.Get("token")
}

// TestMeAllocatesAHundredTimes holds a new service to fewer allocations than its own
// test does, which leaves room for columns of its owner.
func TestMeAllocatesAHundredTimes(t *testing.T) {
	p := newProject(t, "complete")
	p.replace(t, "internal/auth/authhttp/cost_test.go", "const most = 115", "const most = 100")
	p.run(t, "go", "test", "-vet=off", "-ldflags=-w", "-run=^TestCostOfMe$", "./internal/auth/authhttp")
}

//go:build unix

package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestMailPages does in a headless Chromium what a new user does: register
// through /docs, open the mail in /dev/mailbox, press the button of the page
// that its link opens, and the same for a forgotten password.
func TestMailPages(t *testing.T) {
	leftToTestAll(t)
	p := newProject(t, "complete")
	browser := browserPath(t)
	s := p.start(t)
	ctx, requested := openBrowser(t, browser)
	v := visitor{t: t, ctx: ctx, docs: s.url("/docs")}
	openLink := func(subject string) {
		t.Helper()
		p.mails(t, 1)
		v.do("opening the mail",
			chromedp.Navigate(s.url("/dev/mailbox")),
			chromedp.Click(chromedp.Search(`//a[contains(., "`+subject+`")]`)),
			chromedp.Click(chromedp.Search(`//pre//a[contains(., "#token=")]`)),
			asks(),
		)
	}

	v.tryOut("auth", "register", "201") // with the documented example
	openLink("Verify your email")
	token := s.login(t, "johndoe")
	s.isVerified(t, token, false)
	v.do("pressing Verify email", chromedp.Click("[data-state=ask] button[type=submit]"), turnsTo("Email verified"))
	s.isVerified(t, token, true)

	v.tryOut("auth", "forgot-password", "202")
	p.mails(t, 2)
	openLink("Reset your password")
	v.do("typing a common password", chromedp.SendKeys("#new_password", "password1"), chromedp.Click("[data-state=ask] button[type=submit]"), says("too common"))
	v.do("typing a good one", chromedp.SetValue("#new_password", "NewSecurePass123!"), chromedp.Click("[data-state=ask] button[type=submit]"), turnsTo("has been reset"))
	screenshot(t, ctx)
	s.answers(t, "GET", "/api/v1/users/me", token, nil, 401, "Invalid token")
	v.do("asking for a new mail with a link that is spent",
		chromedp.Navigate(s.url("/reset-password?again#token=spent&user=johndoe&email=user%40example.com")),
		chromedp.SendKeys("#new_password", "NewSecurePass123!"), chromedp.Click("[data-state=ask] button[type=submit]"),
		turnsTo("Set a new password"), chromedp.Click("[data-state=again] button[type=submit]"), turnsTo("Look at your mail"))
	login := map[string]string{"username": "johndoe", "password": "NewSecurePass123!"}
	if status, answer := s.call(t, "POST", "/api/v1/auth/login", "", login); status != 200 {
		t.Errorf("logging in with the new password = %d %v", status, answer)
	}

	for _, address := range requested() {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "data" && u.Port() != s.port) {
			t.Errorf("a page asked for %s", address)
		}
	}
}

// TestMailPagesBelowPath does the same, and presses the other buttons, where a
// proxy with TLS serves the service below a path, which it strips: nothing may
// be asked for outside of that path.
func TestMailPagesBelowPath(t *testing.T) {
	leftToTestAll(t)
	p := newProject(t, "complete")
	browser := browserPath(t)
	proxy := startStripping(t, "/v1")
	s := p.start(t, "PUBLIC_URL="+proxy.url, "TRUSTED_PROXIES=127.0.0.1", "MAILS_PER_RECIPIENT_PER_HOUR=10")
	proxy.serve(t, s.url(""))
	ctx, requested := openBrowser(t, browser, chromedp.Flag("ignore-certificate-errors", true))
	v := visitor{t: t, ctx: ctx, docs: proxy.url + "/docs"}
	openLink := func(mails int) {
		t.Helper()
		v.do("opening the link", chromedp.Navigate("about:blank"), chromedp.Navigate(p.mails(t, mails)[mails-1].address(t)), asks())
	}

	v.do("following the start page to the documentation",
		chromedp.Navigate(proxy.url+"/"),
		chromedp.Click(chromedp.Search(`//a[contains(., "API documentation")]`)),
		chromedp.WaitVisible("#operations-auth-register"))
	v.tryOut("auth", "register", "201") // with the documented example
	v.do("pressing Authorize",
		chromedp.Click(".scheme-container button.authorize"),
		chromedp.SendKeys("#oauth_username", "johndoe"),
		chromedp.SendKeys("#oauth_password", password),
		chromedp.Click(".auth-btn-wrapper button.authorize"),
		chromedp.WaitVisible(chromedp.Search(`//button[contains(., "Logout")]`)),
		chromedp.Click(".auth-btn-wrapper button.btn-done"),
		chromedp.Click("#operations-me-get-me .opblock-summary-control"),
		chromedp.Click("#operations-me-get-me .try-out__btn"),
		chromedp.Click("#operations-me-get-me .execute"),
		answered("200"),
	)
	token := s.login(t, "johndoe")
	openLink(1)
	v.do("pressing Verify email", chromedp.Click("[data-state=ask] button[type=submit]"), turnsTo("Email verified"))
	s.isVerified(t, token, true)
	v.tryOut("auth", "forgot-password", "202")
	openLink(2)
	screenshot(t, ctx)
	v.do("typing a new password", chromedp.SendKeys("#new_password", "NewSecurePass123!"), chromedp.Click("[data-state=ask] button[type=submit]"), turnsTo("has been reset"))
	s.answers(t, "GET", "/api/v1/users/me", token, nil, 401, "Invalid token")

	s.register(t, "stranger")
	welcome := p.mails(t, 4)[3] // The third tells johndoe of the new password.
	v.do("pressing This was not me",
		chromedp.Navigate("about:blank"), chromedp.Navigate(welcome.address(t)),
		chromedp.Click("button[data-decline]"), turnsTo("Email removed"))
	s.answers(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "stranger", "password": password}, 401, "Invalid credentials")

	for _, address := range requested() {
		if !strings.HasPrefix(address, proxy.url+"/") && !strings.HasPrefix(address, "data:") && address != "about:blank" {
			t.Errorf("a page asked for %s", address)
		}
	}
	if outside := proxy.outside(); len(outside) > 0 {
		t.Errorf("the proxy was asked for %v", outside)
	}
}

// visitor uses a browser.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	docs string
}

// step is what a visitor does or waits for.
type step = chromedp.Action[chromedp.Void]

// do takes steps, which must succeed.
func (v visitor) do(what string, steps ...step) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		screenshot(v.t, v.ctx)
		v.t.Fatalf("%s: %v", what, err)
	}
}

// tryOut opens the documentation and sends an operation's example.
func (v visitor) tryOut(tag, operation, code string) {
	v.t.Helper()
	id := "#operations-" + tag + "-" + operation + " "
	v.do("trying "+operation+" in /docs",
		chromedp.Navigate(v.docs),
		chromedp.WaitVisible(id),
		chromedp.Click(id+".opblock-summary-control"),
		chromedp.Click(id+".try-out__btn"),
		chromedp.Click(id+".execute"),
		answered(code),
	)
}

// answered waits for an answer in the documentation.
func answered(code string) step {
	return chromedp.WaitVisible(chromedp.Search(`//table[contains(@class, "live-responses-table")]//td[contains(., "` + code + `")]`))
}

// asks waits for the page of a link, which names the account.
func asks() step {
	return chromedp.WaitVisible(chromedp.Search(`//section[@data-state="ask" and contains(., "johndoe")]`))
}

// turnsTo waits for the state of the page of a link with that heading.
func turnsTo(heading string) step {
	return chromedp.WaitVisible(chromedp.Search(`//h1[contains(., "` + heading + `")]`))
}

// says waits for what the page of a link refuses.
func says(text string) step {
	return chromedp.WaitVisible(chromedp.Search(`//p[@role="status" and contains(., "` + text + `")]`))
}

func (s service) isVerified(t *testing.T, token string, want bool) {
	t.Helper()
	if _, me := s.call(t, "GET", "/api/v1/users/me", token, nil); me["is_verified"] != want {
		t.Errorf("the user is %v, want is_verified %t", me, want)
	}
}

var httpsLink = regexp.MustCompile(`https://\S+#\S+`)

// address returns the letter's link.
func (l letter) address(t *testing.T) string {
	t.Helper()
	found := httpsLink.FindString(l.text)
	if found == "" {
		t.Fatalf("this mail has no link:\n%s", l.text)
	}
	return found
}

// stripping is a proxy with TLS that serves a service below a path, which it
// strips.
type stripping struct {
	url, path string
	mu        sync.Mutex
	service   http.Handler
	others    []string
}

func startStripping(t *testing.T, path string) *stripping {
	t.Helper()
	p := &stripping{path: path}
	front := httptest.NewTLSServer(p)
	t.Cleanup(front.Close)
	p.url = front.URL + path
	return p
}

// serve puts the proxy in front of a service.
func (p *stripping) serve(t *testing.T, address string) {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.service = http.StripPrefix(p.path, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
		r.SetXForwarded()
	}})
}

func (p *stripping) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	service := p.service
	below := strings.HasPrefix(r.URL.Path, p.path+"/")
	if !below {
		p.others = append(p.others, r.URL.Path)
	}
	p.mu.Unlock()
	if !below || service == nil {
		http.NotFound(w, r)
		return
	}
	service.ServeHTTP(w, r)
}

// outside lists what was asked for that is not below the path. Browsers ask
// for /favicon.ico of every host.
func (p *stripping) outside() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var outside []string
	for _, path := range p.others {
		if path != "/favicon.ico" {
			outside = append(outside, path)
		}
	}
	return outside
}

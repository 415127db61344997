//go:build unix

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// site serves an empty page to a browser, which knows this machine by several names.
func site(t *testing.T) (port string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>A page</title><p id="page">A page`)
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// script has a page send requests to the service, and returns what it learns.
func (w walker) script(origin, code string) string {
	w.t.Helper()
	if origin != "" {
		w.do("opening a page of "+origin, chromedp.Navigate(origin+"/"), chromedp.WaitReady("#page"))
	}
	found, err := chromedp.Run(w.ctx, chromedp.Evaluate[string]("(async () => {"+code+"})()", chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s runs %s: %v", origin, code, err)
	}
	return found
}

// TestCookiesInABrowser logs in with a cookie in a headless Chromium, and has pages
// of other origins try to use it: on another port, which is the same site and gets
// the cookie sent, and on another host name, which is another site.
func TestCookiesInABrowser(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWith(t, "complete", "sqlite", "stdlib", "cookies")
	browser := browserPath(t)
	frontend, evil := site(t), site(t)
	listed := "http://localhost:" + frontend
	s := p.start(t, "RATE_LIMIT_ENABLED=false", "CORS_ALLOWED_ORIGINS="+listed)
	s.register(t, "johndoe")
	s.register(t, "attacker")
	ctx, _ := openBrowser(t, browser)
	w := walker{visitor{t: t, ctx: ctx}}
	host := "http://localhost:" + s.port
	open := func() {
		t.Helper()
		w.do("opening the account's page", chromedp.Navigate(host+"/dev/account"), chromedp.WaitReady("#who"))
	}

	open()
	w.press("Log in", "Log in with a cookie", "204")
	w.press("Your account", "Show it", "200")
	if seen := w.script("", `return document.cookie + JSON.stringify({...localStorage, ...sessionStorage})`); seen != "{}" {
		t.Errorf("a script of the page sees %q", seen)
	}
	for _, origin := range []string{"http://localhost:" + evil, "http://127.0.0.1:" + evil} {
		w.attack(origin, host)
		open()
		w.press("Sessions", "Show the session", "200")
		if account := w.reads("Sessions", `//h3[.="Answer"]/following-sibling::pre`); !strings.Contains(account, `"username": "johndoe"`) {
			t.Errorf("after requests of %s the session is %s", origin, account)
		}
	}

	// The application's own page, on another port, with the functions of the project's page.
	_, page, _ := strings.Cut(p.read(t, "docs/cookies.md"), "```js\n")
	functions, _, _ := strings.Cut(page, "\n```")
	outcome := w.script(listed, s.here(functions)+`
		const before = await session();
		const refused = await login("johndoe", "wrong password"), accepted = await login("attacker", "`+password+`");
		const during = await session(), profile = await getProfile(), ended = await logout();
		return [before.user.username, refused.status, accepted.status, during.user.username, during.amr, profile.username, ended.status, await session()].join()`)
	if want := "johndoe,401,204,attacker,pwd,attacker,204,"; outcome != want {
		t.Errorf("the application sees %s, want %s", outcome, want)
	}
	open()
	w.press("Sessions", "Show the session", "401")
}

// attack has a page of an origin try to read and to change something, and to log
// its visitor in as somebody else.
func (w walker) attack(origin, host string) {
	w.t.Helper()
	const blind = `await fetch("%s/api/v1/%s", {method: "POST", mode: "no-cors", credentials: "include"%s}).catch(() => null); return "sent"`
	login := `, headers: {"Content-Type": "text/plain"}, body: '{"username":"attacker","password":"` + password + `"}'`
	for _, request := range [][2]string{{"auth/logout", ""}, {"auth/logout-all", ""}, {"auth/login?session=cookie", login}} {
		w.script(origin, fmt.Sprintf(blind, host, request[0], request[1]))
	}
	for _, request := range []string{
		`"/api/v1/auth/session", {credentials: "include"}`,
		`"/api/v1/auth/logout-all", {method: "POST", credentials: "include"}`,
		`"/api/v1/auth/login?session=cookie", {method: "POST", credentials: "include", headers: {"Content-Type": "application/json"}, body: '{"username":"attacker","password":"` + password + `"}'}`,
	} {
		code := `try { return await (await fetch("` + host + `" + ` + request + `)).text() } catch (e) { return "refused" }`
		if got := w.script(origin, code); got != "refused" {
			w.t.Errorf("a page of %s reads %s", origin, got)
		}
	}
	// A form needs no permission, and its answer replaces the page.
	form := `const form = document.createElement("form"); form.method = "post"; form.enctype = "text/plain"; form.action = "%s/api/v1/%s";
		form.innerHTML = '<input name=\'{"username":"attacker","password":"` + password + `","x":"\' value=\'"}\'>'; document.body.append(form); form.submit(); return "sent"`
	for _, path := range []string{"auth/login?session=cookie", "auth/logout-all"} {
		w.script(origin, fmt.Sprintf(form, host, path))
		w.do("waiting for the answer to the form", chromedp.WaitReady(chromedp.Search(`//body[contains(., '"status":4')]`)))
	}
}

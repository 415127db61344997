//go:build unix

package e2e

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// oidcServer is somebody else's provider with OpenID Connect, in another process.
type oidcServer struct{ issuer string }

// newOIDCServer downloads panva's certified oidc-provider, for a port of its own. What
// it returns starts it for a service, once that is there to send browsers back to.
func newOIDCServer(t *testing.T) (server oidcServer, start func(s service)) {
	t.Helper()
	node := need(t, "node", "no provider of somebody else's is logged in with")
	need(t, "npm", "no provider of somebody else's is logged in with")
	p := project{dir: t.TempDir()}
	for _, file := range []string{"server.mjs", "package.json"} {
		p.take(t, file, "oidc-provider/"+file)
	}
	install := exec.CommandContext(t.Context(), "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = p.dir
	if text, err := install.CombinedOutput(); err != nil {
		leaveOut(t, "oidc-provider can't be had: "+err.Error()+"\n"+string(text))
	}
	port := freePort(t)
	return oidcServer{"http://127.0.0.1:" + port}, func(s service) {
		t.Helper()
		cmd := exec.Command(node, "server.mjs")
		cmd.Dir = p.dir
		cmd.Env = []string{
			"PORT=" + port, "CLIENT_ID=" + oidcClient, "CLIENT_SECRET=" + oidcSecret,
			"REDIRECT_URI=http://localhost:" + s.port + "/api/v1/auth/oauth/oidc/callback",
		}
		log := startLogged(t, cmd)
		t.Cleanup(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
			<-log.ended
			_ = cmd.Wait() // it was ended by a signal
			if t.Failed() {
				t.Logf("the provider's log:\n%s", log.text())
			}
		})
		select {
		case <-log.listening:
		case <-log.ended:
			t.Fatalf("the provider ended:\n%s", log.text())
		case <-time.After(startTimeout):
			t.Fatalf("the provider does not listen:\n%s", log.text())
		}
	}
}

const (
	oidcClient = "my:api" // is written otherwise in a header
	oidcSecret = "a secret+with/signs%of:all;kinds&beside"
)

// settings are those with which a service knows the provider.
func (o oidcServer) settings(returnTo string) []string {
	return []string{
		"OIDC_ISSUER=" + o.issuer, "OIDC_CLIENT_ID=" + oidcClient, "OIDC_CLIENT_SECRET=" + oidcSecret, "OIDC_NAME=Somebody else",
		"OAUTH_RETURN_URLS=" + returnTo, "RATE_LIMIT_ENABLED=false",
	}
}

// stroller goes from page to page as a browser does, with cookies and without scripts.
type stroller struct {
	t      *testing.T
	client *http.Client
	stop   string // the beginning of the address that it does not visit
	at     *url.URL
}

func newStroller(t *testing.T, stop string) *stroller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &stroller{t: t, stop: stop}
	s.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if s.at = r.URL; strings.HasPrefix(r.URL.String(), stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return s
}

// visit sends a form, or opens a page without one, and returns what is shown at the end.
func (s *stroller) visit(address string, form url.Values) (int, string) {
	s.t.Helper()
	var response *http.Response
	u, err := url.Parse(address)
	if err == nil && s.at != nil {
		u = s.at.ResolveReference(u)
	}
	s.at = u
	if err == nil && form == nil {
		response, err = s.client.Get(u.String())
	} else if err == nil {
		response, err = s.client.PostForm(u.String(), form)
	}
	if err != nil {
		s.t.Fatalf("visiting %s: %v", address, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

var formAction = regexp.MustCompile(`<form [^>]*action="([^"]+)"`)

// submit sends the form of a page.
func (s *stroller) submit(page string, form url.Values) (int, string) {
	s.t.Helper()
	found := formAction.FindStringSubmatch(page)
	if found == nil {
		s.t.Fatalf("no form is at %s:\n%s", s.at, page)
	}
	return s.visit(html.UnescapeString(found[1]), form)
}

// authenticate goes from the service to the provider, logs in there and returns what
// the browser is sent back with.
func (s *stroller) authenticate(start, name string) url.Values {
	s.t.Helper()
	status, page := s.visit(start, nil)
	if status != http.StatusOK {
		s.t.Fatalf("the way to the provider ends at %s with %d\n%s", s.at, status, page)
	}
	_, page = s.submit(page, url.Values{"prompt": {"login"}, "login": {name}, "password": {"any"}})
	_, page = s.submit(page, url.Values{"prompt": {"consent"}})
	if !strings.HasPrefix(s.at.String(), s.stop) {
		s.t.Fatalf("the browser ends at %s\n%s", s.at, page)
	}
	values, err := url.ParseQuery(s.at.Fragment)
	if err != nil || s.at.RawQuery != "" {
		s.t.Errorf("the browser is sent to %s, %v", s.at, err)
	}
	return values
}

// TestLoginWithSomebodyElsesProvider logs in with a provider that others wrote and that
// is certified: it has its own keys, checks PKCE and the secret, and tells addresses by
// userinfo alone.
func TestLoginWithSomebodyElsesProvider(t *testing.T) {
	leftToTestAll(t)
	server, start := newOIDCServer(t)
	const returnTo = "http://localhost:1/oauth"
	s := newProjectWith(t, "complete", "sqlite", "stdlib", "oauth").start(t, server.settings(returnTo)...)
	begin := func(challenge string) string {
		return "http://localhost:" + s.port + "/api/v1/auth/oauth/oidc/start?" + url.Values{"return_to": {returnTo}, "code_challenge": {challenge}}.Encode()
	}
	verifier := rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if status, page := newStroller(t, returnTo).visit(begin(challenge), nil); status != http.StatusServiceUnavailable {
		t.Errorf("while the provider is away: %d %s", status, page)
	}
	start(s)

	exchange := func(name string) (int, map[string]any) {
		answer := newStroller(t, returnTo).authenticate(begin(challenge), name)
		body := map[string]string{"code": answer.Get("code"), "code_verifier": rand.Text() + rand.Text()}
		if name == "johndoe" {
			if status, refused := s.call(t, http.MethodPost, "/api/v1/auth/oauth/exchange", "", body); status != http.StatusUnauthorized {
				t.Errorf("another verifier = %d %v", status, refused)
			}
			answer = newStroller(t, returnTo).authenticate(begin(challenge), name)
		}
		return s.call(t, http.MethodPost, "/api/v1/auth/oauth/exchange", "", map[string]string{"code": answer.Get("code"), "code_verifier": verifier})
	}
	var first any
	for range 2 {
		status, tokens := exchange("johndoe")
		token, _ := tokens["access_token"].(string)
		if status != http.StatusOK || token == "" {
			t.Fatalf("logging in = %d %v", status, tokens)
		}
		_, me := s.call(t, http.MethodGet, "/api/v1/users/me", token, nil)
		if me["username"] != "johndoe" || me["email"] != "johndoe@example.com" || me["is_verified"] != true || me["has_password"] != false {
			t.Errorf("the user is %v", me)
		}
		if first == nil {
			first = me["id"]
		} else if me["id"] != first {
			t.Errorf("a second log-in is that of %v, not of %v", me["id"], first)
		}
		if status, text := s.send(t, http.MethodGet, "/api/v1/users/me/identities", token, nil); status != http.StatusOK || !strings.Contains(text, `"johndoe@example.com"`) {
			t.Errorf("identities are %d %s", status, text)
		}
	}
	s.answers(t, http.MethodGet, "/api/v1/users/me", "", nil, http.StatusUnauthorized, "Not authenticated")
	if status, refused := exchange("mallory"); status != http.StatusForbidden || refused["detail"] != "Email not verified by the provider" {
		t.Errorf("an address that the provider has not verified = %d %v", status, refused)
	}
	s.doctorKnows(t, server)
}

// doctorKnows runs doctor with the right secret and with another one.
func (s service) doctorKnows(t *testing.T, server oidcServer) {
	t.Helper()
	doctor := func(more ...string) string {
		cmd := s.project.command("go", "run", "./cmd/myapi", "doctor")
		cmd.Env = append(append(append(cmd.Env, s.env...), "ENVIRONMENT=development"), more...)
		text, _ := cmd.CombinedOutput() // It fails for what it finds.
		return string(text)
	}
	if printed := doctor(); !strings.Contains(printed, "ok    oidc        knows this service") || !strings.Contains(printed, "http://localhost:"+s.port+"/api/v1/auth/oauth/oidc/callback") {
		t.Errorf("doctor prints\n%s", printed)
	}
	for setting, want := range map[string]string{
		"OIDC_CLIENT_SECRET=wrong":           "FAIL  oidc        does not know this service",
		"OIDC_ISSUER=" + server.issuer + "/": "FAIL  oidc        can't be asked",
	} {
		if printed := doctor(setting); !strings.Contains(printed, want) {
			t.Errorf("with %s doctor prints\n%s", setting, printed)
		}
	}
}

// TestProviderInABrowser logs in and links in a headless Chromium, with the functions of
// the project's page on the pages of an application of another origin, and those of
// somebody else's provider.
func TestProviderInABrowser(t *testing.T) {
	leftToTestAll(t)
	browser := browserPath(t)
	server, start := newOIDCServer(t)
	origin := "http://localhost:" + site(t)
	p := newProjectWith(t, "complete", "sqlite", "stdlib", "oauth")
	s := p.start(t, append(server.settings(origin+"/oauth"), "CORS_ALLOWED_ORIGINS="+origin)...)
	start(s)
	_, page, _ := strings.Cut(p.read(t, "docs/oauth.md"), "```js\n")
	functions, _, _ := strings.Cut(page, "\n```")
	functions = s.here(functions)
	ctx, _ := openBrowser(t, browser)
	w := walker{visitor{t: t, ctx: ctx}}

	// login walks to the provider and back, and returns what the page has then.
	login := func(name string) {
		t.Helper()
		w.script(origin, functions+`; const [found] = await providers(); await goTo(found.provider, "`+origin+`/oauth"); return found.name`)
		field := chromedp.WaitVisible(`input[name="login"]`)
		w.do("logging in at the provider", field, chromedp.SendKeys(`input[name="login"]`, name), chromedp.SendKeys(`input[name="password"]`, "any"), chromedp.Click(`button[type="submit"]`))
		w.do("consenting", chromedp.WaitReady(`input[name="prompt"][value="consent"]`), chromedp.Click(`button[type="submit"]`))
		w.comeBack()
	}
	login("jane")
	outcome := w.script("", functions+`
		const answer = cameBack(), tokens = await loginWith(answer);
		const me = await (await fetch(api + "/users/me", { headers: { Authorization: "Bearer " + tokens.access_token } })).json();
		const again = await loginWith(answer);
		return JSON.stringify([me.username, me.email, me.has_password, again.detail, location.hash, sessionStorage.length])`)
	if want := `["jane","jane@example.com",false,"Invalid or expired token","",0]`; outcome != want {
		t.Errorf("the application sees %s, want %s", outcome, want)
	}

	// Somebody with a password links the provider, and logs in with it from then on.
	s.register(t, "johndoe")
	s.answers(t, http.MethodPost, "/api/v1/auth/verify-email", "", map[string]string{"token": p.mails(t, 1)[0].token(t)}, http.StatusOK, "Email verified")
	w.do("leaving the provider", chromedp.Navigate(server.issuer+"/session/end"), chromedp.Click(`button[value="yes"]`), chromedp.WaitReady(chromedp.Search(`//title[contains(., "Success")]`)))
	login("johndoe")
	refused := w.script("", functions+`; return JSON.stringify((await loginWith(cameBack())).detail)`)
	if refused != `"Log in and link this provider"` {
		t.Errorf("an account with that address: %s", refused)
	}
	token, err := json.Marshal(s.login(t, "johndoe"))
	if err != nil {
		t.Fatal(err)
	}
	again := func(code, want string) {
		t.Helper()
		w.script(origin, functions+`; await goTo("oidc", "`+origin+`/oauth"); return ""`)
		w.comeBack()
		if got := w.script("", functions+code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	again(`; const linked = await link(cameBack(), `+string(token)+`); return linked.provider + " " + linked.email`, "oidc johndoe@example.com")
	again(`; return String((await loginWith(cameBack())).token_type)`, "bearer")
}

// TestAccountPageWithAProvider logs in and links on /dev/account, which asks somebody
// else's provider in a second window.
func TestAccountPageWithAProvider(t *testing.T) {
	leftToTestAll(t)
	browser := browserPath(t)
	server, start := newOIDCServer(t)
	s := newProjectWith(t, "complete", "sqlite", "stdlib", "cookies", "oauth").start(t, server.settings("http://localhost:1/oauth")...)
	start(s)
	ctx, _ := openBrowser(t, browser)
	w := walker{visitor{t: t, ctx: ctx}}
	w.do("opening the page", chromedp.Navigate("http://localhost:"+s.port+"/dev/account"), chromedp.WaitReady(chromedp.Search(`//p[@id="who"]`)))
	w.press("Providers", "List the providers", "200")

	opened := chromedp.WaitNewTarget(ctx, func(info *target.Info) bool { return info.OpenerID != "" })
	w.do("choosing the provider", button("Providers", "Log in with Somebody else"))
	window, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(<-opened))
	defer cancel()
	second := walker{visitor{t: t, ctx: window}}
	second.do("logging in at the provider", chromedp.WaitVisible(`input[name="login"]`), chromedp.SendKeys(`input[name="login"]`, "jane"),
		chromedp.SendKeys(`input[name="password"]`, "any"), chromedp.Click(`button[type="submit"]`))
	second.do("consenting", chromedp.WaitReady(`input[name="prompt"][value="consent"]`), chromedp.Click(`button[type="submit"]`))
	w.do("being logged in", chromedp.WaitVisible(chromedp.Search(part("Providers")+`//pre[contains(., "access_token")]`)))
	w.press("Your account", "Show it", "200")
	w.press("Linked providers", "List what is linked", "200")
	w.press("Linked providers", "Unlink", "400") // There is no password.

	// The provider remembers who that is, so its window closes by itself.
	w.do("linking once more", button("Providers", "Link Somebody else"), shows("Providers", "409"))
	w.press("Log out", "Log out", "204")
	w.press("Your account", "Show it", "401")
	w.do("logging in for a cookie", button("Providers", "Log in with Somebody else for a cookie"), shows("Providers", "204"))
	w.press("Your account", "Show it", "200")
}

// comeBack waits until the browser is on the application's page with an answer.
func (w walker) comeBack() {
	w.t.Helper()
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		// It may be on its way, when there is no page to ask.
		if at, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`location.pathname + location.hash`)); err == nil && strings.HasPrefix(at, "/oauth#") {
			return
		}
	}
	screenshot(w.t, w.ctx)
	w.t.Fatal("the browser does not come back")
}

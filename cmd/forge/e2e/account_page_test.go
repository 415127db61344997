//go:build unix

package e2e

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"github.com/forge-go/forge/generator/feature"
)

// walker uses the page /dev/account.
type walker struct{ visitor }

// part is the part of the page with that heading.
func part(heading string) string { return `//section[h2="` + heading + `"]` }

// button presses a button that is shown.
func button(heading, label string) step {
	return chromedp.Click(chromedp.Search(part(heading) + `//button[.="` + label + `" and not(ancestor::*[@hidden])]`))
}

// shows waits for an answer by its beginning.
func shows(heading, answer string) step {
	return chromedp.WaitVisible(chromedp.Search(part(heading) + `//h3[.="Answer"]/following-sibling::pre[starts-with(., "` + answer + `")]`))
}

// press presses a button, and waits for the answer.
func (w walker) press(heading, label, answer string) {
	w.t.Helper()
	w.do("pressing "+label, button(heading, label), shows(heading, answer))
}

// enter types a code into the form with a button of that label, and sends it.
func (w walker) enter(heading, label, code, answer string) {
	w.t.Helper()
	field := part(heading) + `//form[button="` + label + `"]//input[@name="code"]`
	w.do("typing a code", chromedp.SetValue(chromedp.Search(field), code))
	w.press(heading, label, answer)
}

// reads returns what a part of the page shows.
func (w walker) reads(heading, inside string) string {
	w.t.Helper()
	text, err := chromedp.Run(w.ctx, chromedp.Text(chromedp.Search(part(heading)+inside)))
	if err != nil || text == "" {
		w.t.Fatalf("%s shows %q at %s: %v", heading, text, inside, err)
	}
	return strings.TrimSpace(text)
}

// TestAccountPage does in a headless Chromium, on /dev/account, what the owner of
// an account does, with an authenticator of somebody else's making.
func TestAccountPage(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWith(t, "complete", "sqlite", "stdlib", feature.Names(feature.All())...)
	browser := browserPath(t)
	s := p.start(t, "RATE_LIMIT_ENABLED=false")
	ctx, requested := openBrowser(t, browser)
	w := walker{visitor{t: t, ctx: ctx}}

	w.do("following the start page", chromedp.Navigate(s.url("/")), chromedp.Click(chromedp.Search(`//a[.="Account"]`)), chromedp.WaitReady(chromedp.Search(`//p[@id="who"]`)))
	w.press("Register", "Register", "201")
	w.press("Your account", "Show it", "401")
	link := regexp.MustCompile(`http://\S+#\S+`).FindString(p.mails(t, 1)[0].text)
	w.do("opening the link of the mail", chromedp.Navigate(link))
	w.do("being asked", asks())
	w.do("pressing Verify email", chromedp.Click(chromedp.Search(`//section[@data-state="ask"]//button[@type="submit"]`)))
	w.do("being verified", turnsTo("Email verified"))
	w.do("coming back", chromedp.Navigate(s.url("/dev/account")), chromedp.WaitReady(chromedp.Search(`//p[@id="who"]`)))
	w.press("Log in", "Log in", "200")
	w.press("Your account", "Show it", "200")
	w.press("API keys", "Make a key", "201")
	w.press("API keys", "List the keys", "200")
	w.press("API keys", "Delete", "204")
	w.useAuthenticator()
	w.press("Sessions", "List the sessions", "200")
	w.press("Sessions", "Refresh the tokens", "200")
	w.press("Log out", "Log out everywhere", "204")
	w.press("Your account", "Show it", "401")
	for _, address := range requested() {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "data" && u.Port() != s.port) {
			t.Errorf("a page asked for %s", address)
		}
	}
	lookAtAccountPage(t, ctx, s)
}

// useAuthenticator sets an app up, and logs in with a code of it and with a
// recovery code.
func (w walker) useAuthenticator() {
	w.t.Helper()
	const app, period = "Authenticator app", 30 * time.Second
	w.press(app, "Set it up", "200")
	w.do("looking at the QR code", chromedp.WaitVisible(chromedp.Search(part(app)+`//*[local-name()="svg"]`)))
	secret := w.reads(app, `//code[@data-member="secret"]`)
	// The next code has to be a later one, and the one before is good for this step.
	if left := time.Until(time.Now().Truncate(period).Add(period)); left < period/3 {
		time.Sleep(left)
	}
	at := time.Now().Add(-period)
	code := func() string {
		w.t.Helper()
		digits, err := totp.GenerateCode(secret, at)
		if err != nil {
			w.t.Fatal(err)
		}
		return digits
	}
	w.enter(app, "Confirm", "000000", "400")
	w.enter(app, "Confirm", code(), "200")
	recovery := w.reads(app, `//ul[@data-items="recovery_codes"]/li`)
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in", "401")
	at = time.Now()
	w.enter("Log in", "Send the code", code(), "200")
	w.press(app, "Show the second factor", "200")
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in", "401")
	w.enter("Log in", "Send the code", code(), "401") // It was used.
	w.enter("Log in", "Send the code", recovery, "200")
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in", "401")
	w.enter("Log in", "Send the code", recovery, "401") // So was this one.
	w.enter("Log in", "Send the code", w.reads(app, `//ul[@data-items="recovery_codes"]/li[2]`), "200")
	w.press(app, "Make new recovery codes", "200")
	w.press(app, "Remove the app", "204")
}

// lookAtAccountPage lets axe look for barriers, with the parts opened.
func lookAtAccountPage(t *testing.T, ctx context.Context, s service) {
	t.Helper()
	axe := readAxe(t)
	for _, v := range views() {
		t.Run(v.String(), func(t *testing.T) {
			for _, finding := range v.look(t, ctx, s.url("/dev/account"), "#who", axe, "account",
				button("Register", "Register"), shows("Register", "409"),
				button("Log in", "Log in"), shows("Log in", "200"),
				button("Your account", "Show it"), shows("Your account", "200"),
				button("Authenticator app", "Set it up"), shows("Authenticator app", "200"),
				button("API keys", "Make a key"), shows("API keys", "201"),
				button("Sessions", "List the sessions"), shows("Sessions", "200"),
			) {
				t.Error(finding)
			}
		})
	}
}

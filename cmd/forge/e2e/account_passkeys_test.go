//go:build unix

package e2e

import (
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// TestPasskeysInABrowser registers a passkey on /dev/account in a headless Chromium, with
// the virtual authenticator of its own, logs in with it alone and after the password,
// and removes it.
func TestPasskeysInABrowser(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWith(t, "complete", "sqlite", "stdlib", "passkeys", "cookies")
	browser := browserPath(t)
	s := p.start(t, "RATE_LIMIT_ENABLED=false")
	ctx, _ := openBrowser(t, browser)
	w := walker{visitor{t: t, ctx: ctx}}
	w.do("opening the page", chromedp.Navigate(s.here("http://localhost:8000/dev/account")), chromedp.WaitReady(chromedp.Search(`//p[@id="who"]`)))
	w.addAuthenticator()

	const passkeys, hers = "Passkeys", "johndoe is logged in."
	w.press("Register", "Register", "201")
	w.press("Log in", "Log in", "200")
	w.press(passkeys, "Register a passkey", "403") // The address is not verified yet.
	w.verify(p, s)
	w.press("Log in", "Log in", "200")
	w.press(passkeys, "Register a passkey", "201")
	recovery := w.reads(passkeys, `//ul[@data-items="recovery_codes"]/li`)
	w.press(passkeys, "Show the second factor", "200")
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in with a passkey", "200")
	w.says(hers)
	w.press("Your account", "Show it", "200")
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in", "401") // A password alone.
	w.press("Log in", "Use a passkey", "200")
	w.says(hers)
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in", "401")
	w.enter("Log in", "Send the code", recovery, "200")
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in with a passkey for a cookie", "204")
	w.says(hers)
	w.press("Sessions", "Show the session", "200")
	w.press("Log out", "Log out", "204")

	w.press("Log in", "Log in with a passkey", "200")
	w.press(passkeys, "List the passkeys", "200")
	w.do("typing another name", chromedp.SetValue(chromedp.Search(part(passkeys)+`//ul[@class="rows"]//input`), "Telephone"))
	w.press(passkeys, "Rename", "200")
	if name := w.reads(passkeys, `//ul[@class="rows"]//span`); name != "Telephone" {
		t.Errorf("the passkey is called %q", name)
	}
	w.press(passkeys, "Remove", "204")
	w.press("Log out", "Log out", "204")
	w.press("Log in", "Log in with a passkey", "401")
	w.press("Log in", "Log in", "200")
}

// addAuthenticator plugs in an authenticator that verifies its user.
func (w walker) addAuthenticator() {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		w.t.Fatal(err)
	}
	_, err := chromedp.Call(w.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// verify opens the link of the first mail, and comes back.
func (w walker) verify(p project, s service) {
	w.t.Helper()
	link := regexp.MustCompile(`http://\S+#\S+`).FindString(p.mails(w.t, 1)[0].text)
	w.do("opening the link of the mail", chromedp.Navigate(link))
	w.do("being asked", asks())
	w.do("pressing Verify email", chromedp.Click(chromedp.Search(`//section[@data-state="ask"]//button[@type="submit"]`)))
	w.do("being verified", turnsTo("Email verified"))
	w.do("coming back", chromedp.Navigate(s.here("http://localhost:8000/dev/account")), chromedp.WaitReady(chromedp.Search(`//p[@id="who"]`)))
}

// says waits until the page says who is logged in.
func (w walker) says(who string) {
	w.t.Helper()
	w.do("being "+who, chromedp.WaitVisible(chromedp.Search(`//p[@id="who" and .="`+who+`"]`)))
}

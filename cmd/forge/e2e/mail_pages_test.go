//go:build unix

package e2e

import (
	"net/url"
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

	type step = chromedp.Action[chromedp.Void]
	do := func(what string, steps ...step) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			screenshot(t, ctx)
			t.Fatalf("%s: %v", what, err)
		}
	}
	tryOut := func(operation, code string) {
		t.Helper()
		id := "#operations-auth-" + operation + " "
		do("trying "+operation+" in /docs",
			chromedp.Navigate(s.url("/docs")),
			chromedp.WaitVisible(id),
			chromedp.Click(id+".opblock-summary-control"),
			chromedp.Click(id+".try-out__btn"),
			chromedp.Click(id+".execute"),
			chromedp.WaitVisible(chromedp.Search(`//table[contains(@class, "live-responses-table")]//td[contains(., "`+code+`")]`)),
		)
	}
	openLink := func(subject, link string) {
		t.Helper()
		p.mails(t, 1)
		do("opening the mail",
			chromedp.Navigate(s.url("/dev/mailbox")),
			chromedp.Click(chromedp.Search(`//a[contains(., "`+subject+`")]`)),
			chromedp.Click(chromedp.Search(`//a[contains(., "`+link+`")]`)),
			chromedp.WaitVisible(chromedp.Search(`//h1[contains(., "johndoe")]`)),
		)
	}
	says := func(text string) step {
		return chromedp.WaitVisible(chromedp.Search(`//p[@role="status" and contains(., "` + text + `")]`))
	}

	tryOut("register", "201") // with the documented example
	openLink("Verify your email", "Verify Email")
	token := s.login(t, "johndoe")
	verified := func(want bool) {
		t.Helper()
		if _, me := s.call(t, "GET", "/api/v1/users/me", token, nil); me["is_verified"] != want {
			t.Errorf("the user is %v, want is_verified %t", me, want)
		}
	}
	verified(false)
	do("pressing Verify email", chromedp.Click("button[type=submit]"), says("Email verified"))
	verified(true)

	tryOut("forgot-password", "202")
	p.mails(t, 2)
	openLink("Reset your password", "Reset Password")
	do("typing a common password", chromedp.SendKeys("#new_password", "password1"), chromedp.Click("button[type=submit]"), says("too common"))
	do("typing a good one", chromedp.SetValue("#new_password", "NewSecurePass123!"), chromedp.Click("button[type=submit]"), says("has been reset"))
	screenshot(t, ctx)
	s.answers(t, "GET", "/api/v1/users/me", token, nil, 401, "Invalid token")
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

//go:build unix

package e2e

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestSwaggerUI opens /docs in a headless Chromium, logs in with the Authorize
// button, and tries GET /users/me there. Nothing may be asked of another host.
func TestSwaggerUI(t *testing.T) {
	leftToTestAll(t)
	p := newProject(t, "basic")
	browser := browserPath(t)
	s := p.start(t)
	s.register(t, "johndoe")
	ctx, requested := openBrowser(t, browser)

	const me = "#operations-me-get-me "
	const shown = me + ".live-responses-table .response-col_description .highlight-code"
	type step = chromedp.Action[chromedp.Void]
	for _, steps := range []struct {
		what  string
		steps []step
	}{
		{"opening /docs", []step{
			chromedp.Navigate(s.url("/docs")),
			chromedp.WaitVisible(me),
		}},
		{"pressing Authorize", []step{
			chromedp.Click(".scheme-container button.authorize"),
			chromedp.SendKeys("#oauth_username", "johndoe"),
			chromedp.SendKeys("#oauth_password", password),
			chromedp.Click(".auth-btn-wrapper button.authorize"),
		}},
		{"being logged in", []step{
			chromedp.WaitVisible(chromedp.Search(`//button[contains(., "Logout")]`)),
			chromedp.Click(".auth-btn-wrapper button.btn-done"),
		}},
		{"trying GET /users/me", []step{
			chromedp.Click(me + ".opblock-summary-control"),
			chromedp.Click(me + ".try-out__btn"),
			chromedp.Click(me + ".execute"),
			chromedp.WaitVisible(shown),
		}},
	} {
		if err := chromedp.Do(ctx, steps.steps...); err != nil {
			screenshot(t, ctx)
			t.Fatalf("%s: %v", steps.what, err)
		}
	}
	screenshot(t, ctx)
	first, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector(".opblock").id`))
	if err != nil || first != "operations-auth-register" {
		t.Errorf("the first operation is %s (%v), not register", first, err)
	}
	text, err := chromedp.Run(ctx, chromedp.Text(shown))
	if err != nil || !strings.Contains(text, `"username": "johndoe"`) {
		t.Errorf("GET /users/me shows %q (%v)", text, err)
	}
	if len(requested()) == 0 {
		t.Error("no request was seen")
	}
	for _, address := range requested() {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "data" && u.Host != "127.0.0.1:"+s.port) {
			t.Errorf("the page asked for %s", address)
		}
	}
}

// openBrowser opens a page and returns a function that lists the addresses that
// it has requested.
func openBrowser(t *testing.T, path string, more ...chromedp.ExecAllocatorOption) (context.Context, func() []string) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // tests run as root in containers
		chromedp.DisableGPU,
		chromedp.WindowSize(1200, 1600),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(options, more...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var addresses []string
	err := chromedp.Listen(ctx, func(event any) {
		if request, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			addresses = append(addresses, request.Request.URL)
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	}
	if err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return ctx, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), addresses...)
	}
}

// screenshot keeps what the page looks like, for those who set FORGE_SCREENSHOT
// to a file's name.
func screenshot(t *testing.T, ctx context.Context) {
	t.Helper()
	name := os.Getenv("FORGE_SCREENSHOT")
	if name == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Error(err)
		return
	}
	if err := os.WriteFile(name, png, 0o644); err != nil {
		t.Error(err)
	}
}

func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	leaveOut(t, "Chromium is missing: Swagger UI is not opened")
	return ""
}

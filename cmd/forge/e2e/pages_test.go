//go:build unix

package e2e

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// view is how somebody looks at a page.
type view struct {
	width  int64
	scheme string
}

func (v view) String() string { return fmt.Sprintf("%d-%s", v.width, v.scheme) }

func views() []view {
	return []view{{1280, "light"}, {1280, "dark"}, {390, "light"}, {390, "dark"}}
}

// TestPagesForEverybody looks at every page of a service on a wide screen and
// on a telephone, in light and in dark colors, and lets axe look for barriers.
// A page must fit the screen, and its content security policy must not have
// refused anything. FORGE_SCREENSHOTS names a folder to keep pictures in.
func TestPagesForEverybody(t *testing.T) {
	leftToTestAll(t)
	p := newProject(t, "complete")
	browser := browserPath(t)
	s := p.start(t)
	s.register(t, "johndoe")
	p.mails(t, 1)
	s.call(t, "POST", "/api/v1/auth/forgot-password", "", map[string]string{"email": "johndoe@example.com"})
	letters := p.mails(t, 2)
	ctx, _ := openBrowser(t, browser)
	axe := readAxe(t)

	_, list := s.send(t, "GET", "/dev/mailbox", "", nil)
	mail := regexp.MustCompile(`href="(mailbox/[^"]+)"`).FindStringSubmatch(list)
	if mail == nil {
		t.Fatalf("the mailbox has no mail: %s", list)
	}
	for _, shown := range []struct {
		name, url string
		wait      string
		steps     []step
		known     []string // findings that are Swagger UI's own
	}{
		{name: "start", url: s.url("/"), wait: "h1"},
		{name: "docs", url: s.url("/docs"), wait: "#operations-me-get-me", known: swaggerFindings()},
		{name: "mailbox", url: s.url("/dev/mailbox"), wait: "#mails li"},
		{name: "mail", url: s.url("/dev/" + mail[1]), wait: "iframe"},
		{name: "verification-mail", url: pageOf(t, letters[0].html), wait: "h1"},
		{name: "reset-mail", url: pageOf(t, letters[1].html), wait: "h1"},
		{name: "verify", url: s.url("/verify-email#token=x&user=johndoe&email=johndoe%40example.com"), wait: "h1"},
		{name: "verify-spent", url: s.url("/verify-email#token=x&user=johndoe"), wait: "h1", steps: []step{
			chromedp.Click("[data-state=ask] button[type=submit]"), turnsTo("Get a new link"),
		}},
		{name: "reset", url: s.url("/reset-password#token=x&user=johndoe"), wait: "#new_password"},
		{name: "reset-missing", url: s.url("/reset-password"), wait: "#email"},
	} {
		for _, v := range views() {
			t.Run(shown.name+"/"+v.String(), func(t *testing.T) {
				found := v.look(t, ctx, shown.url, shown.wait, axe, shown.name, shown.steps...)
				for _, finding := range found {
					if !slices.ContainsFunc(shown.known, func(known string) bool { return strings.HasPrefix(finding, known+":") }) {
						t.Error(finding)
					}
				}
			})
		}
	}
}

// swaggerFindings are the rules that Swagger UI breaks by itself.
func swaggerFindings() []string {
	return []string{"color-contrast", "landmark-one-main", "nested-interactive", "page-has-heading-one", "region"}
}

// look opens a page and returns what is wrong with it.
func (v view) look(t *testing.T, ctx context.Context, url, wait, axe, name string, steps ...step) []string {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: v.width, Height: 844, DeviceScaleFactor: 1, Mobile: v.width < 600,
	})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}},
		})
	}
	if err == nil {
		page, fragment, _ := strings.Cut(url, "#")
		err = chromedp.Do(ctx, append([]step{
			chromedp.Navigate(page + "?view=" + v.String() + "#" + fragment), chromedp.WaitReady(wait),
		}, steps...)...)
	}
	if err != nil {
		t.Fatalf("opening %s: %v", url, err)
	}
	if folder := os.Getenv("FORGE_SCREENSHOTS"); folder != "" {
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: new(true)})
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name+"-"+v.String()+".png"), shot.Data, 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](axe+findings, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("looking at %s: %v", url, err)
	}
	var faults []string
	if err := json.Unmarshal([]byte(found), &faults); err != nil {
		t.Fatal(err)
	}
	return faults
}

// findings is the JavaScript that returns what axe finds, and whether the page
// is wider than the screen.
const findings = `;(async () => {
  const wide = document.documentElement.scrollWidth > window.innerWidth ? ["wider than the screen: " + document.documentElement.scrollWidth] : [];
  const result = await axe.run();
  return JSON.stringify(wide.concat(result.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.map((n) => n.html + " " + n.any.map((c) => c.message).join(" ")).join("; "))));
})()`

func readAxe(t *testing.T) string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "axe", "axe.min.js.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	script, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// pageOf writes a mail's HTML to a file, as mail programs show it alone.
func pageOf(t *testing.T, html string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mail.html")
	if err := os.WriteFile(name, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + name
}

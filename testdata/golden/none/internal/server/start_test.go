package server_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func startPage(t *testing.T, configure func(*settings.Settings)) (*testkit.Service, testkit.Response) {
	t.Helper()
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) {
		s.Environment = settings.Development
		configure(s)
	}})
	return svc, svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/"})
}

func TestStartPageLeadsOn(t *testing.T) {
	svc, page := startPage(t, func(*settings.Settings) {})
	links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page.Body, -1)
	if len(links) < 3 {
		t.Fatalf("the page has too few links: %v", links)
	}
	for _, link := range links {
		if strings.HasPrefix(link[1], "dev/") {
			continue // Such a page answers this machine only, as its tests show.
		}
		svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/" + link[1]})
	}
	_, page = startPage(t, func(s *settings.Settings) { s.DocsEnabled = false })
	if strings.Contains(page.Body, `href="docs"`) {
		t.Error("the page leads to documentation that is off")
	}
}

func TestStartPageIsForDevelopmentOnly(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Expect(t, 404, testkit.Request{Method: "GET", Path: "/"})
	svc, _ = startPage(t, func(*settings.Settings) {})
	svc.Expect(t, 404, testkit.Request{Method: "GET", Path: "/nothing"})
	svc.Expect(t, 405, testkit.Request{Method: "POST", Path: "/"})
}

func TestStartPageRunsNothing(t *testing.T) {
	_, page := startPage(t, func(s *settings.Settings) { s.AppName = `<script>alert("1")</script>` })
	if strings.Contains(page.Body, "<script") {
		t.Errorf("the page has a script: %s", page.Body)
	}
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page.Body)
	if style == nil {
		t.Fatal("the page has no style")
	}
	sum := sha256.Sum256([]byte(strings.ReplaceAll(style[1], "\r\n", "\n")))
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || strings.Contains(policy, "unsafe") {
		t.Errorf("Content-Security-Policy = %q", policy)
	}
	if found := regexp.MustCompile(`(?i) (style|on[a-z]+)=|SECRET|password":"`).FindString(page.Body); found != "" {
		t.Errorf("the page has %q", found)
	}
}

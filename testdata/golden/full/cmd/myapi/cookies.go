package main

import (
	"context"
	"net/url"
	"strings"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
)

// examineCookies looks for pages that cannot use the cookie: browsers send it to
// the service's own site alone, and from https never to http. Nor should pages that
// come without TLS be trusted with it: anyone on their way can change them.
func examineCookies(_ context.Context, config settings.Settings, _ *auth.Service, _ string, f *findings) error {
	public, err := url.Parse(config.PublicURL)
	if err != nil {
		return err
	}
	var far, open []string
	for _, origin := range config.TrustedOrigins() {
		page, err := url.Parse(origin)
		if err == nil && !mayShareSite(page, public) {
			far = append(far, origin)
		}
		if err == nil && page.Scheme == "http" && config.Environment != settings.Development {
			open = append(open, origin)
		}
	}
	if len(open) > 0 {
		f.todo("cookies", "%s is trusted with the cookie, and anyone in the network can change its pages: serve them with https, or take it from CORS_ALLOWED_ORIGINS", strings.Join(open, ", "))
		return nil
	}
	if len(far) > 0 {
		f.todo("cookies", "%s is another site than PUBLIC_URL %s, so browsers send no cookie from there: use bearer tokens, or a proxy: docs/cookies.md", strings.Join(far, ", "), config.PublicURL)
		return nil
	}
	f.ok("cookies", "go to pages of %s", strings.Join(config.TrustedOrigins(), ", "))
	return nil
}

// mayShareSite reports whether two hosts can be of one site: their last two labels
// are the same. Which names anyone can register below, such as co.uk, it does not know.
func mayShareSite(a, b *url.URL) bool {
	if a.Hostname() == b.Hostname() {
		return a.Scheme == b.Scheme
	}
	site := lastLabels(a.Hostname())
	return a.Scheme == b.Scheme && strings.Contains(site, ".") && site == lastLabels(b.Hostname()) && strings.Trim(site, "0123456789.") != ""
}

func lastLabels(host string) string {
	labels := strings.Split(host, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

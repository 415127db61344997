package authhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
)

// maxCookieBytes bounds the work for a cookie that anyone may send.
const maxCookieBytes = 256

var errCrossOrigin = &auth.Error{Kind: auth.KindForbidden, Detail: "Cross-origin request refused"}

// CookieRules are what a session's cookie is like, and which pages may use it.
type CookieRules struct {
	// Secure is for a service that browsers reach by https. The cookie's name then
	// has the prefix __Host-, so that no other host can set it (RFC 6265bis §4.1.3.2).
	Secure   bool
	SameSite http.SameSite
	// Origins are those whose pages may change something, beside the service's own.
	Origins []string
}

// cookieRules are the CookieRules of a guard.
type cookieRules struct {
	CookieRules
	crossOrigin *http.CrossOriginProtection
}

// AllowCookies lets browsers in whose session is in a cookie. A guard without it
// does not look at cookies. The error is of an origin that is none.
func (g *Guard) AllowCookies(rules CookieRules) error {
	crossOrigin := http.NewCrossOriginProtection()
	for _, origin := range rules.Origins {
		if err := crossOrigin.AddTrustedOrigin(origin); err != nil {
			return fmt.Errorf("trusting an origin with cookies: %w", err)
		}
	}
	g.cookies = &cookieRules{rules, crossOrigin}
	return nil
}

func (c CookieRules) name() string {
	if c.Secure {
		return "__Host-session"
	}
	return "session"
}

// CookieSecurity is how the OpenAPI document describes, beside others, the cookie as
// a way to use an operation.
func CookieSecurity() map[string][]string { return map[string][]string{"Cookie": {}} }

// CookieScheme is the scheme that CookieSecurity names.
func CookieScheme(rules CookieRules) *huma.SecurityScheme {
	return &huma.SecurityScheme{Type: "apiKey", In: "cookie", Name: rules.name(), Description: "The session of a browser, after a log-in with ?session=cookie."}
}

// header returns the Set-Cookie header for a value, which with a lifetime of 0 takes
// the cookie back.
func (c CookieRules) header(value string, lifetime time.Duration) string {
	cookie := http.Cookie{
		Name: c.name(), Value: value, Path: "/", MaxAge: int(lifetime.Seconds()),
		Secure: c.Secure, HttpOnly: true, SameSite: c.SameSite,
	}
	if cookie.MaxAge <= 0 {
		cookie.MaxAge = -1
	}
	return cookie.String()
}

// browser is what a browser adds to a request by itself.
type browser struct {
	method, host      string
	cookies           []string // the headers of that name
	origin, fetchSite string
}

func (b *browser) read(name, value string) {
	switch name {
	case "Host": // which humafiber has among the headers, with its port
		b.host = value
	case "Cookie":
		b.cookies = append(b.cookies, value)
	case "Origin":
		b.origin = value
	case "Sec-Fetch-Site":
		b.fetchSite = value
	}
}

// browserIn returns what the browser has added to the request of an operation.
func browserIn(ctx huma.Context) browser {
	b := browser{method: ctx.Method(), host: ctx.Host()}
	ctx.EachHeader(b.read)
	return b
}

// named returns the values of the cookies of a name.
func (b browser) named(name string) []string {
	if len(b.cookies) == 0 {
		return nil
	}
	var values []string
	for _, cookie := range (&http.Request{Header: http.Header{"Cookie": b.cookies}}).CookiesNamed(name) {
		values = append(values, cookie.Value)
	}
	return values
}

// checkOrigin refuses a request by which another site's page would act for the
// user, by the Fetch Metadata of the browser or, without it, by the Origin. It is
// asked before every unsafe method that a cookie authorizes, and before each log-in
// that sets one. A request with neither header is no browser's.
func (c *cookieRules) checkOrigin(b browser) error {
	header := http.Header{}
	if b.fetchSite != "" {
		header.Set("Sec-Fetch-Site", b.fetchSite)
	}
	if b.origin != "" {
		header.Set("Origin", b.origin)
	}
	if c.crossOrigin.Check(&http.Request{Method: b.method, Host: b.host, Header: header}) != nil {
		return errCrossOrigin
	}
	// Without Fetch Metadata, the standard library compares hosts alone.
	plain := b.fetchSite == "" && strings.HasPrefix(b.origin, "http://") && !isSafe(b.method)
	if c.Secure && plain && !slices.Contains(c.Origins, b.origin) {
		return errCrossOrigin
	}
	return nil
}

// isSafe reports whether a method changes nothing (RFC 9110 §9.2.1).
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// comesByCookie reports whether the request's credentials are a cookie: an
// Authorization header wins, and the cookie is then not looked at.
func (g *Guard) comesByCookie(sent credentials) bool {
	return g.cookies != nil && len(sent.authorization) == 0 && len(sent.browser.named(g.cookies.name())) > 0
}

// byCookie returns ctx with the user and the session of a cookie. Two cookies of
// the name mean that another host has put one there, and nobody knows which.
func (g *Guard) byCookie(ctx context.Context, sent credentials) (context.Context, error) {
	values := sent.browser.named(g.cookies.name())
	if len(values) != 1 || len(values[0]) > maxCookieBytes {
		return ctx, auth.ErrInvalidToken
	}
	session, err := g.accounts.IdentifyCookie(ctx, values[0])
	if err != nil {
		return ctx, err
	}
	ctx = context.WithValue(ctx, contextKey{}, session.Identity)
	if err := g.cookies.checkOrigin(sent.browser); err != nil {
		return ctx, err
	}
	g.accounts.NoteCookieUse(ctx, values[0], session)
	return ctx, g.checkFactorRule(ctx, sent)
}

// byCookieOrGuest is byCookie for a route that guests may use, too. Browsers go on to
// send the cookie of a session that has ended, so that is a guest's.
func (g *Guard) byCookieOrGuest(ctx context.Context, sent credentials) (context.Context, error) {
	if !g.comesByCookie(sent) {
		return ctx, nil
	}
	identified, err := g.user(ctx, sent)
	if errors.Is(err, auth.ErrInvalidToken) {
		return ctx, nil
	}
	return identified, err
}

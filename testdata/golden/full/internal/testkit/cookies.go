package testkit

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

// CookieName is that of the session's cookie outside development.
const CookieName = "__Host-session"

// Cookie opens a session of a User in a cookie, and returns its value.
func (svc *Service) Cookie(t testing.TB, name string) string {
	t.Helper()
	from := client.Client{Addr: svc.clients.next()}
	cookie, err := svc.Auth.KeepInCookie(t.Context(), from, svc.openSession(t, name), "")
	if err != nil {
		t.Fatalf("putting a session of %s into a cookie: %v", name, err)
	}
	return cookie.Value
}

// WithCookie is a request that a browser sends with the cookie of a session.
func WithCookie(request Request, cookie string) Request {
	return request.with("Cookie", CookieName+"="+cookie)
}

// FromPage is a request by a page of an origin, of a browser without Fetch Metadata.
func FromPage(request Request, origin string) Request { return request.with("Origin", origin) }

// Fetched is a request of a browser that tells the relation of the page's site.
func Fetched(request Request, site string) Request { return request.with("Sec-Fetch-Site", site) }

func (r Request) with(name, value string) Request {
	if r.Header = r.Header.Clone(); r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Add(name, value)
	return r
}

// InCookie is the request for a log-in whose session goes into a cookie.
func InCookie(request Request) Request {
	request.Path += "?session=cookie"
	return request
}

// SetCookie is the value of the cookie that a response sets.
func (r Response) SetCookie(t testing.TB) string {
	t.Helper()
	cookies := (&http.Response{Header: r.Header}).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies are set: %v", len(cookies), cookies)
	}
	return cookies[0].Value
}

// HasCookie reports whether a cookie identifies somebody.
func (svc *Service) HasCookie(t testing.TB, cookie string) bool {
	t.Helper()
	return svc.Do(t, WithCookie(svc.WhoAmI(""), cookie)).Status == http.StatusOK
}

// IdentityOfCookie is whom a cookie identifies, to act as that user on Auth.
func (svc *Service) IdentityOfCookie(t testing.TB, cookie string) auth.Identity {
	t.Helper()
	session, err := svc.Auth.IdentifyCookie(t.Context(), cookie)
	if err != nil {
		t.Fatalf("identifying the user of a cookie: %v", err)
	}
	return session.Identity
}

// CookieUse is when the session of a user was used last, and when it ends, as the
// list of sessions shows it.
func (svc *Service) CookieUse(t testing.TB, user auth.User) (used, ends time.Time) {
	t.Helper()
	sessions, err := svc.Auth.Sessions(t.Context(), user)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("sessions are %v, %v", sessions, err)
	}
	return sessions[0].LastUsedAt, sessions[0].ExpiresAt
}

// tellsCookie reports whether the OpenAPI document tells that a response sets a
// cookie.
func (svc *Service) tellsCookie(r *http.Request, response Response) bool {
	operation := svc.operation(r)
	if operation == nil {
		return false
	}
	documented := operation.Responses[strconv.Itoa(response.Status)]
	return documented != nil && documented.Headers["Set-Cookie"] != nil
}

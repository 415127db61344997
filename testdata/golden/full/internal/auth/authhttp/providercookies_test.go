package authhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

// A log-in with a provider goes into a cookie as any other, on the service's own pages.
func TestProviderLoginInACookie(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	request := testkit.Fetched(testkit.InCookie(testkit.ExchangeRequest(svc.Named(t, provider, "google"))), "same-origin")
	response := svc.Expect(t, http.StatusNoContent, request)
	cookie := response.SetCookie(t)
	if !svc.HasCookie(t, cookie) {
		t.Fatal("the cookie identifies nobody")
	}
	if identity := svc.IdentityOfCookie(t, cookie); identity.User.Email != "jane@example.com" || strings.Join(identity.AMR, " ") != "oauth" {
		t.Errorf("the cookie is of %s, by %v", identity.User.Email, identity.AMR)
	}
	for what, refused := range map[string]testkit.Request{
		"of another site":   testkit.Fetched(testkit.InCookie(testkit.ExchangeRequest(svc.Named(t, provider, "google"))), "cross-site"),
		"of another origin": testkit.FromPage(testkit.InCookie(testkit.ExchangeRequest(svc.Named(t, provider, "google"))), "https://evil.example"),
	} {
		if response := svc.Do(t, refused); response.Status != http.StatusForbidden || response.Header.Get("Set-Cookie") != "" {
			t.Errorf("a log-in by a page %s = %d %s", what, response.Status, response.Body)
		}
	}
}

// With a cookie, another site's page neither links nor unlinks.
func TestLinkingCSRFWithCookies(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	cookie := svc.Cookie(t, "johndoe")
	requests := func() []testkit.Request {
		link := testkit.WithCookie(testkit.LinkRequest("", svc.Named(t, provider, "google")), cookie)
		return []testkit.Request{link, testkit.WithCookie(unlink("", "google"), cookie)}
	}
	for _, request := range requests() {
		svc.Expect(t, http.StatusForbidden, testkit.Fetched(request, "cross-site"))
		svc.Expect(t, http.StatusForbidden, testkit.FromPage(request, "https://evil.example"))
	}
	for i, request := range requests() {
		svc.Expect(t, []int{http.StatusCreated, http.StatusNoContent}[i], testkit.Fetched(request, "same-origin"))
	}
}

// The cookie of the session is no part of the way to a provider: it neither helps, nor
// is it needed.
func TestProviderAnswerWithASessionCookie(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	confirmed(t, svc, "johndoe")
	trip := svc.Start(t, "google")
	expectExpired(t, svc, "the session's cookie alone", testkit.WithCookie(provider.Login(t, trip.Location).Request(), svc.Cookie(t, "johndoe")))
}

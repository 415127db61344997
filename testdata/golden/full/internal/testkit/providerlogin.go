package testkit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"example.com/myapi/internal/settings"
)

// ReturnURL is where a log-in with a provider ends in tests.
const ReturnURL = "https://api.example.com/oauth"

// WithProvider runs a service with a provider, until the test ends.
func WithProvider(t testing.TB, configure ...func(*settings.Settings)) (*Service, *Provider) {
	t.Helper()
	provider := NewProvider(t)
	return New(t, Options{Configure: func(s *settings.Settings) {
		provider.Configure(s)
		for _, change := range configure {
			change(s)
		}
	}}), provider
}

// Trip is the way of a browser to a provider, and the client that has sent it.
type Trip struct {
	Provider string
	Verifier string
	Location string // at the provider
	Cookie   *http.Cookie
}

// StartRequest is the request with which a trip begins.
func StartRequest(provider, returnTo, challenge string) Request {
	query := url.Values{"return_to": {returnTo}, "code_challenge": {challenge}}
	return Request{Method: http.MethodGet, Path: "/api/v1/auth/oauth/" + provider + "/start?" + query.Encode()}
}

// Challenge is that of a verifier (RFC 7636 §4.2).
func Challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Start sends a browser to a provider.
func (svc *Service) Start(t testing.TB, provider string) Trip {
	t.Helper()
	trip := Trip{Provider: provider, Verifier: rand.Text() + rand.Text()}
	response := svc.Expect(t, http.StatusFound, StartRequest(provider, ReturnURL, Challenge(trip.Verifier)))
	trip.Location = response.Header.Get("Location")
	cookies := (&http.Response{Header: response.Header}).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies are set: %v", len(cookies), cookies)
	}
	trip.Cookie = cookies[0]
	return trip
}

// Back is the request with which the browser of a trip comes back.
func (trip Trip) Back(answer ProviderAnswer) Request {
	request := answer.Request()
	request.Header = http.Header{"Cookie": {trip.Cookie.Name + "=" + trip.Cookie.Value}}
	return request
}

// Code takes the browser of a trip to the provider and back, and returns the code for
// the client.
func (svc *Service) Code(t testing.TB, provider *Provider, trip Trip) string {
	t.Helper()
	response := svc.Expect(t, http.StatusSeeOther, trip.Back(provider.Login(t, trip.Location)))
	code, found := strings.CutPrefix(response.Header.Get("Location"), ReturnURL+"#code=")
	if !found {
		t.Fatalf("the browser is sent to %s", response.Header.Get("Location"))
	}
	return code
}

// Named takes a browser to a provider and back, and returns the body of the request
// with which its client goes on.
func (svc *Service) Named(t testing.TB, provider *Provider, name string) map[string]string {
	t.Helper()
	trip := svc.Start(t, name)
	return map[string]string{"code": svc.Code(t, provider, trip), "code_verifier": trip.Verifier}
}

// ExchangeRequest is the request to log in as whom a provider has named.
func ExchangeRequest(named map[string]string) Request { return Post("/auth/oauth/exchange", named) }

// LinkRequest is the request to link it to the user of an access token.
func LinkRequest(access string, named map[string]string) Request {
	request := Post("/users/me/identities", named)
	request.Token = access
	return request
}

// LoginWith logs in with a provider.
func (svc *Service) LoginWith(t testing.TB, provider *Provider, name string) Tokens {
	t.Helper()
	var tokens Tokens
	svc.Expect(t, http.StatusOK, ExchangeRequest(svc.Named(t, provider, name))).JSON(t, &tokens)
	return tokens
}

// Link links whom a provider names to a User, from a session of its own.
func (svc *Service) Link(t testing.TB, provider *Provider, name, user string) {
	t.Helper()
	svc.Expect(t, http.StatusCreated, LinkRequest(svc.Login(t, user), svc.Named(t, provider, name)))
}

// tellsPage reports whether a response is a page, as the OpenAPI document tells.
func (svc *Service) tellsPage(r *http.Request, response Response) bool {
	operation := svc.operation(r)
	if operation == nil || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		return false
	}
	documented := operation.Responses[strconv.Itoa(response.Status)]
	return documented != nil && documented.Content["text/html"] != nil
}

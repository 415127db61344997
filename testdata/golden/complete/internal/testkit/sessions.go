package testkit

import (
	"net/http"
	"testing"
)

// Tokens is what a log-in or a refresh gives.
type Tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// Session logs a User in.
func (svc *Service) Session(t testing.TB, name string) Tokens {
	t.Helper()
	var tokens Tokens
	svc.Expect(t, http.StatusOK, LoginRequest(name, Password)).JSON(t, &tokens)
	return tokens
}

// Alive reports whether an access token is good.
func (svc *Service) Alive(t testing.TB, access string) bool {
	t.Helper()
	return svc.Do(t, Request{Method: "GET", Path: "/api/v1/users/me", Token: access}).Status == http.StatusOK
}

// Post is a request with a body, which is what most are.
func Post(path string, body map[string]string) Request {
	return Request{Method: "POST", Path: "/api/v1" + path, Body: body}
}

// Verify confirms the address of a user who was just registered.
func (svc *Service) Verify(t testing.TB, mails *Mails, user User) {
	t.Helper()
	token := mails.Only(t, user.Email).Token()
	svc.Expect(t, http.StatusOK, Post("/auth/verify-email", map[string]string{"token": token}))
}

package testkit

import (
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

// LoginToken takes the first step of the log-in of a User with a second factor.
func (svc *Service) LoginToken(t testing.TB, name string) string {
	t.Helper()
	_, err := svc.Auth.Login(t.Context(), client.Client{Addr: svc.clients.next()}, name, Password)
	step, ok := err.(*auth.StepRequired)
	if !ok {
		t.Fatalf("logging %s in is %v, want another step", name, err)
	}
	return step.LoginToken
}

// LoginWithCode opens a session of a User with a second factor.
func (svc *Service) LoginWithCode(t testing.TB, name, code string) Tokens {
	t.Helper()
	pair, err := svc.Auth.LoginWithCode(t.Context(), client.Client{Addr: svc.clients.next()}, name, Password, code)
	if err != nil {
		t.Fatalf("logging %s in with a code: %v", name, err)
	}
	return Tokens{Access: pair.AccessToken, Refresh: pair.RefreshToken}
}

// CodeRequest is the request for the second step of a log-in.
func CodeRequest(loginToken, code string) Request {
	return Post("/auth/login/code", map[string]string{"login_token": loginToken, "code": code})
}

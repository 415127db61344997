package testkit

import (
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

// APIKey makes an API key of a User, with these scopes.
func (svc *Service) APIKey(t testing.TB, name string, scopes ...string) string {
	t.Helper()
	identity, err := svc.Auth.Identify(t.Context(), svc.Login(t, name))
	if err != nil {
		t.Fatalf("finding the session of %s: %v", name, err)
	}
	_, secret, err := svc.Auth.CreateAPIKey(t.Context(), client.Client{Addr: svc.clients.next()}, identity, auth.APIKeyRequest{Name: "test", Scopes: scopes})
	if err != nil {
		t.Fatalf("making an API key of %s: %v", name, err)
	}
	return secret
}

package authhttp_test

import (
	"net/netip"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// The making of a key is in the log, and its end.
func TestEventsOfAPIKeys(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: unlimited})
	svc.Superuser(t, "boss")
	john := keyOwner(t, svc, "johndoe")
	boss, owner := svc.Identity(t, svc.Login(t, "boss")), svc.Identity(t, svc.Login(t, "johndoe"))
	var key auth.APIKey
	create := func() (err error) {
		key, _, err = svc.Auth.CreateAPIKey(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, owner,
			auth.APIKeyRequest{Name: "backup", Scopes: []string{auth.ScopeRead}})
		return err
	}
	checkEvents(t, svc, []logged{
		{"new key", create, "INFO authn_token_created johndoe"},
		{"deleted key", func() error { return svc.Auth.DeleteAPIKey(t.Context(), owner.User, key.ID) }, "INFO authn_token_revoked johndoe"},
		{"another key", create, "INFO authn_token_created johndoe"},
		{"end of all by a superuser", func() error {
			return svc.Auth.EndAPIKeys(t.Context(), boss.User, john.ID)
		}, "WARN authn_token_revoked boss johndoe all"},
	})
}

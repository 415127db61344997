package authhttp_test

import (
	"net/netip"
	"testing"
	"time"

	"example.com/myapi/internal/auth/authprovider"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

// providerEndings is the part of log-ins with providers in the table of what ends what:
// John has two identities, one of them with another address than the account.
func providerEndings() chapter {
	const byAddress = "e-mail set by a superuser, e-mail set by a superuser and set back, e-mail set by a superuser and confirmed, " +
		"e-mail set by a superuser and declined, deleted by a superuser, deleted by the user"
	others, taken := "other session, other refresh token", "lock, reset link, verification link, pending address, reset mail, identity, other identity, session"
	others += ", login token"
	taken += ", app, recovery code"
	taken += ", passkey, second passkey"
	others += ", cookie"
	taken += ", API key"
	return chapter{
		prepare: func(t *testing.T, s *situation) {
			addIdentity(t, s, authprovider.GoogleIssuer, "google", s.john.Email)
			addIdentity(t, s, authprovider.GitHubIssuer, "github", "elsewhere@example.net")
		},
		things: []thing{
			{"identity", counts(`SELECT COUNT(*) FROM user_identities WHERE user_id = ? AND provider = 'google' AND subject = 'john'`), byAddress},
			{"other identity", counts(`SELECT COUNT(*) FROM user_identities WHERE user_id = ? AND provider = 'github' AND subject = 'john'`), byAddress + ", password reset"},
		},
		events: []event{
			{"identity linked", func(t *testing.T, s *situation) error {
				code := nameArrival(t, s, "elsewhere@example.net")
				_, err := s.svc.Auth.LinkIdentity(t.Context(), s.svc.Identity(t, s.own.Access), code, codeVerifier)
				return err
			}, "", "identity_changed"},
			{"identity unlinked", func(t *testing.T, s *situation) error {
				return s.svc.Auth.UnlinkIdentity(t.Context(), s.svc.Identity(t, s.own.Access), "google")
			}, others + ", identity", "identity_changed"},
			{"log-in of a stranger with the address", func(t *testing.T, s *situation) error {
				if err := arrive(t, s, s.john.Email); err == nil {
					t.Error("it is not refused")
				}
				return nil
			}, "", ""},
			{"taken by the owner of the address", func(t *testing.T, s *situation) error {
				if _, err := s.svc.SQL().Exec(`UPDATE users SET is_verified = FALSE WHERE id = ?`, s.john.ID); err != nil {
					return err
				}
				return arrive(t, s, s.john.Email)
			}, others + ", " + taken, "account_taken"},
		},
	}
}

const codeVerifier = "the verifier of a client that has begun a log-in"

func addIdentity(t *testing.T, s *situation, issuer, provider, email string) {
	t.Helper()
	now := s.svc.Clock.Now()
	_, err := s.svc.SQL().Exec(`INSERT INTO user_identities (user_id, provider, issuer, subject, email, created_at, last_login_at) VALUES (?, ?, ?, 'john', ?, ?, ?)`,
		s.john.ID, provider, issuer, email, now, now)
	if err != nil {
		t.Fatal(err)
	}
}

// nameArrival stores that another provider has named somebody with that address, and returns
// the code.
func nameArrival(t *testing.T, s *situation, email string) (code string) {
	t.Helper()
	const secret = "a code for the client"
	in := s.svc.Clock.Now().Add(time.Minute)
	_, err := s.svc.SQL().Exec(`INSERT INTO oauth_flows (state_hash, provider, issuer, nonce, verifier, binding_hash, code_challenge, return_to, expires_at, used_at,
			subject, email, email_verified, username, code_hash, code_expires_at)
		VALUES ('state', 'oidc', 'https://login.example.com', 'nonce', 'verifier', 'binding', ?, ?, ?, ?, 'someone', ?, TRUE, 'someone', ?, ?)`,
		testkit.Challenge(codeVerifier), testkit.ReturnURL, in, in, email, hashOf(secret), in)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// arrive logs in whom another provider has named.
func arrive(t *testing.T, s *situation, email string) error {
	_, err := s.svc.Auth.LoginWithProvider(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, nameArrival(t, s, email), codeVerifier)
	return err
}

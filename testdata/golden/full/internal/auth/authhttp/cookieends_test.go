package authhttp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
)

// cookieEndings is the part of cookies in the table of what ends what: John has a
// third session, in another browser.
func cookieEndings() chapter {
	const cookie = "of John's other browser"
	return chapter{
		prepare: func(t *testing.T, s *situation) {
			sum := sha256.Sum256([]byte(cookie))
			_, err := s.svc.SQL().Exec(`INSERT INTO tokens (user_id, token, token_type, session_id, auth_time, expires_at, created_at, last_used_at, ip_address, user_agent)
				SELECT user_id, ?, 'cookie', 'third', auth_time, expires_at, created_at, last_used_at, ip_address, user_agent FROM tokens
				WHERE user_id = ? AND token_type = 'refresh' AND used_at IS NULL ORDER BY id LIMIT 1`, hex.EncodeToString(sum[:]), s.john.ID)
			if err != nil {
				t.Fatal(err)
			}
		},
		things: []thing{{
			name:  "cookie",
			lives: func(t *testing.T, s *situation) bool { return s.svc.HasCookie(t, cookie) },
			ends: "log out everywhere, sessions ended by a superuser, password changed, password reset, e-mail change confirmed, " +
				"e-mail set by a superuser, e-mail set by a superuser and set back, e-mail set by a superuser and confirmed, " +
				"e-mail set by a superuser and declined, disabled, disabled and enabled again, made a superuser, " +
				"first factor set up, app renewed, app removed, recovery codes renewed, " +
				"passkey removed, " +
				"second factor removed by a superuser, second factor removed by an operator, " +
				"deleted by a superuser, deleted by the user",
		}},
		events: []event{
			{"log out by cookie", func(t *testing.T, s *situation) error {
				return s.svc.Auth.Logout(t.Context(), s.svc.IdentityOfCookie(t, cookie))
			}, "cookie", ""},
			{"log-in in the browser of the cookie", func(t *testing.T, s *situation) error {
				from, opened := client.Client{Addr: netip.MustParseAddr(home)}, auth.TokenPair{RefreshToken: s.other.Refresh}
				_, err := s.svc.Auth.KeepInCookie(t.Context(), from, opened, cookie)
				return err
			}, "cookie, other session, other refresh token", ""},
		},
	}
}

package authhttp_test

import (
	"net/netip"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// The ends of sessions are in the log, and what links in mails have done.
func TestEventsOfSessionsAndMails(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RateLimitEnabled, s.RefreshGraceSeconds = false, 0 }})
	mails := svc.Mails(t)
	svc.Superuser(t, "boss")
	john := svc.Register(t, "johndoe")
	verification := mails.To(t, john.Email).Token()
	svc.Register(t, "janedoe")
	declined := mails.To(t, "janedoe@example.com").Token()
	svc.ForgetPassword(t, john)
	reset := mails.To(t, john.Email).Token()
	boss := svc.Identity(t, svc.Login(t, "boss"))
	refreshed, byToken, revoked := svc.Session(t, "johndoe"), svc.Session(t, "johndoe"), svc.Identity(t, svc.Login(t, "johndoe"))
	refresh := func() error {
		_, err := svc.Auth.Refresh(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, refreshed.Refresh)
		return err
	}
	checkEvents(t, svc, []logged{
		{"refresh", refresh, "INFO authn_token_created johndoe"},
		{"the same token again", func() error { return refusedWith(auth.ErrRefreshToken, refresh()) }, "WARN authn_token_reuse johndoe"},
		{"log-out by refresh token", func() error {
			return svc.Auth.LogoutByRefreshToken(t.Context(), byToken.Refresh)
		}, "INFO authn_token_revoked johndoe"},
		{"end of a session", func() error {
			return svc.Auth.RevokeSession(t.Context(), revoked.User, revoked.SessionID)
		}, "INFO authn_token_revoked johndoe"},
		{"log-out everywhere", func() error { return svc.Auth.LogoutAll(t.Context(), revoked.User) }, "INFO authn_token_revoked johndoe all"},
		{"ends by a superuser", func() error { return svc.Auth.EndSessions(t.Context(), boss, john.ID) }, "WARN authn_token_revoked boss johndoe all"},
		{"confirmed address", func() error { return svc.Auth.VerifyEmail(t.Context(), verification) }, "INFO user_email_verified johndoe"},
		{"declined address", func() error { return svc.Auth.DeclineEmail(t.Context(), declined) }, "WARN user_email_declined nobody"},
		{"password by a link", func() error { return svc.Auth.ResetPassword(t.Context(), reset, newPassword) }, "INFO authn_password_reset johndoe"},
	})
}

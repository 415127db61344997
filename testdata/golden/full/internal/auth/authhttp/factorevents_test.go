package authhttp_test

import (
	"testing"
	"time"

	"example.com/myapi/internal/auth"
)

// Each change of a second factor is in the log, and each log-in that waits for one.
func TestEventsOfSecondFactors(t *testing.T) {
	svc, mails := verified(t, "johndoe")
	svc.Superuser(t, "boss")
	svc.Verify(t, mails, svc.Register(t, "janedoe"))
	plain := svc.Login(t, "johndoe")
	app := svc.App("")
	var john auth.Identity
	checkEvents(t, svc, []logged{
		{"set-up", func() error {
			identity := svc.Identity(t, plain)
			setup, err := svc.Auth.SetUpTOTP(t.Context(), identity)
			if err != nil {
				return err
			}
			app = svc.App(setup.Secret)
			_, err = svc.Auth.ConfirmTOTP(t.Context(), identity, app.Code(t, 0))
			return err
		}, "INFO authn_factor_added johndoe"},
		{"right password", func() error { svc.LoginToken(t, "johndoe"); return nil }, "INFO authn_login_step johndoe"},
		{"right code", func() error {
			svc.Clock.Advance(30 * time.Second)
			john = svc.Identity(t, svc.LoginWithCode(t, "johndoe", app.Code(t, 0)).Access)
			return nil
		}, "INFO authn_login_success johndoe"},
		{"new recovery codes", func() error {
			_, err := svc.Auth.RenewRecoveryCodes(t.Context(), john)
			return err
		}, "INFO authn_recovery_codes_renewed johndoe"},
		{"removal", func() error { return svc.Auth.RemoveTOTP(t.Context(), john) }, "INFO authn_factor_removed johndoe"},
	})
	svc.SecondFactor(t, "johndoe")
	boss := svc.Identity(t, svc.Login(t, "boss"))
	checkEvents(t, svc, []logged{
		{"removal by a superuser", func() error {
			return svc.Auth.RemoveSecondFactor(t.Context(), boss, john.User.ID)
		}, "WARN authn_factor_removed boss johndoe"},
	})
	svc.SecondFactor(t, "janedoe")
	checkEvents(t, svc, []logged{
		{"removal by an operator", func() error { return svc.Auth.ResetSecondFactor(t.Context(), "janedoe") }, "WARN authn_factor_removed janedoe"},
	})
}

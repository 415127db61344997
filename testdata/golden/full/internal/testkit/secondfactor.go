package testkit

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"testing"
	"time"
)

// EncryptionKey seals the secrets of apps in tests.
const EncryptionKey = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="

// App is the authenticator app of a User, with the recovery codes that came with it.
type App struct {
	Secret        string
	RecoveryCodes []string

	svc *Service
}

// App is an app that has been shown a secret.
func (svc *Service) App(secret string) *App { return &App{Secret: secret, svc: svc} }

// SecondFactor sets an app up for a User, from a session of its own. The step of the
// clock has passed then, so that the next code is a new one.
func (svc *Service) SecondFactor(t testing.TB, name string) *App {
	t.Helper()
	identity := svc.Identity(t, svc.Login(t, name))
	setup, err := svc.Auth.SetUpTOTP(t.Context(), identity)
	if err != nil {
		t.Fatalf("setting up an app for %s: %v", name, err)
	}
	app := svc.App(setup.Secret)
	if app.RecoveryCodes, err = svc.Auth.ConfirmTOTP(t.Context(), identity, app.Code(t, 0)); err != nil {
		t.Fatalf("confirming the app of %s: %v", name, err)
	}
	svc.Clock.Advance(30 * time.Second)
	return app
}

// Code is what the app shows, so many steps from now. It is computed apart from the
// service (RFC 6238 §4).
func (a *App) Code(t testing.TB, steps int64) string {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(a.Secret)
	if err != nil {
		t.Fatalf("reading the secret of an app: %v", err)
	}
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(a.svc.Clock.Now().Unix()/30+steps)))
	sum := mac.Sum(nil)
	offset := sum[19] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:offset+4])<<1>>1%1_000_000)
}

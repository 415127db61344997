package settings_test

import (
	"testing"
	"time"

	"example.com/myapi/internal/settings"
)

// Where nothing is set, sessions and links last as long as the documentation says.
func TestDefaultsOfSessions(t *testing.T) {
	config, err := settings.Load(production, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got := config.Accounts()
	for name, pair := range map[string][2]time.Duration{
		"REFRESH_TOKEN_EXPIRE_DAYS":       {got.RefreshTokenLifetime, 7 * 24 * time.Hour},
		"REFRESH_GRACE_SECONDS":           {got.RefreshGrace, 10 * time.Second},
		"SESSION_MAX_DAYS":                {got.SessionLifetime, 30 * 24 * time.Hour},
		"VERIFICATION_TOKEN_EXPIRE_HOURS": {got.VerificationLifetime, 24 * time.Hour},
		"RESET_TOKEN_EXPIRE_MINUTES":      {got.ResetLifetime, 30 * time.Minute},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
		}
	}
	if got.MailsPerHour != 3 || config.SMTPTLS != "starttls" {
		t.Errorf("%d mails an hour, SMTP_TLS %s; want 3, starttls", got.MailsPerHour, config.SMTPTLS)
	}
}

func TestBoundsOfSessions(t *testing.T) {
	checkBounds(t, map[string][2]int{
		"REFRESH_TOKEN_EXPIRE_DAYS":       {1, 365},
		"REFRESH_GRACE_SECONDS":           {0, 60},
		"SESSION_MAX_DAYS":                {1, 365},
		"VERIFICATION_TOKEN_EXPIRE_HOURS": {1, 24 * 30},
		"RESET_TOKEN_EXPIRE_MINUTES":      {5, 24 * 60},
		"MAILS_PER_RECIPIENT_PER_HOUR":    {1, 1000},
	})
}

package settings

import "time"

// Sessions configures how long sessions last, and the links in mails.
type Sessions struct {
	RefreshTokenExpireDays       int `env:"REFRESH_TOKEN_EXPIRE_DAYS" envDefault:"7"`
	RefreshGraceSeconds          int `env:"REFRESH_GRACE_SECONDS" envDefault:"10"`
	SessionMaxDays               int `env:"SESSION_MAX_DAYS" envDefault:"30"`
	VerificationTokenExpireHours int `env:"VERIFICATION_TOKEN_EXPIRE_HOURS" envDefault:"24"`
	ResetTokenExpireMinutes      int `env:"RESET_TOKEN_EXPIRE_MINUTES" envDefault:"30"`
}

// RefreshTokenLifetime is how long a refresh token is valid.
func (s Sessions) RefreshTokenLifetime() time.Duration { return days(s.RefreshTokenExpireDays) }

// RefreshGrace is how long a refresh token may be sent again for the same answer.
func (s Sessions) RefreshGrace() time.Duration {
	return time.Duration(s.RefreshGraceSeconds) * time.Second
}

// SessionLifetime is how long after its log-in a session ends.
func (s Sessions) SessionLifetime() time.Duration { return days(s.SessionMaxDays) }

// VerificationLifetime is how long a verification link is valid.
func (s Sessions) VerificationLifetime() time.Duration {
	return time.Duration(s.VerificationTokenExpireHours) * time.Hour
}

// ResetLifetime is how long a reset link is valid.
func (s Sessions) ResetLifetime() time.Duration {
	return time.Duration(s.ResetTokenExpireMinutes) * time.Minute
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func (s Sessions) check(c *check) {
	c.within("REFRESH_TOKEN_EXPIRE_DAYS", s.RefreshTokenExpireDays, 1, 365)
	c.within("REFRESH_GRACE_SECONDS", s.RefreshGraceSeconds, 0, 60)
	c.within("SESSION_MAX_DAYS", s.SessionMaxDays, 1, 365)
	c.within("VERIFICATION_TOKEN_EXPIRE_HOURS", s.VerificationTokenExpireHours, 1, 24*30)
	c.within("RESET_TOKEN_EXPIRE_MINUTES", s.ResetTokenExpireMinutes, 5, 24*60)
}

package auth

import "time"

// Token is a row of the tokens table: a secret that was sent to a user, of
// which only the SHA-256 is kept.
type Token struct {
	UserID     int64
	Hash       string
	Type       string
	SessionID  string
	AuthTime   time.Time // of the session's log-in
	ExpiresAt  time.Time
	CreatedAt  time.Time
	LastUsedAt time.Time
	IPAddress  string
	UserAgent  string
}

// TypeAccess is the Type of an access token, of which the jti is the secret.
const TypeAccess = "access"

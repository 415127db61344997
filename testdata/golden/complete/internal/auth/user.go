package auth

import "time"

// User is an account.
type User struct {
	ID             int64
	Email          string // normalised by ParseEmail
	Username       string // as typed; unique without regard to case
	HashedPassword string
	IsVerified     bool   // Email is proved to be the user's
	PendingEmail   string // asked for, and Email once it is confirmed; empty if none
	IsActive       bool
	IsSuperuser    bool
	CreatedAt      time.Time
}

// Allowed reports whether a user may use the service. It is asked at log-in
// and on every request, so a refusal that you add here acts at once and looks
// like a wrong password to those who try to log in:
//
//	return user.IsActive && !user.IsBanned
func Allowed(user User) bool {
	return user.IsActive
}

package auth

import "time"

// User is an account.
type User struct {
	ID             int64
	Email          string // normalised by ParseEmail
	Username       string // as typed; unique without regard to case
	HashedPassword string
	PasswordSerial int64
	IsVerified     bool   // Email is proved to be the user's
	PendingEmail   string // asked for, and Email once it is confirmed; empty if none
	FormerEmail    string // the last confirmed one, while Email, which a superuser set, is not; empty if none
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

// samePassword reports whether the password of a user is what it was before.
func samePassword(before, now User) bool { return before.PasswordSerial == now.PasswordSerial }

// setPassword replaces the password by one with that hash. The serial
// distinguishes it from the one before; hashing a password anew leaves that alone.
func (u *User) setPassword(hashed string) {
	u.HashedPassword = hashed
	u.PasswordSerial++
}

// confirm notes that the user has proved to own Email.
func (u *User) confirm() {
	u.IsVerified, u.FormerEmail = true, ""
}

// Changes are the fields of an account to change; nil leaves one as it is.
type Changes struct {
	Email       *string
	Username    *string
	IsActive    *bool // by a superuser only
	IsSuperuser *bool // by a superuser only
}

// apply returns user with the changes, or an Error that names faulty fields.
func (c Changes) apply(user User) (User, error) {
	var emailErr, usernameErr error
	if c.Email != nil {
		user.Email, emailErr = ParseEmail(*c.Email)
	}
	if c.Username != nil {
		user.Username, usernameErr = ParseUsername(*c.Username)
	}
	if c.IsActive != nil {
		user.IsActive = *c.IsActive
	}
	if c.IsSuperuser != nil {
		user.IsSuperuser = *c.IsSuperuser
	}
	return user, join(emailErr, usernameErr)
}

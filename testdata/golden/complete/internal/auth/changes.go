package auth

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

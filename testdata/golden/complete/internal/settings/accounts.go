package settings

import "example.com/myapi/internal/auth"

// Accounts gives package auth its part of the settings.
func (s Settings) Accounts() auth.Config {
	return auth.Config{
		AppName:             s.AppName,
		Issuer:              "myapi",
		Algorithm:           s.Algorithm,
		SecretKey:           s.SecretKey,
		SecretKeyPrevious:   s.SecretKeyPrevious,
		AccessTokenLifetime: s.AccessTokenLifetime(),
		BcryptCost:          s.BcryptCost,
		Passwords: auth.PasswordPolicy{
			MinLength:    s.PasswordMinLength,
			RequireUpper: s.PasswordRequireUpper,
			RequireLower: s.PasswordRequireLower,
			RequireDigit: s.PasswordRequireDigit,
		},
		MaxFailures:      s.LoginMaxFailures,
		Reauthentication: s.Reauthentication(),

		RefreshTokenLifetime: s.RefreshTokenLifetime(),
		SessionLifetime:      s.SessionLifetime(),
		VerificationLifetime: s.VerificationLifetime(),
		ResetLifetime:        s.ResetLifetime(),
	}
}

package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.com/myapi/internal/auth"
)

// Auth configures accounts.
type Auth struct {
	SecretKey                string `env:"SECRET_KEY"`
	SecretKeyPrevious        string `env:"SECRET_KEY_PREVIOUS"`
	Algorithm                string `env:"ALGORITHM" envDefault:"HS256"`
	AccessTokenExpireMinutes int    `env:"ACCESS_TOKEN_EXPIRE_MINUTES" envDefault:"30"`
	BcryptCost               int    `env:"BCRYPT_COST" envDefault:"12"`
	PasswordMinLength        int    `env:"PASSWORD_MIN_LENGTH" envDefault:"8"`
	PasswordRequireUpper     bool   `env:"PASSWORD_REQUIRE_UPPER"`
	PasswordRequireLower     bool   `env:"PASSWORD_REQUIRE_LOWER"`
	PasswordRequireDigit     bool   `env:"PASSWORD_REQUIRE_DIGIT"`
	LoginMaxFailures         int    `env:"LOGIN_MAX_FAILURES" envDefault:"5"`
	ReauthenticationMinutes  int    `env:"REAUTHENTICATION_MINUTES" envDefault:"15"`

	Sessions
}

// AccessTokenLifetime is how long an access token is good for.
func (a Auth) AccessTokenLifetime() time.Duration {
	return time.Duration(a.AccessTokenExpireMinutes) * time.Minute
}

// Reauthentication is how long a log-in counts as recent.
func (a Auth) Reauthentication() time.Duration {
	return time.Duration(a.ReauthenticationMinutes) * time.Minute
}

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

// keyBytes is the least length of a key: that of the hash's output (RFC 7518
// §3.2).
var keyBytes = map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}

// knownSecrets are parts of the keys in guides and examples, without signs:
// anyone can sign with such a key.
var knownSecrets = []string{
	"yoursecret", "supersecret", "your256bitsecret", "secretkey", "insecure", "changeme", "changethis", "changeinproduction",
	"abcdefghijkl", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", // FastAPI's documentation
}

func (a Auth) faults(environment string) []error {
	faults := []error{
		within("ACCESS_TOKEN_EXPIRE_MINUTES", a.AccessTokenExpireMinutes, 1, 24*60),
		within("BCRYPT_COST", a.BcryptCost, 10, 20),
		within("PASSWORD_MIN_LENGTH", a.PasswordMinLength, 8, 64),
		within("LOGIN_MAX_FAILURES", a.LoginMaxFailures, 0, 100),
		within("REAUTHENTICATION_MINUTES", a.ReauthenticationMinutes, 1, 24*60),
	}
	faults = append(faults, a.Sessions.faults()...)
	if _, ok := keyBytes[a.Algorithm]; !ok {
		faults = append(faults, fmt.Errorf("ALGORITHM %q: use HS256, HS384 or HS512", a.Algorithm))
	}
	if environment != Development {
		faults = append(faults, a.weakKey("SECRET_KEY", a.SecretKey))
		if a.SecretKeyPrevious != "" {
			faults = append(faults, a.weakKey("SECRET_KEY_PREVIOUS", a.SecretKeyPrevious))
		}
	}
	return faults
}

func (a Auth) weakKey(name, key string) error {
	switch {
	case key == "":
		return fmt.Errorf("%s is missing: make one with `openssl rand -base64 48`", name)
	case isKnown(key):
		return fmt.Errorf("%s is an example that everybody knows, or repeats itself: make one with `openssl rand -base64 48`", name)
	case len(key) < keyBytes[a.Algorithm]:
		return fmt.Errorf("%s is %d bytes long, %s needs at least %d: make one with `openssl rand -base64 48`",
			name, len(key), a.Algorithm, keyBytes[a.Algorithm])
	}
	return nil
}

// isKnown also finds examples under another punctuation, and short keys that
// were made long enough by repeating them.
func isKnown(key string) bool {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, key)
	return repeats(key) || repeats(bare) || slices.ContainsFunc(knownSecrets, func(known string) bool {
		return strings.Contains(bare, known)
	})
}

// repeats reports whether s is a shorter text, repeated.
func repeats(s string) bool {
	for n := 1; n <= len(s)/2; n++ {
		if strings.HasPrefix(s, s[n:]) {
			return true
		}
	}
	return false
}

func within(name string, value, low, high int) error {
	if value < low || value > high {
		return fmt.Errorf("%s %d: use a number from %d to %d", name, value, low, high)
	}
	return nil
}

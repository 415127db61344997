package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"
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
}

// AccessTokenLifetime is how long an access token is good for.
func (a Auth) AccessTokenLifetime() time.Duration {
	return time.Duration(a.AccessTokenExpireMinutes) * time.Minute
}

// Reauthentication is how long a log-in counts as recent.
func (a Auth) Reauthentication() time.Duration {
	return time.Duration(a.ReauthenticationMinutes) * time.Minute
}

// keyBytes is the least length of a key: that of the hash's output (RFC 7518
// §3.2).
var keyBytes = map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}

// knownSecrets stand in guides and examples, so anyone can sign with them.
var knownSecrets = []string{
	"your-secret-key-here",
	"your-super-secret-key-change-in-production",
	"your-256-bit-secret",
	"change-me",
	"changeme",
	"secret",
}

func (a Auth) faults(environment string) []error {
	faults := []error{
		within("ACCESS_TOKEN_EXPIRE_MINUTES", a.AccessTokenExpireMinutes, 1, 24*60),
		within("BCRYPT_COST", a.BcryptCost, 10, 20),
		within("PASSWORD_MIN_LENGTH", a.PasswordMinLength, 8, 64),
		within("LOGIN_MAX_FAILURES", a.LoginMaxFailures, 0, 100),
		within("REAUTHENTICATION_MINUTES", a.ReauthenticationMinutes, 1, 24*60),
	}
	if _, ok := keyBytes[a.Algorithm]; !ok {
		faults = append(faults, fmt.Errorf("ALGORITHM %q: use HS256, HS384 or HS512", a.Algorithm))
	} else if environment != Development {
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
		return fmt.Errorf("%s is an example that everybody knows: make one with `openssl rand -base64 48`", name)
	case len(key) < keyBytes[a.Algorithm]:
		return fmt.Errorf("%s is %d bytes long, %s needs at least %d: make one with `openssl rand -base64 48`",
			name, len(key), a.Algorithm, keyBytes[a.Algorithm])
	}
	return nil
}

// isKnown also finds examples that were made long enough by repeating them,
// and keys of a single repeated character.
func isKnown(key string) bool {
	key = strings.ToLower(strings.TrimSpace(key))
	if strings.Trim(key, key[:min(1, len(key))]) == "" {
		return true
	}
	return slices.ContainsFunc(knownSecrets, func(known string) bool {
		return strings.ReplaceAll(key, known, "") == ""
	})
}

func within(name string, value, low, high int) error {
	if value < low || value > high {
		return fmt.Errorf("%s %d: use a number from %d to %d", name, value, low, high)
	}
	return nil
}

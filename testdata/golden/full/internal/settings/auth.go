package settings

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/breach"
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
	BreachedPasswordsURL     string `env:"BREACHED_PASSWORDS_URL"`
	LoginMaxFailures         int    `env:"LOGIN_MAX_FAILURES" envDefault:"5"`
	ReauthenticationMinutes  int    `env:"REAUTHENTICATION_MINUTES" envDefault:"15"`
	RegistrationEnabled      bool   `env:"REGISTRATION_ENABLED" envDefault:"true"`
	RateLimitLogin           Rate   `env:"RATE_LIMIT_LOGIN" envDefault:"5/60s"`
	RateLimitRegister        Rate   `env:"RATE_LIMIT_REGISTER" envDefault:"20/1h"`
	ChangePasswordURL        string `env:"CHANGE_PASSWORD_URL"`

	ReservedUsernames []string `env:"RESERVED_USERNAMES"`

	SecondFactor

	APIKeys

	Cookies

	OAuth

	Passkeys

	TOTP

	RateLimitTokens Rate `env:"RATE_LIMIT_TOKENS" envDefault:"30/60s"`
	RateLimitMails  Rate `env:"RATE_LIMIT_MAILS" envDefault:"5/15m"`

	Sessions
}

// AccessTokenLifetime is how long an access token is valid.
func (a Auth) AccessTokenLifetime() time.Duration {
	return time.Duration(a.AccessTokenExpireMinutes) * time.Minute
}

// Reauthentication is how long a log-in counts as recent.
func (a Auth) Reauthentication() time.Duration {
	return time.Duration(a.ReauthenticationMinutes) * time.Minute
}

// Breached returns the list of breached passwords, or nil.
func (a Auth) Breached() auth.BreachedPasswords {
	if a.BreachedPasswordsURL == "" {
		return nil
	}
	return breach.List{URL: a.BreachedPasswordsURL}
}

// Accounts returns the settings of package auth.
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
		Breached:             s.Breached(),
		MaxFailures:          s.LoginMaxFailures,
		Reauthentication:     s.Reauthentication(),
		RegistrationClosed:   !s.RegistrationEnabled,
		ReservedUsernames:    s.ReservedUsernames,
		SecondFactorRequired: s.FactorRule(),
		APIKeys:              s.KeyConfig(),
		OAuth:                s.OAuthConfig(),
		Passkeys:             s.PasskeyConfig(),
		EncryptionKeys:       s.EncryptionKeys(),

		RefreshTokenLifetime: s.RefreshTokenLifetime(),
		RefreshGrace:         s.RefreshGrace(),
		SessionLifetime:      s.SessionLifetime(),
		VerificationLifetime: s.VerificationLifetime(),
		ResetLifetime:        s.ResetLifetime(),
		MailsPerHour:         s.MailsPerRecipientPerHour,
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

func (a *Auth) check(c *check, development bool) {
	c.within("ACCESS_TOKEN_EXPIRE_MINUTES", a.AccessTokenExpireMinutes, 1, 24*60)
	c.within("BCRYPT_COST", a.BcryptCost, 10, 20)
	c.within("PASSWORD_MIN_LENGTH", a.PasswordMinLength, 8, 64)
	c.within("LOGIN_MAX_FAILURES", a.LoginMaxFailures, 0, 100)
	if a.BreachedPasswordsURL != "" {
		c.checkList("BREACHED_PASSWORDS_URL", a.BreachedPasswordsURL, development)
	}
	if a.ChangePasswordURL != "" {
		c.checkURL("CHANGE_PASSWORD_URL", a.ChangePasswordURL, development)
	}
	c.within("REAUTHENTICATION_MINUTES", a.ReauthenticationMinutes, 1, 24*60)
	a.SecondFactor.check(c, development)
	a.APIKeys.check(c, development)
	a.Cookies.check(c, development)
	a.OAuth.check(c, development)
	a.Passkeys.check(c, development)
	a.TOTP.check(c, development)
	a.Sessions.check(c)
	c.oneOf("ALGORITHM", &a.Algorithm, "HS256", "HS384", "HS512")
	if development {
		return
	}
	if a.SecretKey == "" {
		c.add("SECRET_KEY", "SECRET_KEY is missing: "+makeKey)
	}
	a.checkKey(c, "SECRET_KEY", a.SecretKey)
	a.checkKey(c, "SECRET_KEY_PREVIOUS", a.SecretKeyPrevious)
}

const makeKey = "make one with `openssl rand -base64 48`"

// checkKey refuses a key that can be guessed; a missing key is not a fault
// here.
func (a Auth) checkKey(c *check, name, key string) {
	switch {
	case key == "":
	case isKnown(key):
		c.add(name, "%s is an example that everybody knows, or repeats itself: %s", name, makeKey)
	case len(key) < keyBytes[a.Algorithm]:
		c.add(name, "%s is %d bytes long, %s needs at least %d: %s", name, len(key), a.Algorithm, keyBytes[a.Algorithm], makeKey)
	case isWords(key):
		c.add(name, "%s is made of words or of few characters, which can be guessed: %s", name, makeKey)
	}
}

// isKnown also finds examples under another punctuation, and short keys that
// were made long enough by repeating them.
func isKnown(key string) bool {
	bare := lettersAndDigits(key)
	return repeats(key) || repeats(bare) || slices.ContainsFunc(knownSecrets, func(known string) bool {
		return strings.Contains(bare, known)
	})
}

// isWords reports whether a key has no digit and letters of one case only,
// which random ones in base64 or hexadecimal digits never are, or fewer
// different characters than those have.
func isWords(key string) bool {
	bare := lettersAndDigits(key)
	different := map[rune]bool{}
	for _, r := range key {
		different[r] = true
	}
	oneCase := strings.ToLower(key) == key || strings.ToUpper(key) == key
	return len(different) < 10 || oneCase && !strings.ContainsFunc(bare, unicode.IsDigit)
}

func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
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

// checkURL refuses what cannot begin a link. The line does not repeat an
// address that has a password in it.
func (c *check) checkURL(name, value string, development bool) {
	u, err := url.Parse(value)
	isWeb := strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://")
	switch {
	case value == "":
		c.add(name, "%s is missing: use the address that users see, such as https://api.example.com", name)
	case strings.Contains(value, "@"):
		c.add(name, "%s: use the address that users see, without a password, such as https://api.example.com", name)
	case strings.ContainsAny(value, "?#"): // What follows may be a key.
		c.add(name, "%s: use the address that users see, without ? and #, such as https://api.example.com", name)
	case err != nil || !isWeb || u.Hostname() == "" || !isPlainPath(u):
		c.refuse(name, "the address that users see, such as https://api.example.com")
	case u.Scheme != "https" && !development:
		c.refuse(name, "https outside development")
	}
}

// checkList refuses what cannot be the address of a list. Answers that came
// without TLS could be anybody's.
func (c *check) checkList(name, value string, development bool) {
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !development) || u.User != nil || strings.ContainsAny(value, "?#") {
		c.add(name, "%s: use an https address without a password, ? and #, such as https://api.pwnedpasswords.com/range/", name)
	}
}

// isPlainPath reports whether a path stays what it is when another is put after
// it: browsers resolve dots, and mail programs end a link at a blank.
func isPlainPath(u *url.URL) bool {
	for segment := range strings.SplitSeq(strings.Trim(u.Path, "/"), "/") {
		if segment == "." || segment == ".." || segment == "" && strings.Trim(u.Path, "/") != "" {
			return false
		}
	}
	return !strings.ContainsFunc(u.Path, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\\' })
}

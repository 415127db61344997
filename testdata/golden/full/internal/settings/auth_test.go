package settings_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/settings"
)

// key is long enough for every algorithm.
const key = "f3Zy8Qm1Lx6Vt0Rb9Nc4Wd7Hs2Jg5Kp8Au1Eo6Iy3Tf0Mb9Zq4Cv7Xn2Dl5Gw8Sr1"

// production is what must be set in production.
var production = []string{
	"SECRET_KEY=" + key,
	"PUBLIC_URL=https://api.example.com",
	"EMAILS_FROM_EMAIL=noreply@example.com",
	"SMTP_HOST=smtp.example.com",
	"ENCRYPTION_KEY=" + encryptionKey,
}

// with is the environment of production, with another key.
func with(variables ...string) []string {
	others := slices.DeleteFunc(slices.Clone(production), func(v string) bool { return strings.HasPrefix(v, "SECRET_KEY=") })
	return append(others, variables...)
}

func TestSecretKeyOutsideDevelopment(t *testing.T) {
	for algorithm, least := range map[string]int{"HS256": 32, "HS384": 48, "HS512": 64} {
		for _, tt := range []struct{ name, key, want string }{
			{"missing", "", "SECRET_KEY is missing"},
			{"the guide's", "your-secret-key-here", "SECRET_KEY is an example"},
			{"the guide's, repeated", strings.Repeat("your-secret-key-here", 4), "SECRET_KEY is an example"},
			{"an example that is long enough", "your-super-secret-key-change-in-production", "SECRET_KEY is an example"},
			{"of FastAPI's documentation", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "SECRET_KEY is an example"},
			{"hexadecimal digits in order", strings.Repeat("0123456789abcdef", 4), "SECRET_KEY is an example"},
			{"a sentence, repeated", strings.Repeat("correct horse battery staple ", 3), "SECRET_KEY is an example"},
			{"one character", strings.Repeat("a", 70), "SECRET_KEY is an example"},
			{"one character but for the last", strings.Repeat("7", 69) + "8", "SECRET_KEY is made of words or of few characters"},
			{"few characters", strings.Repeat("abc", 25) + strings.Repeat("cab", 10) + "1", "SECRET_KEY is made of words or of few characters"},
			{"a word", "donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamte", "SECRET_KEY is made of words"},
			{"words", "nobody-will-guess-that-these-are-the-words-which-sign-our-access-tokens", "SECRET_KEY is made of words"},
			{"words in capitals", "NOBODY WILL GUESS THAT THESE ARE THE WORDS WHICH SIGN OUR ACCESS TOKENS", "SECRET_KEY is made of words"},
			{"a byte too short", key[:least-1], fmt.Sprintf("SECRET_KEY is %d bytes long, %s needs at least %d", least-1, algorithm, least)},
			{"long enough", key[:least], ""},
		} {
			for _, environment := range []string{"production", "staging"} {
				environ := with("ENVIRONMENT="+environment, "ALGORITHM="+algorithm, "SECRET_KEY="+tt.key)
				checkFault(t, algorithm+" "+tt.name, environ, tt.want, tt.key)
			}
		}
	}
}

// What the command that every message names makes, and other generators make,
// is taken.
func TestRandomSecretKeysAreTaken(t *testing.T) {
	for range 200 {
		var random [48]byte
		rand.Read(random[:])
		for _, made := range []string{base64.StdEncoding.EncodeToString(random[:]), base64.RawURLEncoding.EncodeToString(random[:32]), hex.EncodeToString(random[:32])} {
			checkFault(t, made, with("SECRET_KEY="+made), "", "")
		}
	}
}

func TestPreviousSecretKey(t *testing.T) {
	checkFault(t, "none", with("SECRET_KEY="+key, "SECRET_KEY_PREVIOUS="), "", "")
	checkFault(t, "good", with("SECRET_KEY="+key, "SECRET_KEY_PREVIOUS="+key), "", "")
	checkFault(t, "short", with("SECRET_KEY="+key, "SECRET_KEY_PREVIOUS=short-and-secret"), "SECRET_KEY_PREVIOUS is 16 bytes long", "short-and-secret")
}

// checkFault loads settings whose error must contain want, or be none, and
// must not repeat the secret.
func checkFault(t *testing.T, name string, environ []string, want, secret string) {
	t.Helper()
	_, err := settings.Load(environ, t.TempDir())
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v, want none", name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: %v, want %q", name, err, want)
	case err != nil && secret != "" && strings.Contains(err.Error(), secret):
		t.Errorf("%s: the error repeats the secret: %v", name, err)
	}
}

func TestSecretKeysFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := settings.Load(with("SECRET_KEY_FILE="+file, "SECRET_KEY_PREVIOUS_FILE="+file), t.TempDir())
	if err != nil || config.SecretKey != key || config.SecretKeyPrevious != key {
		t.Errorf("keys are %q and %q, %v", config.SecretKey, config.SecretKeyPrevious, err)
	}
}

func TestDevelopmentNeedsNoSecretKey(t *testing.T) {
	for _, value := range []string{"", "short", "your-secret-key-here"} {
		got, err := settings.Load([]string{"ENVIRONMENT=development", "SECRET_KEY=" + value}, t.TempDir())
		if err != nil || got.SecretKey != value {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestAuthFaultsAtOnce(t *testing.T) {
	_, err := settings.Load([]string{
		"SECRET_KEY=hunter2", "SECRET_KEY_PREVIOUS=hunter3", "ACCESS_TOKEN_EXPIRE_MINUTES=0", "BCRYPT_COST=9", "PASSWORD_MIN_LENGTH=7",
		"LOGIN_MAX_FAILURES=-1", "REAUTHENTICATION_MINUTES=0", "PASSWORD_REQUIRE_UPPER=x", "PASSWORD_REQUIRE_LOWER=x", "PASSWORD_REQUIRE_DIGIT=x",
	}, t.TempDir())
	if err == nil || strings.Contains(err.Error(), "hunter") {
		t.Fatal(err)
	}
	for _, name := range []string{
		"SECRET_KEY ", "SECRET_KEY_PREVIOUS ", "ACCESS_TOKEN_EXPIRE_MINUTES ", "BCRYPT_COST ", "PASSWORD_MIN_LENGTH ", "LOGIN_MAX_FAILURES ",
		"REAUTHENTICATION_MINUTES ", "PASSWORD_REQUIRE_UPPER ", "PASSWORD_REQUIRE_LOWER ", "PASSWORD_REQUIRE_DIGIT ",
	} {
		if !strings.Contains("\n"+err.Error(), "\n"+name) {
			t.Errorf("%s has no line in:\n%v", name, err)
		}
	}
	checkFault(t, "no key for it either", []string{"ENVIRONMENT=staging", "ALGORITHM=RS256"}, "SECRET_KEY is missing", "")
	for _, algorithm := range []string{"none", "RS256", "HS1"} {
		checkFault(t, algorithm, []string{"ENVIRONMENT=development", "ALGORITHM=" + algorithm}, "ALGORITHM", "")
	}
}

func TestAccounts(t *testing.T) {
	config, err := settings.Load([]string{
		"ENVIRONMENT=development", "APP_NAME=My API", "SECRET_KEY=" + key, "SECRET_KEY_PREVIOUS=previous", "ALGORITHM=HS384",
		"ACCESS_TOKEN_EXPIRE_MINUTES=7", "BCRYPT_COST=11", "PASSWORD_MIN_LENGTH=9", "PASSWORD_REQUIRE_UPPER=true",
		"LOGIN_MAX_FAILURES=3", "REAUTHENTICATION_MINUTES=4", "RESERVED_USERNAMES=ceo, Board,",
	}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got := config.Accounts()
	if got.AppName != "My API" || got.Issuer == "" || got.SecretKey != key || got.SecretKeyPrevious != "previous" || got.Algorithm != "HS384" ||
		got.AccessTokenLifetime.Minutes() != 7 || got.BcryptCost != 11 || got.Passwords.MinLength != 9 || !got.Passwords.RequireUpper ||
		got.Passwords.RequireLower || got.MaxFailures != 3 || got.Reauthentication.Minutes() != 4 ||
		!slices.Equal(got.ReservedUsernames, []string{"ceo", "Board"}) {
		t.Errorf("accounts get %+v", got)
	}
}

// Where nothing is set, accounts are as safe as the documentation says.
func TestDefaultsOfAccounts(t *testing.T) {
	config, err := settings.Load(production, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got := config.Accounts()
	for name, pair := range map[string][2]any{
		"ALGORITHM":                   {got.Algorithm, "HS256"},
		"ACCESS_TOKEN_EXPIRE_MINUTES": {got.AccessTokenLifetime, 30 * time.Minute},
		"BCRYPT_COST":                 {got.BcryptCost, 12},
		"PASSWORD_MIN_LENGTH":         {got.Passwords.MinLength, 8},
		"LOGIN_MAX_FAILURES":          {got.MaxFailures, 5},
		"REAUTHENTICATION_MINUTES":    {got.Reauthentication, 15 * time.Minute},
		"REGISTRATION_ENABLED":        {!got.RegistrationClosed, true},
		"RATE_LIMIT_ENABLED":          {config.RateLimitEnabled, true},
		"RATE_LIMIT_REGISTER":         {config.RateLimitRegister.Rate, ratelimit.Rate{Requests: 20, Window: time.Hour}},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
		}
	}
}

// A number has the bounds that its line in the documentation tells.
func TestBoundsOfAccounts(t *testing.T) {
	checkBounds(t, map[string][2]int{
		"ACCESS_TOKEN_EXPIRE_MINUTES": {1, 24 * 60},
		"BCRYPT_COST":                 {10, 20},
		"PASSWORD_MIN_LENGTH":         {8, 64},
		"LOGIN_MAX_FAILURES":          {0, 100},
		"REAUTHENTICATION_MINUTES":    {1, 24 * 60},
	})
}

// checkBounds sets each setting to its least and greatest number, and to those beyond.
func checkBounds(t *testing.T, bounds map[string][2]int) {
	t.Helper()
	for name, of := range bounds {
		for _, number := range []int{of[0] - 1, of[0], of[1], of[1] + 1} {
			fault := name
			if number >= of[0] && number <= of[1] {
				fault = ""
			}
			line := fmt.Sprintf("%s=%d", name, number)
			checkFault(t, line, append(slices.Clone(production), line), fault, "")
		}
	}
}

func TestRates(t *testing.T) {
	for value, want := range map[string]string{
		"5/60s": "5 in 1m0s", "20/1h": "20 in 1h0m0s", " 3 / 90s ": "3 in 1m30s", "": "5 in 1m0s",
		"5": "", "5/60": "", "0/60s": "", "-1/60s": "", "5/0s": "", "5/10ms": "", "5/48h": "", "10001/60s": "", "many/60s": "", "5/60s/1": "",
	} {
		s, err := settings.Load(append(slices.Clone(production), "RATE_LIMIT_LOGIN="+value), t.TempDir())
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "RATE_LIMIT_LOGIN") || !strings.Contains(err.Error(), "5/60s or 20/1h") {
				t.Errorf("%q is taken, or refused without help: %v", value, err)
			}
			continue
		}
		if got := fmt.Sprintf("%d in %s", s.RateLimitLogin.Requests, s.RateLimitLogin.Window); err != nil || got != want {
			t.Errorf("%q is %s, want %s (%v)", value, got, want, err)
		}
	}
}

func TestBreachedPasswordsURL(t *testing.T) {
	for value, fault := range map[string]string{
		"": "", "https://api.pwnedpasswords.com/range/": "", "https://list.example.com:8443": "",
		"http://list.example.com": "BREACHED_PASSWORDS_URL", "api.pwnedpasswords.com": "BREACHED_PASSWORDS_URL", "https://": "BREACHED_PASSWORDS_URL",
		"ftp://list.example.com": "BREACHED_PASSWORDS_URL", "https://me:hunter2@list.example.com": "BREACHED_PASSWORDS_URL",
		"https://list.example.com/?key=hunter2": "BREACHED_PASSWORDS_URL", "https://list.example.com/#hunter2": "BREACHED_PASSWORDS_URL",
	} {
		checkFault(t, value, append(slices.Clone(production), "BREACHED_PASSWORDS_URL="+value), fault, "hunter2")
	}
	checkFault(t, "on this machine", []string{"ENVIRONMENT=development", "BREACHED_PASSWORDS_URL=http://localhost:9000/range/"}, "", "")
}

func TestChangePasswordURL(t *testing.T) {
	for value, fault := range map[string]string{
		"": "", "https://app.example.com/account/password": "",
		"http://app.example.com/password": "CHANGE_PASSWORD_URL", "/account/password": "CHANGE_PASSWORD_URL", "javascript:alert(1)": "CHANGE_PASSWORD_URL",
	} {
		checkFault(t, value, append(slices.Clone(production), "CHANGE_PASSWORD_URL="+value), fault, "")
	}
}

package auth

import (
	"bytes"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The vectors of RFC 6238, Appendix B, for SHA-1, to six digits.
func TestVectorsOfTOTP(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := hotp(secret, at/totpPeriod); got != want {
			t.Errorf("the code at %d is %s, want %s", at, got, want)
		}
		if got := totpStep(secret, want, time.Unix(at, 0)); got != at/totpPeriod {
			t.Errorf("%s at %d is of step %d", want, at, got)
		}
	}
}

// A code counts in its own step and in the next one, to the second.
func TestStepsOfTOTP(t *testing.T) {
	secret, begin := []byte("12345678901234567890"), time.Unix(1_800_000_000, 0) // It begins a step.
	code := hotp(secret, begin.Unix()/totpPeriod)
	for seconds, counts := range map[int]bool{-31: false, -1: false, 0: true, 29: true, 30: true, 59: true, 60: false, 90: false} {
		if got := totpStep(secret, code, begin.Add(time.Duration(seconds)*time.Second)) != 0; got != counts {
			t.Errorf("%d s after its begin, a code counts: %t", seconds, got)
		}
	}
	for _, wrong := range []string{"", "0", code[:5], code + "0", " " + code, "１２３４５６", "-" + code[1:]} {
		if totpStep(secret, wrong, begin) != 0 {
			t.Errorf("%q counts", wrong)
		}
	}
}

// Names may have what separates the parts of a URI.
func TestURIOfTOTP(t *testing.T) {
	const app, username = "Smith & Sons: a+b/c?d=e#f ü", "jo.smith"
	u, err := url.Parse(totpURI(app, username, "SECRET"))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/"+app+":"+username {
		t.Errorf("the URI is %s, %v", u, err)
	}
	if query := u.Query(); query.Get("issuer") != app || query.Get("secret") != "SECRET" || query.Get("digits") != "6" || query.Get("period") != "30" {
		t.Errorf("the query is %s", u.RawQuery)
	}
	if strings.Contains(u.RawQuery, "+") || strings.Count(u.EscapedPath(), ":") != 1 {
		t.Errorf("the URI is %s", u)
	}
}

func TestFormOfRecoveryCodes(t *testing.T) {
	form := regexp.MustCompile(`^[a-z2-7]{4}(-[a-z2-7]{4}){5}$`)
	seen := map[string]bool{}
	for range 1000 {
		code := newRecoveryCode()
		if !form.MatchString(code) || seen[code] {
			t.Fatalf("%s is no recovery code, or one that was made before", code)
		}
		seen[code] = true
	}
	const code = "ng5f-e7vs-gxsa-6yjg-5gyz-yo77"
	for _, typed := range []string{strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + " "} {
		if hashRecoveryCode(typed) != hashRecoveryCode(code) {
			t.Errorf("%q is not %s", typed, code)
		}
	}
}

func TestSealedSecrets(t *testing.T) {
	first, second := EncryptionKey{1}, EncryptionKey{2}
	secret := []byte("12345678901234567890")
	sealed, err := seal([]EncryptionKey{first}, totpOf(1), secret)
	if err != nil || strings.Contains(sealed, string(secret)) || !strings.HasPrefix(sealed, "v1:"+first.Name()+":") {
		t.Fatalf("sealed is %q, %v", sealed, err)
	}
	if again, _ := seal([]EncryptionKey{first}, totpOf(1), secret); again == sealed {
		t.Error("sealed twice, it is the same")
	}
	for name, tt := range map[string]struct {
		keys            []EncryptionKey
		subject, sealed string
		outdated        bool
		err             error
	}{
		"its key":               {[]EncryptionKey{first}, totpOf(1), sealed, false, nil},
		"its key is the former": {[]EncryptionKey{second, first}, totpOf(1), sealed, true, nil},
		"another key":           {[]EncryptionKey{second}, totpOf(1), sealed, false, errSealed},
		"another user":          {[]EncryptionKey{first}, totpOf(2), sealed, false, errSealed},
		"a later version":       {[]EncryptionKey{first}, totpOf(1), "v2" + sealed[2:], false, errSealed},
		"cut off":               {[]EncryptionKey{first}, totpOf(1), sealed[:30], false, errSealed},
		"the secret itself":     {[]EncryptionKey{first}, totpOf(1), string(secret), false, errSealed},
		"nothing":               {[]EncryptionKey{first}, totpOf(1), "", false, errSealed},
	} {
		opened, outdated, err := unseal(tt.keys, tt.subject, tt.sealed)
		if !errors.Is(err, tt.err) || outdated != tt.outdated || tt.err == nil && !bytes.Equal(opened, secret) {
			t.Errorf("%s: %q, %t, %v", name, opened, outdated, err)
		}
	}
}

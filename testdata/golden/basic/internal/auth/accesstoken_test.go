package auth

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Only good tokens take room among those that need not be verified again, and
// not without end: anyone may send tokens.
func TestVerifiedTokensAreBounded(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	tokens, err := newAccessTokens(Config{Algorithm: "HS256", SecretKey: strings.Repeat("k", 64), Issuer: "test"}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	sign := func(jti string, expires time.Time) string {
		token, err := tokens.sign(User{ID: 1}, jti, Token{SessionID: "s", AuthTime: now, CreatedAt: now, ExpiresAt: expires})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := sign("good", now.Add(time.Minute))
	for name, refused := range map[string]string{
		"expired": sign("old", now), "cut": good[:len(good)-1], "longer": good + "A", "garbage": "x",
	} {
		if _, err := tokens.parse(refused); err == nil || tokens.verified.Len() != 0 {
			t.Errorf("%s: %v, %d are kept, want none", name, err, tokens.verified.Len())
		}
	}
	var last string
	for i := range maxVerified + 100 {
		last = sign(strconv.Itoa(i), now.Add(time.Minute))
		if _, err := tokens.parse(last); err != nil {
			t.Fatal(err)
		}
	}
	if n := tokens.verified.Len(); n != maxVerified {
		t.Errorf("%d are kept, want %d", n, maxVerified)
	}
	now = now.Add(time.Minute)
	if _, err := tokens.parse(last); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("a kept token that has run out: %v", err)
	}
}

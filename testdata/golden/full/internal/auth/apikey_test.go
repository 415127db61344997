package auth

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFormOfAPIKeys(t *testing.T) {
	form := regexp.MustCompile(`^myapi_[0-9A-Za-z]{36}$`)
	seen := map[string]bool{}
	var used [256]int
	for range 1000 {
		key := newAPIKey("myapi")
		if !form.MatchString(key) || !IsAPIKey(key) || seen[key] {
			t.Fatalf("%s is no key, or one that was made before", key)
		}
		seen[key] = true
		for _, c := range []byte(key[len("myapi_"):]) {
			used[c]++
		}
	}
	for _, c := range []byte(base62) {
		if used[c] < 400 { // of 580 that are likely
			t.Errorf("%c is in 1000 keys %d times", c, used[c])
		}
	}
}

// The checksum is that of GitHub's tokens: CRC-32 in base62, six characters.
func TestChecksumOfAPIKeys(t *testing.T) {
	for text, want := range map[string]string{"": "000000", "123456789": "3jZRME"} {
		if got := checksum(text); got != want {
			t.Errorf("checksum(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestWhatIsNoAPIKey(t *testing.T) {
	key := newAPIKey("myapi")
	end := len(key) - 1
	other := string(base62[(strings.IndexByte(base62, key[end])+1)%62])
	for name, text := range map[string]string{
		"empty": "", "a mistyped end": key[:end] + other, "a mistyped prefix": "nyapi" + key[5:],
		"too short": key[:end], "too long": key + "0", "no prefix": key[5:], "an empty prefix": key[6:],
		"4 KiB of prefix": strings.Repeat("a", 4<<10) + key[5:], "upper case": strings.ToUpper(key), "a blank": key + " ",
		"a prefix of one": signedKey("a"), "a prefix of eleven": signedKey("abcdefghijk"), "another letter": signedKey("my-api"),
		"what begins as a JWT": signedKey("eyJ"),
	} {
		if IsAPIKey(text) {
			t.Errorf("%s: %q is a key", name, text)
		}
	}
	if !IsAPIKey(newAPIKey("older")) {
		t.Error("a key with an older prefix is none")
	}
}

// signedKey is a key with the right checksum behind any prefix.
func signedKey(prefix string) string {
	body := prefix + "_" + strings.Repeat("0", keyRandom)
	return body + checksum(body)
}

func TestScopesIncludeOthers(t *testing.T) {
	user, superuser := User{ID: 1}, User{ID: 2, IsSuperuser: true}
	for _, tt := range []struct {
		scopes string
		user   User
		allows []string
	}{
		{"read", user, []string{"read", "notes:read", "tasks:read"}},
		{"write", user, []string{"read", "write", "notes:read", "notes:write", "tasks:read", "tasks:write"}},
		{"notes:read", user, []string{"notes:read"}},
		{"notes:write", user, []string{"notes:read", "notes:write"}},
		{"notes:read tasks:write", user, []string{"notes:read", "tasks:read", "tasks:write"}},
		{"admin", user, nil},
		{"admin", superuser, []string{"admin"}},
		{"admin read", superuser, []string{"admin", "read", "notes:read", "tasks:read"}},
		{"write", superuser, []string{"read", "write", "notes:read", "notes:write", "tasks:read", "tasks:write"}},
		{"", superuser, nil},
	} {
		key := APIKey{Scopes: strings.Fields(tt.scopes)}
		for _, needed := range []string{"read", "write", "admin", "notes:read", "notes:write", "tasks:read", "tasks:write"} {
			err := key.CheckScope(tt.user, needed)
			if allowed := slices.Contains(tt.allows, needed); (err == nil) != allowed {
				t.Errorf("%q of user %d for %s: %v", tt.scopes, tt.user.ID, needed, err)
			}
			if lacks := (*ScopeError)(nil); err != nil && (!errors.As(err, &lacks) || lacks.Scope != needed) {
				t.Errorf("%q for %s: %v does not name it", tt.scopes, needed, err)
			}
		}
	}
	for needed, got := range map[string]string{
		"read": NeededScope("", true), "write": NeededScope("", false), "admin": NeededScope(ScopeAdmin, true),
		"notes:read": NeededScope("notes", true), "notes:write": NeededScope("notes", false),
	} {
		if got != needed {
			t.Errorf("the needed scope is %s, want %s", got, needed)
		}
	}
}

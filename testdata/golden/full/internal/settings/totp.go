package settings

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"strings"

	"example.com/myapi/internal/auth"
)

// TOTP configures the second factor by authenticator apps.
type TOTP struct {
	EncryptionKey         string   `env:"ENCRYPTION_KEY"`
	EncryptionKeyPrevious []string `env:"ENCRYPTION_KEY_PREVIOUS"`
}

// EncryptionKeys returns the keys that seal the secrets of apps: the current one,
// then those before it. When there is none, it is a random one, which is fit for
// development only: what it sealed is lost with the process.
func (t TOTP) EncryptionKeys() []auth.EncryptionKey {
	var keys []auth.EncryptionKey
	for _, text := range append([]string{t.EncryptionKey}, t.EncryptionKeyPrevious...) {
		if key, ok := parseKey(text); ok {
			keys = append(keys, key)
		}
	}
	if t.EncryptionKey == "" {
		var key auth.EncryptionKey
		rand.Read(key[:]) // Never fails: crypto/rand stops the program first.
		keys = append([]auth.EncryptionKey{key}, keys...)
	}
	return keys
}

// parseKey reads a key in base64, with or without padding.
func parseKey(text string) (key auth.EncryptionKey, ok bool) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(text), "="))
	if err != nil || len(raw) != len(key) || bytes.Count(raw, raw[:1]) == len(raw) {
		return key, false // A key of one repeated byte is no random one.
	}
	return auth.EncryptionKey(raw), true
}

func (t TOTP) check(c *check, development bool) {
	const makeOne = "32 bytes in base64: make one with `openssl rand -base64 32`"
	if t.EncryptionKey == "" && !development {
		c.add("ENCRYPTION_KEY", "ENCRYPTION_KEY is missing: use "+makeOne)
	}
	if _, ok := parseKey(t.EncryptionKey); t.EncryptionKey != "" && !ok {
		c.refuse("ENCRYPTION_KEY", makeOne)
	}
	for _, text := range t.EncryptionKeyPrevious {
		if _, ok := parseKey(text); !ok {
			c.refuse("ENCRYPTION_KEY_PREVIOUS", "keys of 32 bytes in base64, with a comma between two")
		}
	}
}

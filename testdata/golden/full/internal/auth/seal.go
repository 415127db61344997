package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// EncryptionKey is a key of AES-256.
type EncryptionKey [32]byte

// Name distinguishes a key from others, without revealing it.
func (k EncryptionKey) Name() string {
	sum := sha256.Sum256(k[:])
	return hex.EncodeToString(sum[:4])
}

// errSealed reports that none of the keys opens a secret: its key is missing, or the
// secret is not of the row that it is in.
var errSealed = errors.New("no ENCRYPTION_KEY opens the secret of an authenticator app")

const sealVersion = "v1"

// totpOf is what the secret of a user's app is bound to, so that a row which is
// copied to another user does not open.
func totpOf(userID int64) string { return "totp:" + strconv.FormatInt(userID, 10) }

// seal encrypts a secret with the first key, bound to its subject.
func seal(keys []EncryptionKey, subject string, secret []byte) (string, error) {
	sealer, err := newSealer(keys[0])
	if err != nil {
		return "", err
	}
	sealed := sealer.Seal(nil, nil, secret, []byte(subject))
	return sealVersion + ":" + keys[0].Name() + ":" + base64.RawStdEncoding.EncodeToString(sealed), nil
}

// unseal decrypts a secret with the key that has sealed it, and reports whether that
// is an earlier one.
func unseal(keys []EncryptionKey, subject, sealed string) (secret []byte, outdated bool, err error) {
	version, rest, _ := strings.Cut(sealed, ":")
	name, text, _ := strings.Cut(rest, ":")
	content, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || version != sealVersion {
		return nil, false, errSealed
	}
	for i, key := range keys {
		if key.Name() != name {
			continue
		}
		sealer, err := newSealer(key)
		if err != nil {
			return nil, false, err
		}
		if secret, err = sealer.Open(nil, nil, content, []byte(subject)); err == nil {
			return secret, i > 0, nil
		}
	}
	return nil, false, errSealed
}

func newSealer(key EncryptionKey) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("reading ENCRYPTION_KEY: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// SealedSecrets counts the secrets of apps by what opens them.
type SealedSecrets struct{ Current, Previous, Lost int }

// SealedSecrets counts how many secrets of apps the current key opens, an earlier
// one, and none.
func (s *Service) SealedSecrets(ctx context.Context) (SealedSecrets, error) {
	var n SealedSecrets
	counts, err := s.store.SealedBy(ctx)
	if err != nil {
		return n, err
	}
	for i, key := range s.config.EncryptionKeys {
		if i == 0 {
			n.Current += counts[key.Name()]
		} else {
			n.Previous += counts[key.Name()]
		}
		delete(counts, key.Name())
	}
	for _, count := range counts {
		n.Lost += count
	}
	return n, nil
}

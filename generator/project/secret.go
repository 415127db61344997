package project

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
)

// secretBytes is enough for HS384, and more than HS256 asks for.
const secretBytes = 48

// CompleteSecret returns a secret file whose line "SECRET_KEY=" has a value out
// of random. A file without that line stays as it is.
func CompleteSecret(content []byte, random io.Reader) ([]byte, error) {
	line := []byte("SECRET_KEY=\n")
	at := bytes.Index(append([]byte("\n"), content...), append([]byte("\n"), line...))
	if at < 0 {
		return content, nil
	}
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, fmt.Errorf("making a secret key: %w", err)
	}
	key := base64.StdEncoding.EncodeToString(raw)
	end := at + len(line) - 1
	return bytes.Join([][]byte{content[:end], content[end:]}, []byte(key)), nil
}

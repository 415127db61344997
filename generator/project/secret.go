package project

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
)

// secret is a line of the secret file whose value is made, and of how many bytes.
type secret struct {
	name  string
	bytes int
}

// secrets are those of all projects.
func secrets() []secret {
	return []secret{
		{"SECRET_KEY", 48}, // Enough for HS384, and more than HS256 asks for.
		{"ENCRYPTION_KEY", 32},
	}
}

// CompleteSecret returns a secret file whose empty lines of secrets have values out
// of random.
func CompleteSecret(content []byte, random io.Reader) ([]byte, error) {
	for _, s := range secrets() {
		line := []byte(s.name + "=\n")
		at := bytes.Index(append([]byte("\n"), content...), append([]byte("\n"), line...))
		if at < 0 {
			continue
		}
		raw := make([]byte, s.bytes)
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, fmt.Errorf("making %s: %w", s.name, err)
		}
		key := base64.StdEncoding.EncodeToString(raw)
		end := at + len(line) - 1
		content = bytes.Join([][]byte{content[:end], content[end:]}, []byte(key))
	}
	return content, nil
}

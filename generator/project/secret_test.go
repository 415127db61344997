package project

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

func TestCompleteSecretChangesThatLineAlone(t *testing.T) {
	random := bytes.Repeat([]byte("k"), 48+32)
	encoded, shorter := base64.StdEncoding.EncodeToString(random[:48]), base64.StdEncoding.EncodeToString(random[:32])
	for content, want := range map[string]string{
		"SECRET_KEY=\n":                  "SECRET_KEY=" + encoded + "\n",
		"A=1\nSECRET_KEY=\nB=2\n":        "A=1\nSECRET_KEY=" + encoded + "\nB=2\n",
		"A=1\n":                          "A=1\n",
		"ENCRYPTION_KEY=\n":              "ENCRYPTION_KEY=" + shorter + "\n",
		"ENCRYPTION_KEY=\nSECRET_KEY=\n": "ENCRYPTION_KEY=" + shorter + "\nSECRET_KEY=" + encoded + "\n",
		"SECRET_KEY=given\n":             "SECRET_KEY=given\n",
		"MY_SECRET_KEY=\n":               "MY_SECRET_KEY=\n",
		"# SECRET_KEY=\nSECRET_KEY=\n#":  "# SECRET_KEY=\nSECRET_KEY=" + encoded + "\n#",
	} {
		got, err := CompleteSecret([]byte(content), bytes.NewReader(random))
		if err != nil || string(got) != want {
			t.Errorf("%q became %q (%v), not %q", content, got, err, want)
		}
	}
}

func TestCompleteSecretWithoutRandomness(t *testing.T) {
	if got, err := CompleteSecret([]byte("SECRET_KEY=\n"), strings.NewReader("short")); err == nil {
		t.Errorf("a secret of too few bytes: %q", got)
	}
}

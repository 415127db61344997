package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOutputHoldsNoSecret reads the key that was made and looks for it in
// all that forge prints and in every other file.
func TestOutputHoldsNoSecret(t *testing.T) {
	for _, flag := range []string{"--json", "--verbose", "--yes"} {
		var stdout, stderr bytes.Buffer
		target := filepath.Join(t.TempDir(), "myapi")
		args := []string{"new", "myapi", "--auth=basic", "--yes", "--dir", target, flag}
		if code := run(args, strings.NewReader(""), &stdout, &stderr); code != 0 {
			t.Fatalf("exit %d: %s", code, &stderr)
		}
		content, err := os.ReadFile(filepath.Join(target, ".env.development"))
		if err != nil {
			t.Fatal(err)
		}
		key := regexp.MustCompile(`(?m)^SECRET_KEY=(.{64})$`).FindSubmatch(content)
		if key == nil {
			t.Fatalf("no key in %s", content)
		}
		for name, text := range map[string][]byte{"stdout": stdout.Bytes(), "stderr": stderr.Bytes()} {
			if bytes.Contains(text, key[1]) || bytes.Contains(text, key[1][:16]) {
				t.Errorf("%s: the key is on %s", flag, name)
			}
		}
		tree := os.DirFS(target)
		err = fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path == ".env.development" {
				return err
			}
			content, err := fs.ReadFile(tree, path)
			if bytes.Contains(content, key[1][:16]) {
				t.Errorf("the key is in %s", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{
		"bsic": "basic", "Basic": "basic", "compl": "complete", "noen": "none", "xyz": "", "": "",
	} {
		if got := nearest(word, []string{"none", "basic", "complete"}); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

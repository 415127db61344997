package project

import (
	"bytes"
	"maps"
	"slices"
	"testing"
)

func TestBaseKeepsFilesByteForByte(t *testing.T) {
	contents := map[string][]byte{
		"empty":          {},
		"line":           []byte("a line\n"),
		"no-final-end":   []byte("a line"),
		"only-end":       []byte("\n"),
		"marker":         []byte("-- x --\n"),
		"marker-inside":  []byte("before\n-- a/b.go --\nafter\n"),
		"marker-crlf":    []byte("before\r\n-- a/b.go --\r\nafter\r\n"),
		"crlf":           []byte("a\r\nb\r\n"),
		"binary":         {0, 1, 2, 255, '\n', '\r'},
		"marker-at-end":  []byte("text\n-- x --"),
		"almost-marker":  []byte("--  --\n-- --\n--x --\n"),
		"a b/with blank": []byte("x\n"),
	}
	var files []File
	for _, path := range slices.Sorted(maps.Keys(contents)) {
		files = append(files, File{Path: path, Class: Owned, Content: contents[path]})
	}
	files = append(files, File{Path: SecretPath, Class: Secret, Content: []byte("SECRET_KEY=x\n")})
	encoded, err := EncodeBase(files)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := DecodeBase(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(contents, decoded, bytes.Equal) {
		t.Errorf("got %q\nwant %q", decoded, contents)
	}
	again, err := EncodeBase(files)
	if err != nil || !bytes.Equal(encoded, again) {
		t.Errorf("the same files give other bytes (%v)", err)
	}
}

func FuzzBase(f *testing.F) {
	f.Add([]byte("a\n-- x --\n"), []byte("b"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		encoded, err := EncodeBase([]File{{Path: "a", Class: Owned, Content: a}, {Path: "b", Class: Owned, Content: b}})
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := DecodeBase(encoded)
		if err != nil || !bytes.Equal(decoded["a"], a) || !bytes.Equal(decoded["b"], b) || len(decoded) != 2 {
			t.Errorf("%q, %q became %q (%v)", a, b, decoded, err)
		}
	})
}

func TestManifestHasNoHashOfSecrets(t *testing.T) {
	m := NewManifest("v1", Answers{Auth: "basic"}, []File{
		{Path: SecretPath, Class: Secret, Content: []byte("x")},
		{Path: "go.mod", Class: Owned, Content: []byte("x")},
	})
	if m.Files[0].SHA256 != "" || len(m.Files[1].SHA256) != 64 {
		t.Errorf("%+v", m.Files)
	}
}

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRename(t *testing.T) {
	dir := t.TempDir()
	files := map[string][2]string{
		"go.mod": {"module example.com/old\n\ngo 1.26\n", "module example.com/new/name\n\ngo 1.26\n"},
		"a/a.go": {
			"package a\n\nimport (\n\t\"fmt\"\n\n\tx \"example.com/old\"\n\t\"example.com/old/b\"\n\t\"example.com/older\"\n)\n\nvar _ = \"example.com/old\"\n",
			"package a\n\nimport (\n\t\"fmt\"\n\n\tx \"example.com/new/name\"\n\t\"example.com/new/name/b\"\n\t\"example.com/older\"\n)\n\nvar _ = \"example.com/old\"\n",
		},
		"testdata/t.go": {"package t\n\nimport \"example.com/old\"\n", "package t\n\nimport \"example.com/old\"\n"},
	}
	for name, texts := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(texts[0]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := rename(dir, "Example.com/new name"); err == nil {
		t.Error("a bad module path is taken")
	}
	if err := rename(dir, "example.com/new/name"); err != nil {
		t.Fatal(err)
	}
	for name, texts := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != texts[1] {
			t.Errorf("%s is\n%s(%v), want\n%s", name, got, err, texts[1])
		}
	}
}

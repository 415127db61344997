package compile

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/txn"
)

// TestCheck changes a small module, by what a change has to say.
func TestCheck(t *testing.T) {
	const broken = "package b\n\nimport \"example.com/m/a\"\n\nvar _ = a.Nothing\n"
	for name, c := range map[string]struct {
		there   map[string]string // besides what is always there
		changes []txn.Change
		added   []string // what is blamed on the change
		before  bool
		unknown string
	}{
		"nothing breaks": {changes: []txn.Change{{Path: "a/a.go", New: []byte("package a\n\n// A is a number.\nconst A, B = 1, 2\n")}}},
		"a name goes": {
			changes: []txn.Change{{Path: "a/a.go", New: []byte("package a\n\nconst B = 1\n")}},
			added:   []string{"a/a_test.go:5:11: undefined: A", "main.go:5:25: undefined: a.A"},
		},
		"a file goes": {
			changes: []txn.Change{{Path: "a/a.go"}},
			added:   []string{"a/a_test.go:5:11: undefined: A", "main.go:5:25: undefined: a.A"},
		},
		"a package goes": {
			changes: []txn.Change{{Path: "a/a.go"}, {Path: "a/a_test.go"}},
			added:   []string{`main.go:3:8: `},
		},
		"an import too many": {
			changes: []txn.Change{{Path: "a/a.go", New: []byte("package a\n\nimport \"os\"\n\nconst A = 1\n")}},
			added:   []string{`a/a.go:3:8: "os" imported and not used`},
		},
		"no Go": {
			changes: []txn.Change{{Path: "a/b.go", New: []byte("resolved\n")}},
			added:   []string{"a/b.go:1:10: expected", "a/b.go:1:1: expected 'package', found resolved", "a/b.go:1:9: expected", "package ; expected package a"},
		},
		"a test does not compile": {
			changes: []txn.Change{{Path: "a/b_test.go", New: []byte("package a_test\n\nvar _ = nothing\n")}},
			added:   []string{"a/b_test.go:3:9: undefined: nothing"},
		},
		"it was broken before": {
			there:   map[string]string{"b/b.go": broken},
			changes: []txn.Change{{Path: "b/b.go", New: []byte("// Package b is broken.\n" + broken)}},
			before:  true,
		},
		"it was broken before, and is more so": {
			there:   map[string]string{"b/b.go": broken},
			changes: []txn.Change{{Path: "b/b.go", New: []byte(broken + "\nvar _ = more\n")}},
			added:   []string{"b/b.go:7:9: undefined: more"},
			before:  true,
		},
		"a module is missing": {
			changes: []txn.Change{
				{Path: "go.mod", New: []byte("module example.com/m\n\ngo 1.24\n\nrequire example.com/nowhere v1.0.0\n")},
				{Path: "b/b.go", New: []byte("package b\n\nimport _ \"example.com/nowhere\"\n")},
			},
			unknown: "example.com/nowhere",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOPROXY", "off")
			dir := t.TempDir()
			files := map[string]string{
				"go.mod":      "module example.com/m\n\ngo 1.24\n",
				"main.go":     "package main\n\nimport \"example.com/m/a\"\n\nfunc main() { println(a.A) }\n",
				"a/a.go":      "package a\n\nconst A = 1\n",
				"a/a_test.go": "package a\n\nimport \"testing\"\n\nconst _ = A\n\nfunc Test(*testing.T) {}\n",
			}
			for name, text := range c.there {
				files[name] = text
			}
			for name, text := range files {
				at := filepath.Join(dir, filepath.FromSlash(name))
				if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			v, err := Check(t.Context(), dir, nil, c.changes)
			var unknown *UnknownError
			if errors.As(err, &unknown) && c.unknown != "" && strings.Contains(unknown.Why, c.unknown) {
				return
			}
			if err != nil || c.unknown != "" {
				t.Fatalf("%+v, %v, want %q", v, err, c.unknown)
			}
			// Whether this is said of a package that has only tests left is not
			// the same in every version of Go.
			v.Added = slices.DeleteFunc(v.Added, func(text string) bool { return strings.HasPrefix(text, "build constraints exclude all Go files") })
			if v.Before != c.before || !slices.EqualFunc(v.Added, c.added, strings.HasPrefix) {
				t.Errorf("%+v, want %q, %v", v, c.added, c.before)
			}
			for name, text := range files {
				if now, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))); err != nil || string(now) != text {
					t.Errorf("%s was changed: %q, %v", name, now, err)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "go.sum")); err == nil {
				t.Error("a go.sum was written")
			}
		})
	}
}

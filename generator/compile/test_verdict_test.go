package compile_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/compile"
	"github.com/forge-go/forge/generator/txn"
)

// The tests of a package that imports the changed one run, those of others don't,
// and a test that failed before is nobody's fault.
func TestOwnTests(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":            "module example.com/m\n\ngo 1.24\n",
		"a/a.go":            "package a\n\nfunc Start() {}\n",
		"b/b.go":            "package b\n\nimport \"example.com/m/a\"\n\nfunc Run() { a.Start() }\n",
		"b/b_test.go":       "package b\n\nimport \"testing\"\n\nfunc TestRun(t *testing.T) { Run() }\nfunc TestAfter(t *testing.T) {}\nfunc TestBad(t *testing.T) { t.Error(\"always\") }\n",
		"c/c_test.go":       "package c\n\nimport \"testing\"\n\nfunc TestElsewhere(t *testing.T) { panic(\"never run\") }\n",
		"d/d.go":            "package d\n",
		"d/outside_test.go": "package d_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/m/a\"\n)\n\nfunc TestOutside(t *testing.T) { a.Start() }\n",
	} {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"a panic", `panic("SECRET_KEY is missing")`, []string{"example.com/m/b TestAfter", "example.com/m/b TestRun", "example.com/m/d TestOutside"}},
		{"nothing", "_ = 1", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changes := []txn.Change{{Path: "a/a.go", Old: []byte("x"), New: []byte("package a\n\nfunc Start() { " + tt.body + " }\n")}}
			got, err := compile.Test(t.Context(), root, changes, "example.com/m/a")
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got.Broken)
			if !slices.Equal(got.Broken, tt.want) || !slices.Equal(got.Packages, []string{"example.com/m/b", "example.com/m/d"}) {
				t.Errorf("%q of %q, want %q\n%s", got.Broken, got.Packages, tt.want, got.Output)
			}
			if tt.want != nil && !strings.Contains(got.Output, "SECRET_KEY") {
				t.Errorf("the output is %q", got.Output)
			}
		})
	}
}

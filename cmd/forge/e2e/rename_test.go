package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRename changes the module path of a copy of forge, and compiles it.
func TestRename(t *testing.T) {
	leftToTestAll(t)
	need(t, "make", "forge is not renamed")
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"cmd", "docs", "generator", "scripts", "templates"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"Makefile", "go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	here := project{dir: dir}.command
	old := strings.TrimSpace(output(t, here("go", "list", "-m")))
	if text, err := here("make", "rename", "MODULE=no path").CombinedOutput(); err == nil {
		t.Errorf("a bad path was taken:\n%s", text)
	}
	output(t, here("make", "rename", "MODULE=example.com/you/forge"))
	output(t, here("go", "vet", "./..."))
	packages := output(t, here("go", "list", "-deps", "-test", "./..."))
	if strings.Contains(packages, old) || !strings.Contains(packages, "example.com/you/forge/generator\n") {
		t.Errorf("the packages are now\n%s", packages)
	}
}

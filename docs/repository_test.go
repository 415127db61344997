package docs_test

import (
	"io/fs"
	"os"
	"testing"
)

// A .gitignore among the templates would hide templates such as .env.example
// from git; as .gitignore.tmpl it does not.
func TestTemplatesHideNothingFromGit(t *testing.T) {
	err := fs.WalkDir(os.DirFS("../templates"), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == ".gitignore" {
			t.Errorf("templates/%s hides files from git: rename it to .gitignore.tmpl", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

package project

import (
	"io/fs"
	"slices"
	"strings"
)

// Walk reads the files below a folder of a project whose paths are wanted, and
// calls visit for each. It passes over folders in which nobody keeps a project's
// own files, such as vendor. Where visit returns fs.SkipAll, the walk ends.
func Walk(current fs.FS, folder string, wanted func(name string) bool, visit func(name string, content []byte) error) error {
	return fs.WalkDir(current, folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != folder && isForeign(entry.Name()):
			return fs.SkipDir
		case !entry.Type().IsRegular() || !wanted(name):
			return nil
		}
		content, err := fs.ReadFile(current, name)
		if err != nil {
			return err
		}
		return visit(name, content)
	})
}

// isForeign names the folders that Walk passes over.
func isForeign(folder string) bool {
	return strings.HasPrefix(folder, ".") || slices.Contains([]string{"vendor", "node_modules", "testdata", "var", "bin"}, folder)
}

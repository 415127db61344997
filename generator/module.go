package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"

	"golang.org/x/mod/modfile"
)

// followModule takes over a module path that the user has changed.
func followModule(o *Options, current fs.FS) error {
	mod, err := fs.ReadFile(current, "go.mod")
	if err != nil {
		return fmt.Errorf("reading the module's path: %w", err)
	}
	if path := modfile.ModulePath(mod); path != "" {
		o.Module = path
	}
	return nil
}

// renameModule gives the base with the module's new path in the files that the
// user has renamed, so that these are not ones that the user has edited.
func renameModule(base map[string][]byte, current fs.FS, from, to string) (map[string][]byte, error) {
	if from == to {
		return base, nil
	}
	old, renamed := []byte(`"`+from+`/`), []byte(`"`+to+`/`)
	base = maps.Clone(base)
	for path, content := range base {
		if !bytes.Contains(content, old) {
			continue
		}
		now, err := readIfThere(current, path)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(now, old) {
			base[path] = bytes.ReplaceAll(content, old, renamed)
		}
	}
	return base, nil
}

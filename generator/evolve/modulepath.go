package evolve

import (
	"bytes"
	"io/fs"
	"maps"

	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/project"
)

// modulePath returns the project's module path, which the user may have
// changed, or else the path that the project remembers.
func modulePath(current fs.FS, remembered string) (string, error) {
	path, err := gomod.PathIn(current)
	if path == "" {
		path = remembered
	}
	return path, err
}

// renameModule returns the base with the module's new path in the files that
// the user has renamed, so that these are not ones that the user has edited.
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
		now, err := project.ReadFile(current, path)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(now, old) {
			base[path] = bytes.ReplaceAll(content, old, renamed)
		}
	}
	return base, nil
}

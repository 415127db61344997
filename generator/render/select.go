package render

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Tags are what names of templates may end with; those that hold are true.
type Tags struct {
	Hold map[string]bool
	// Folders have tags that go without saying for all that is in them. The
	// first that a path is in counts.
	Folders []Folder
}

// Folder is a folder of templates whose files all have the same tags.
type Folder struct {
	Path string // "" is the tree itself
	Tags []string
}

// source is a template and what it becomes.
type source struct{ name, output string }

// selectFrom lists the templates whose tags hold: those that become files, and
// the parts.
func (t Tags) selectFrom(sources fs.FS) (files, parts []source, err error) {
	err = fs.WalkDir(sources, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		output, tags := t.split(name)
		if !t.all(tags) || !t.all(t.folder(output)) {
			return nil
		}
		if path.Base(path.Dir(name)) == partsFolder {
			parts = append(parts, source{name, output})
			return nil
		}
		files = append(files, source{name, output})
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("reading the templates: %w", err)
	}
	return files, parts, nil
}

// split divides a template's name into the path of what it becomes and the
// tags between that and ".tmpl".
func (t Tags) split(name string) (output string, tags []string) {
	output, isTemplate := strings.CutSuffix(name, suffix)
	for isTemplate {
		last := path.Ext(output)
		if _, known := t.Hold[strings.TrimPrefix(last, ".")]; !known {
			break
		}
		tags = append(tags, last[1:])
		output = strings.TrimSuffix(output, last)
	}
	return output, tags
}

func (t Tags) all(tags []string) bool {
	for _, tag := range tags {
		if !t.Hold[tag] {
			return false
		}
	}
	return true
}

// folder lists the tags that follow from the folder of a path.
func (t Tags) folder(output string) []string {
	for _, f := range t.Folders {
		if f.Path == "" || strings.HasPrefix(output, f.Path+"/") {
			return f.Tags
		}
	}
	return nil
}

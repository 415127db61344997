package evolve

import (
	"bytes"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// missingSecrets lists the variables of the secret file that the project's own
// lacks. In a project without the file, "make run" creates it.
func missingSecrets(current fs.FS, next []generator.File) ([]string, error) {
	content, err := project.ReadFile(current, project.SecretPath)
	if err != nil || content == nil {
		return nil, err
	}
	have := variables(content)
	var missing []string
	for _, f := range next {
		if f.Class != project.Secret {
			continue
		}
		for _, name := range variables(f.Content) {
			if !slices.Contains(have, name) {
				missing = append(missing, name)
			}
		}
	}
	return missing, nil
}

// variables lists what a file of settings sets.
func variables(content []byte) []string {
	var names []string
	for line := range strings.Lines(string(content)) {
		name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if ok && !strings.HasPrefix(name, "#") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

// secretChange adds the missing variables to the end of the secret file.
func (u *Update) secretChange(random io.Reader) ([]txn.Change, error) {
	if len(u.Secrets) == 0 {
		return nil, nil
	}
	old, err := project.ReadFile(u.current, project.SecretPath)
	if err != nil {
		return nil, err
	}
	var added []byte
	for _, f := range u.next {
		if f.Class != project.Secret {
			continue
		}
		for line := range bytes.Lines(f.Content) {
			if names := variables(line); len(names) == 1 && slices.Contains(u.Secrets, names[0]) {
				added = append(added, line...)
			}
		}
	}
	if added, err = project.CompleteSecret(added, random); err != nil {
		return nil, err
	}
	return []txn.Change{{Path: project.SecretPath, Old: old, New: gotext.Append(old, added)}}, nil
}

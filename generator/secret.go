package generator

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// secretBytes is enough for HS384, and more than HS256 asks for.
const secretBytes = 48

// completeSecret gives the line "SECRET_KEY=" of a secret file a value out of
// random. A file without that line stays as it is.
func completeSecret(content []byte, random io.Reader) ([]byte, error) {
	line := []byte("SECRET_KEY=\n")
	at := bytes.Index(append([]byte("\n"), content...), append([]byte("\n"), line...))
	if at < 0 {
		return content, nil
	}
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, fmt.Errorf("making a secret key: %w", err)
	}
	key := base64.StdEncoding.EncodeToString(raw)
	end := at + len(line) - 1
	return bytes.Join([][]byte{content[:end], content[end:]}, []byte(key)), nil
}

// missingSecrets lists the variables of the secret file that the project's own
// lacks. A project without the file gets it from "make run".
func missingSecrets(current fs.FS, next []project.File) ([]string, error) {
	content, err := readIfThere(current, project.SecretPath)
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
	old, err := fs.ReadFile(u.current, project.SecretPath)
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
	if added, err = completeSecret(added, random); err != nil {
		return nil, err
	}
	if len(old) > 0 && !bytes.HasSuffix(old, []byte("\n")) {
		added = append([]byte("\n"), added...)
	}
	if bytes.Contains(old, []byte("\r\n")) {
		added = bytes.ReplaceAll(added, []byte("\n"), []byte("\r\n"))
	}
	return []txn.Change{{Path: project.SecretPath, Old: old, New: slices.Concat(old, added)}}, nil
}

// readIfThere gives nil for a file that is not there.
func readIfThere(fsys fs.FS, name string) ([]byte, error) {
	content, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}

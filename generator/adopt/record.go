package adopt

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// record is what forge wrote into the module: the hash of each file by its
// path, and the answers it was written with.
type record struct {
	Files   map[string]string
	answers project.Answers
}

// readRecord reads what the module remembers, or what an earlier forge did.
func readRecord(root string) (record, error) {
	if _, ok := FindBefore(root); ok {
		hashes, err := readHashes(root)
		return record{Files: hashes}, err
	}
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(project.ManifestPath)))
	if errors.Is(err, os.ErrNotExist) {
		return record{}, nil
	}
	if err != nil {
		return record{}, fmt.Errorf("reading what forge wrote: %w", err)
	}
	m, err := project.DecodeManifest(content)
	if err != nil {
		return record{}, &UnreadableError{err, "git restore .forge"}
	}
	r := record{Files: make(map[string]string), answers: m.Answers}
	for _, e := range m.Files {
		r.Files[e.Path] = e.SHA256
	}
	return r, nil
}

// has reports whether forge wrote a file.
func (r record) has(path string) bool {
	_, ok := r.Files[path]
	return ok || path == recordPath
}

// hasBelow reports whether forge wrote a file below a folder.
func (r record) hasBelow(folder string) bool {
	if r.answers.Foreign != nil && r.answers.Foreign.Migrations == folder {
		return true
	}
	for name := range r.Files {
		if strings.HasPrefix(name, folder+"/") {
			return true
		}
	}
	return false
}

// unchanged reports whether content is what forge wrote to path.
func (r record) unchanged(path string, content []byte) bool {
	return path == recordPath || strings.HasPrefix(path, ".forge/") || r.Files[path] == hash(content)
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// InTheWayError lists files that forge would write, and that the user has made
// or changed.
type InTheWayError struct{ Paths []string }

func (e *InTheWayError) Error() string {
	return "there are files of yours in the way: " + strings.Join(e.Paths, ", ")
}

// put adds the change of a file that forge writes, unless it is there already.
func (p *Plan) put(path string, content []byte) error {
	old, err := os.ReadFile(filepath.Join(p.survey.Root, filepath.FromSlash(path)))
	if errors.Is(err, os.ErrNotExist) {
		old, err = nil, nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	switch {
	case old != nil && string(old) == string(content):
	case old != nil && !p.survey.ours.unchanged(path, old):
		p.inTheWay = append(p.inTheWay, path)
	default:
		p.Changes = append(p.Changes, txn.Change{Path: path, Old: old, New: content})
	}
	return nil
}

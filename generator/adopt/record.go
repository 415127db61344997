package adopt

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/forge-go/forge/generator/txn"
)

// recordPath is the file that tells what forge wrote into the module.
const recordPath = "internal/accounts/forge.json"

// record has the hash of each file that forge wrote, by its path.
type record struct {
	Files map[string]string `json:"files"`
}

func readRecord(root string) (record, error) {
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(recordPath)))
	if errors.Is(err, os.ErrNotExist) {
		return record{}, nil
	}
	if err != nil {
		return record{}, fmt.Errorf("reading what forge wrote: %w", err)
	}
	var r record
	if err := json.Unmarshal(content, &r); err != nil {
		return record{}, &UnreadableError{fmt.Errorf("reading %s: %w", recordPath, err), "git restore " + recordPath}
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
	for name := range r.Files {
		if strings.HasPrefix(name, folder+"/") {
			return true
		}
	}
	return false
}

// unchanged reports whether content is what forge wrote to path.
func (r record) unchanged(path string, content []byte) bool {
	return path == recordPath || r.Files[path] == hash(content)
}

func (r record) encode() ([]byte, error) {
	encoded, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing down what forge wrote: %w", err)
	}
	return append(encoded, '\n'), nil
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// InTheWayError lists files that forge would write, and that the user has made
// or changed.
type InTheWayError struct{ Paths []string }

func (e *InTheWayError) Error() string {
	return fmt.Sprintf("there are files of yours in the way: %q", e.Paths)
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

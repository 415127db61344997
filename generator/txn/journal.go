package txn

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// Where a run keeps its files. Names below pendingDir and a folder of undoDir or
// redoDir are the same, since the one becomes the other.
const (
	forgeDir   = ".forge"
	lockPath   = forgeDir + "/lock"
	pendingDir = forgeDir + "/pending"
	undoDir    = forgeDir + "/undo"
	redoDir    = forgeDir + "/redo"

	journalName = "journal.json"
	backName    = "back.json"
	journalPath = pendingDir + "/" + journalName
	backPath    = pendingDir + "/" + backName
	placingPath = pendingDir + "/placing" // a file that is about to get its place
)

// journal lists the changes of one run. It is read back from a project that
// may come from anywhere.
type journal struct {
	turn
	Changes []entry `json:"changes"`
}

// entry is one change. OldSHA256 is empty for a new file, NewSHA256 for one
// that is removed.
type entry struct {
	Path      string      `json:"path"`
	OldSHA256 string      `json:"old_sha256,omitempty"`
	NewSHA256 string      `json:"new_sha256,omitempty"`
	OldPerm   fs.FileMode `json:"old_perm,omitempty"`
}

// order lists the changes in the order in which they are made: removals first,
// to make room.
func (j journal) order() []int {
	var going, coming []int
	for i, e := range j.Changes {
		if e.NewSHA256 == "" {
			going = append(going, i)
		} else {
			coming = append(coming, i)
		}
	}
	return append(going, coming...)
}

func newName(i int) string { return "new-" + strconv.Itoa(i) }
func oldName(i int) string { return "old-" + strconv.Itoa(i) }

// isClean reports whether no run left anything. It changes nothing.
func isClean(dir string) bool {
	for _, name := range []string{lockPath, pendingDir} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return false
		}
	}
	return true
}

func (w *work) readJournal(name string) (journal, error) {
	var j journal
	if err := w.checkFile(name); err != nil {
		return j, err
	}
	text, err := w.root.ReadFile(name)
	if err != nil {
		return j, err
	}
	if err := json.Unmarshal(text, &j); err != nil {
		return j, fmt.Errorf("reading %s: %w", name, err)
	}
	for _, e := range j.Changes {
		if err := checkPath(e.Path); err != nil {
			return j, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	return j, nil
}

// checkPath refuses what is no plain path below the folder, and git's and
// this package's own files.
func checkPath(name string) error {
	first, second, _ := strings.Cut(name, "/")
	switch {
	case !fs.ValidPath(name) || name == "." || !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, `\`):
		return &RefusedError{name, "is not a path of a file in the project"}
	case strings.EqualFold(first, ".git"):
		return &RefusedError{name, "is git's own"}
	case strings.EqualFold(first, forgeDir) && isOwn(second):
		return &RefusedError{name, "is where forge keeps its own state"}
	}
	return nil
}

func isOwn(below string) bool {
	first, _, _ := strings.Cut(below, "/")
	for _, name := range []string{lockPath, pendingDir, undoDir, redoDir} {
		if strings.EqualFold(first, path.Base(name)) {
			return true
		}
	}
	return first == ""
}

// hash returns the hexadecimal SHA-256 of content, or "" for no file.
func hash(content []byte) string {
	if content == nil {
		return ""
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

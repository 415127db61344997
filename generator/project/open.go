package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Project is what a project remembers, as read from disk.
type Project struct {
	Dir      string
	Manifest Manifest
	Base     map[string][]byte // what forge wrote, by path
	// Conflicts wait to be resolved.
	Conflicts []Conflict
}

// Conflict is a file with markers in it.
type Conflict struct {
	Path string `json:"path"` // where forge wrote it
	At   string `json:"at"`   // where it is
	// Next is what the file's base becomes once the markers are gone; nil if
	// forge has no such file any more.
	Next []byte `json:"next"`
	// Class is that of Next.
	Class Class `json:"class"`
}

// ErrNone means that a folder belongs to no project that forge made.
var ErrNone = errors.New("forge did not make this project: there is no " + ManifestPath + " here or above")

// stateDir is where a project keeps what it remembers.
const stateDir = ".forge"

// mostState bounds the size of a file below .forge.
const mostState = 16 << 20

// Find returns the folder of the project that dir is in, or ErrNone.
func Find(dir string) (string, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := full; ; at = filepath.Dir(at) {
		ours, err := isProject(at)
		if ours || err != nil {
			return at, err
		}
		if at == filepath.Dir(at) {
			return "", ErrNone
		}
	}
}

// isProject reports whether dir has one of the files that forge keeps in a
// project: one that has lost the other is still no module of another kind. The
// error is about a .forge that is there and can't be looked into.
func isProject(dir string) (bool, error) {
	for _, name := range []string{ManifestPath, BasePath} {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if err == nil && info.Mode().IsRegular() {
			return true, nil
		}
		if !errors.Is(err, fs.ErrPermission) {
			continue
		}
		if _, hidden := os.Lstat(filepath.Join(dir, stateDir)); hidden == nil {
			return false, fmt.Errorf("looking for a project: %w", err)
		}
	}
	return false, nil
}

// Open reads what the project in dir remembers, and refuses what contradicts
// itself.
func Open(dir string) (*Project, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return read(dir, func(name string) ([]byte, error) { return readState(root, name) })
}

// Read reads what a project remembers whose files are not on disk, as those of
// a commit, and refuses what contradicts itself.
func Read(files fs.FS) (*Project, error) {
	return read("", func(name string) ([]byte, error) { return fs.ReadFile(files, name) })
}

// read reads the manifest and the base, which belong together, and the open
// conflicts.
func read(dir string, file func(name string) ([]byte, error)) (*Project, error) {
	p := &Project{Dir: dir}
	encoded, err := file(ManifestPath)
	if err != nil {
		return nil, err
	}
	if p.Manifest, err = DecodeManifest(encoded); err != nil {
		return nil, err
	}
	if encoded, err = file(BasePath); err != nil {
		return nil, err
	}
	if p.Base, err = DecodeBase(encoded); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	encoded, err = file(ConflictsPath)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	p.Conflicts, err = decodeConflicts(encoded)
	return p, err
}

// check compares the manifest with the base.
func (p *Project) check() error {
	rest := maps.Clone(p.Base)
	for _, e := range p.Manifest.Files {
		if e.Class == Secret {
			continue
		}
		content, ok := p.Base[e.Path]
		if !ok || sha(content) != e.SHA256 {
			return fmt.Errorf("%s and %s contradict each other about %s", ManifestPath, BasePath, e.Path)
		}
		delete(rest, e.Path)
	}
	for _, path := range slices.Sorted(maps.Keys(rest)) {
		return fmt.Errorf("%s has %s, but %s does not", BasePath, path, ManifestPath)
	}
	return nil
}

// readState reads a plain file of bounded size.
func readState(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("reading %s: it is a link or no file", name)
	case info.Size() > mostState:
		return nil, fmt.Errorf("reading %s: it is larger than %d MiB", name, mostState>>20)
	}
	return root.ReadFile(name)
}

// EncodeConflicts returns what is kept at ConflictsPath.
func EncodeConflicts(conflicts []Conflict) ([]byte, error) {
	encoded, err := json.MarshalIndent(conflicts, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the conflicts: %w", err)
	}
	return append(encoded, '\n'), nil
}

func decodeConflicts(encoded []byte) ([]Conflict, error) {
	var conflicts []Conflict
	if err := json.Unmarshal(encoded, &conflicts); err != nil {
		return nil, fmt.Errorf("reading %s: %w", ConflictsPath, err)
	}
	var paths, places []string
	for _, c := range conflicts {
		paths, places = append(paths, c.Path), append(places, c.At)
	}
	if err := errors.Join(checkPaths(paths), checkPaths(places)); err != nil {
		return nil, fmt.Errorf("reading %s: %w", ConflictsPath, err)
	}
	return conflicts, nil
}

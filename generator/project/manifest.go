package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/module"
)

// File is a file as forge wrote it.
type File struct {
	Path    string
	Class   Class
	Content []byte
}

// Answers are what the user chose.
type Answers struct {
	Module  string `json:"module"`
	Program string `json:"program"`
	Auth    string `json:"auth"`
	DB      string `json:"db"`
	Router  string `json:"router"`
	// Example says that a project with accounts has mode none's example too.
	Example bool `json:"example,omitempty"`
}

// Manifest lists what forge wrote, and from which answers.
type Manifest struct {
	Forge   string  `json:"forge"` // the version of forge that wrote last
	Answers Answers `json:"answers"`
	Files   []Entry `json:"files"` // in the order they were given
}

// Entry is one file of a manifest. SHA256 is the hash of the bytes that forge
// wrote, in hexadecimal; secret files have none.
type Entry struct {
	Path   string `json:"path"`
	Class  Class  `json:"class"`
	SHA256 string `json:"sha256,omitempty"`
}

// NewManifest describes files.
func NewManifest(version string, answers Answers, files []File) Manifest {
	m := Manifest{Forge: version, Answers: answers, Files: make([]Entry, 0, len(files))}
	for _, f := range files {
		entry := Entry{Path: f.Path, Class: f.Class}
		if f.Class != Secret {
			entry.SHA256 = sha(f.Content)
		}
		m.Files = append(m.Files, entry)
	}
	return m
}

// Encode gives the manifest as it lies in the project.
func (m Manifest) Encode() ([]byte, error) {
	encoded, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the manifest: %w", err)
	}
	return append(encoded, '\n'), nil
}

// DecodeManifest reads a manifest, which may come from anywhere: unknown
// classes, paths that are not plain ones below the project, and paths that are
// there twice are refused. Whether the answers make sense is not asked here.
func DecodeManifest(encoded []byte) (Manifest, error) {
	var m Manifest
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	if err := decoder.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("reading %s: %w", ManifestPath, err)
	}
	if decoder.More() {
		return Manifest{}, fmt.Errorf("reading %s: there is more after its end", ManifestPath)
	}
	var paths []string
	for _, e := range m.Files {
		if !e.Class.isKnown() {
			return Manifest{}, fmt.Errorf("reading %s: %s has the unknown class %q", ManifestPath, e.Path, e.Class)
		}
		if (e.Class == Secret) != (e.SHA256 == "") {
			return Manifest{}, fmt.Errorf("reading %s: %s has no hash, or one that it must not have", ManifestPath, e.Path)
		}
		paths = append(paths, e.Path)
	}
	if err := checkPaths(paths); err != nil {
		return Manifest{}, fmt.Errorf("reading %s: %w", ManifestPath, err)
	}
	return m, nil
}

// checkPaths refuses paths that are no plain files below a project on every
// file system, git's own, forge's own, and those that are there twice.
func checkPaths(paths []string) error {
	seen := make(map[string]bool)
	for _, name := range paths {
		if err := module.CheckFilePath(name); err != nil {
			return err
		}
		folded := strings.ToLower(name)
		first, _, _ := strings.Cut(folded, "/")
		switch {
		case first == ".git" || first == ".forge":
			return fmt.Errorf("%s is no file that forge writes into a project", name)
		case seen[folded]:
			return fmt.Errorf("%s is there twice", name)
		}
		seen[folded] = true
	}
	return nil
}

func sha(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

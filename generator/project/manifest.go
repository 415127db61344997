package project

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
			sum := sha256.Sum256(f.Content)
			entry.SHA256 = hex.EncodeToString(sum[:])
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

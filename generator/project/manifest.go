package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/forge-go/forge/generator/feature"
)

// File is a file as forge wrote it.
type File struct {
	Path    string
	Class   Class
	Content []byte
}

// UnknownError reports something in a manifest that only a newer forge knows.
type UnknownError struct {
	What  string
	Forge string // the version that wrote the manifest; empty if it can't be told
}

func (e *UnknownError) Error() string {
	by := "a newer forge"
	if e.Forge != "" {
		by += ", " + e.Forge
	}
	return fmt.Sprintf("the project was made by %s: %s has %s, which this one doesn't know", by, ManifestPath, e.What)
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

// Encode returns the manifest as the project keeps it, with one line per field, so
// that git merges what two people add.
func (m Manifest) Encode() ([]byte, error) {
	encoded, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the manifest: %w", err)
	}
	for _, f := range m.Answers.Fields {
		if encoded, err = onOneLine(encoded, f, "      "); err != nil {
			return nil, err
		}
	}
	for _, r := range m.Answers.Resources {
		for _, f := range r.Fields {
			if encoded, err = onOneLine(encoded, f, "          "); err != nil {
				return nil, err
			}
		}
	}
	return append(encoded, '\n'), nil
}

// onOneLine joins the lines of an indented value in encoded.
func onOneLine(encoded []byte, value any, indent string) ([]byte, error) {
	line, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encoding the manifest: %w", err)
	}
	var spread bytes.Buffer
	if err := json.Indent(&spread, line, indent, "  "); err != nil {
		return nil, fmt.Errorf("encoding the manifest: %w", err)
	}
	return bytes.Replace(encoded, spread.Bytes(), line, 1), nil
}

// DecodeManifest reads a manifest, which may come from anywhere: it refuses unknown
// classes, paths that are not plain ones below the project, and duplicate paths. It
// does not check whether the answers make sense.
func DecodeManifest(encoded []byte) (Manifest, error) {
	var m Manifest
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		if member, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return Manifest{}, &UnknownError{What: "a member " + member, Forge: writerOf(encoded)}
		}
		return Manifest{}, fmt.Errorf("reading %s: %w", ManifestPath, err)
	}
	for _, name := range m.Answers.Features {
		if _, ok := feature.Find(name); !ok {
			return Manifest{}, &UnknownError{What: fmt.Sprintf("the feature %q", name), Forge: m.Forge}
		}
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
	if m.sharesLimits() {
		m.Answers.Features = feature.Join(m.Answers.Features, []string{"redis"})
	}
	return m, nil
}

// sharesLimits reports whether forge wrote the file of the feature redis, which every
// project had before it was a feature.
func (m Manifest) sharesLimits() bool {
	return slices.ContainsFunc(m.Files, func(e Entry) bool {
		return e.Path == "internal/ratelimit/redis.go" || e.Path == AccountsDir+"/ratelimit/redis.go"
	})
}

// writerOf returns the version of forge that wrote a manifest, whatever else is in it.
func writerOf(encoded []byte) string {
	var m struct{ Forge string }
	if json.Unmarshal(encoded, &m) != nil {
		return ""
	}
	return m.Forge
}

// checkPaths refuses paths that are not plain files below a project on every file
// system, those of git and of forge, and duplicates.
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
			return fmt.Errorf("%s is not a file that forge writes into a project", name)
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

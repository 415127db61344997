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

	// WithoutAgents says that the project has neither AGENTS.md nor CLAUDE.md.
	WithoutAgents LeftOut `json:"agents,omitzero"`

	// Foreign says where the accounts are in a module that forge did not make;
	// nil for a project of its own.
	Foreign *Foreign `json:"foreign,omitempty"`

	// Features are what later forges add; this one has none.
	Features []string `json:"features,omitempty"`
	// Fields are what users have beside what all users have.
	Fields []Field `json:"fields,omitempty"`
	// Resources are tables with an API, in the order they were added.
	Resources []Resource `json:"resources,omitempty"`
}

// LeftOut is an answer that is only written down when it is no: as false.
type LeftOut bool

// MarshalJSON returns false for what is left out.
func (l LeftOut) MarshalJSON() ([]byte, error) { return json.Marshal(!bool(l)) }

// UnmarshalJSON reads false as what is left out.
func (l *LeftOut) UnmarshalJSON(encoded []byte) error {
	var there bool
	err := json.Unmarshal(encoded, &there)
	*l = LeftOut(!there)
	return err
}

// Foreign is what accounts in a module that forge did not make depend on.
type Foreign struct {
	Import     string `json:"import,omitempty"`     // the package of its router
	Handle     string `json:"handle"`               // what its wiring is given: none, sql, sqlx, pgxpool, gorm, gormv1
	AuthDir    string `json:"auth_dir"`             // where package auth is
	Migrations string `json:"migrations,omitempty"` // the folder of its own migrations, which the tables joined
	// TablePrefix begins the names of the tables, and PathPrefix the paths of the
	// routes, where the module has some of the same names.
	TablePrefix string `json:"table_prefix,omitempty"`
	PathPrefix  string `json:"path_prefix,omitempty"`
}

// AccountsDir is where everything is in such a module that is not package auth.
const AccountsDir = "internal/accounts"

// MigrationsDir is where the project's migrations are.
func (a Answers) MigrationsDir() string {
	if a.Foreign != nil {
		return AccountsDir + "/database/migrations"
	}
	return MigrationsDir
}

// AuthDir is where the project's package auth is.
func (a Answers) AuthDir() string {
	if a.Foreign != nil {
		return a.Foreign.AuthDir
	}
	return "internal/auth"
}

// Field is a field that was given to users.
type Field struct {
	Name      string `json:"name"`
	Type      string `json:"type"` // with a "?" at its end if it is optional
	Default   string `json:"default,omitempty"`
	Unique    bool   `json:"unique,omitempty"`
	Index     bool   `json:"index,omitempty"`
	Superuser bool   `json:"superuser,omitempty"` // only superusers change it
	// Migration is the name of the file that adds the column; fields that came
	// together have one.
	Migration string `json:"migration"`
	// Was lists the names that the field had before, oldest first, each with the
	// migration that took it away: "phone 20261129093000_rename_user_phone, …".
	Was string `json:"was,omitempty"`
	// Removed reports that users have the field no more. Its column is still there
	// unless Dropped names the migration that drops it.
	Removed bool   `json:"removed,omitempty"`
	Dropped string `json:"dropped,omitempty"`
}

// Migrations lists the names of the migrations that concern the field.
func (f Field) Migrations() []string {
	all := []string{f.Migration}
	for _, r := range f.Renames() {
		all = append(all, r.Migration)
	}
	if f.Dropped != "" {
		all = append(all, f.Dropped)
	}
	return all
}

// firstName is the name that the field's column was added by.
func (f Field) firstName() string {
	if f.Was == "" {
		return f.Name
	}
	return f.Renames()[0].From
}

// Rename is a name that a field had, and the migration that took it away.
type Rename struct{ From, Migration string }

// Renames reads what Was lists.
func (f Field) Renames() []Rename {
	if f.Was == "" {
		return nil
	}
	var all []Rename
	for step := range strings.SplitSeq(f.Was, ", ") {
		from, migration, _ := strings.Cut(step, " ")
		all = append(all, Rename{from, migration})
	}
	return all
}

// Resource is a table with an API that was added to the project.
type Resource struct {
	Name   string          `json:"name"` // of one, in snake case
	Plural string          `json:"plural"`
	Owner  string          `json:"owner"` // user, none
	Read   string          `json:"read"`  // owner, user, public
	Fields []ResourceField `json:"fields"`
	// Migration is the name of the file that creates the table.
	Migration string `json:"migration"`
}

// ResourceField is a field of a resource.
type ResourceField struct {
	Name    string   `json:"name"` // of the column
	Type    string   `json:"type"` // with a "?" at its end if it is optional
	Size    int      `json:"size,omitempty"`
	Words   []string `json:"words,omitempty"` // of an enum
	To      string   `json:"to,omitempty"`    // the resource that a ref leads to
	Default string   `json:"default,omitempty"`
	Unique  bool     `json:"unique,omitempty"`
	Index   bool     `json:"index,omitempty"`
}

// Equal reports whether two resources are the same.
func (r Resource) Equal(other Resource) bool {
	return r.Name == other.Name && r.Plural == other.Plural && r.Owner == other.Owner && r.Read == other.Read &&
		r.Migration == other.Migration && slices.EqualFunc(r.Fields, other.Fields, ResourceField.equal)
}

func (f ResourceField) equal(other ResourceField) bool {
	return f.Name == other.Name && f.Type == other.Type && f.Size == other.Size && slices.Equal(f.Words, other.Words) &&
		f.To == other.To && f.Default == other.Default && f.Unique == other.Unique && f.Index == other.Index
}

// HasAccounts reports whether the project has users.
func (a Answers) HasAccounts() bool { return a.Auth != "none" }

// Equal reports whether the answers are the same.
func (a Answers) Equal(b Answers) bool {
	return a.Module == b.Module && a.Program == b.Program && a.Auth == b.Auth && a.DB == b.DB && a.Router == b.Router &&
		a.Example == b.Example && a.WithoutAgents == b.WithoutAgents && (a.Foreign == nil) == (b.Foreign == nil) && (a.Foreign == nil || *a.Foreign == *b.Foreign) && slices.Equal(a.Features, b.Features) && slices.Equal(a.Fields, b.Fields) && slices.EqualFunc(a.Resources, b.Resources, Resource.Equal)
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

// Encode returns the manifest as it lies in the project: a line for each field,
// so that git merges what two people add.
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

// onOneLine joins the lines of a value that stands indented in encoded.
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

// DecodeManifest reads a manifest, which may come from anywhere: unknown
// classes, paths that are not plain ones below the project, and paths that are
// there twice are refused. Whether the answers make sense is not asked here.
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
	if len(m.Answers.Features) > 0 {
		return Manifest{}, &UnknownError{What: fmt.Sprintf("the feature %q", m.Answers.Features[0]), Forge: m.Forge}
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

// writerOf is the version of forge that wrote a manifest, whatever else is in it.
func writerOf(encoded []byte) string {
	var m struct{ Forge string }
	if json.Unmarshal(encoded, &m) != nil {
		return ""
	}
	return m.Forge
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

package project

import (
	"encoding/json"
	"slices"
	"strings"
)

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

	// Features are what the project has beside its accounts, by name.
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
	// Removed reports that the project has the resource no more. Its table is still
	// there unless Dropped names the migration that drops it.
	Removed bool   `json:"removed,omitempty"`
	Dropped string `json:"dropped,omitempty"`
}

// Migrations lists the names of the migrations that concern the resource.
func (r Resource) Migrations() []string {
	if r.Dropped == "" {
		return []string{r.Migration}
	}
	return []string{r.Migration, r.Dropped}
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
		r.Migration == other.Migration && r.Removed == other.Removed && r.Dropped == other.Dropped && slices.EqualFunc(r.Fields, other.Fields, ResourceField.equal)
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

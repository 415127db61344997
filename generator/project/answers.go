package project

import (
	"encoding/json"
	"slices"
	"strings"
)

// Answers are the user's choices, from which all of a project follows.
type Answers struct {
	Module  string   `json:"module"`
	Program string   `json:"program"`
	Auth    Mode     `json:"auth"`
	DB      Database `json:"db"`
	Router  Router   `json:"router"`
	// Example reports that a project with accounts also has the example of mode
	// none.
	Example bool `json:"example,omitempty"`

	// WithoutAgents reports that the project has neither AGENTS.md nor CLAUDE.md.
	WithoutAgents LeftOut `json:"agents,omitzero"`

	// Foreign describes the accounts in a module that forge did not make; it is nil
	// for a project of forge's.
	Foreign *Foreign `json:"foreign,omitempty"`

	// Features are what the project has besides its accounts, by name.
	Features []string `json:"features,omitempty"`
	// Fields are those that the owner added to users.
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

// Mode is the extent of a project's accounts.
type Mode string

// The modes, each with all that those before it have.
const (
	None     Mode = "none"
	Basic    Mode = "basic"
	Complete Mode = "complete"
)

// Database is the kind of a project's database.
type Database string

// The kinds of databases.
const (
	SQLite   Database = "sqlite"
	Postgres Database = "postgres"
	MySQL    Database = "mysql"
)

// Router is the kind of a project's router.
type Router string

// The kinds of routers. Only a module that forge did not make has one of the last
// two; a Handler is any http.Handler.
const (
	Stdlib  Router = "stdlib"
	Chi     Router = "chi"
	Gin     Router = "gin"
	Echo    Router = "echo"
	Fiber   Router = "fiber"
	Gorilla Router = "gorilla"
	Handler Router = "handler"
)

// Foreign describes accounts in a module that forge did not make.
type Foreign struct {
	Import     string `json:"import,omitempty"`     // the package of its router
	Handle     string `json:"handle"`               // the database that its wiring passes: none, sql, sqlx, pgxpool, gorm, gormv1
	Dir        string `json:"dir,omitempty"`        // of everything except package auth, if it is not AccountsDir
	AuthDir    string `json:"auth_dir"`             // where package auth is
	Migrations string `json:"migrations,omitempty"` // the folder of its own migrations, which the tables joined
	// TablePrefix begins the names of the tables, and PathPrefix the paths of the
	// routes, if the module has some of the same names.
	TablePrefix string `json:"table_prefix,omitempty"`
	PathPrefix  string `json:"path_prefix,omitempty"`
}

// AccountsDir is the folder, in such a module, of everything except package auth;
// OtherAccountsDir is, in a module with a folder of that name.
const (
	AccountsDir      = "internal/accounts"
	OtherAccountsDir = "internal/identity/accounts"
)

// AccountsDir returns the folder of accounts in a module that forge did not make.
func (a Answers) AccountsDir() string {
	if a.Foreign != nil && a.Foreign.Dir != "" {
		return a.Foreign.Dir
	}
	return AccountsDir
}

// MigrationsDir returns the folder of the project's migrations.
func (a Answers) MigrationsDir() string {
	if a.Foreign != nil {
		return a.AccountsDir() + "/database/migrations"
	}
	return MigrationsDir
}

// TablePrefix begins the names of the project's tables; it may be empty.
func (a Answers) TablePrefix() string {
	if a.Foreign != nil {
		return a.Foreign.TablePrefix
	}
	return ""
}

// AuthDir returns the folder of the project's package auth.
func (a Answers) AuthDir() string {
	if a.Foreign != nil {
		return a.Foreign.AuthDir
	}
	return "internal/auth"
}

// Field is a field that was added to users.
type Field struct {
	Name      string `json:"name"`
	Type      string `json:"type"` // with a "?" at its end if it is optional
	Default   string `json:"default,omitempty"`
	Unique    bool   `json:"unique,omitempty"`
	Index     bool   `json:"index,omitempty"`
	Superuser bool   `json:"superuser,omitempty"` // only superusers may change it
	// Migration is the name of the file that adds the column. Fields that were added
	// together share one.
	Migration string `json:"migration"`
	// Was lists the earlier names of the field, oldest first, each with the migration
	// that replaced it: "phone 20261129093000_rename_user_phone, …".
	Was string `json:"was,omitempty"`
	// Removed reports that users no longer have the field. Its column is still there
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

// firstName returns the name that the field's column was added with.
func (f Field) firstName() string {
	if f.Was == "" {
		return f.Name
	}
	return f.Renames()[0].From
}

// Rename is an earlier name of a field, and the migration that replaced it.
type Rename struct{ From, Migration string }

// Renames returns what Was lists.
func (f Field) Renames() []Rename { return renames(f.Was) }

func renames(was string) []Rename {
	if was == "" {
		return nil
	}
	var all []Rename
	for step := range strings.SplitSeq(was, ", ") {
		from, migration, _ := strings.Cut(step, " ")
		all = append(all, Rename{from, migration})
	}
	return all
}

// WithMigrations returns the answers with other names of migrations.
func (a Answers) WithMigrations(names map[string]string) Answers {
	name := func(old string) string {
		if to, ok := names[old]; ok {
			return to
		}
		return old
	}
	was := func(steps []Rename) string {
		var all []string
		for _, r := range steps {
			all = append(all, r.From+" "+name(r.Migration))
		}
		return strings.Join(all, ", ")
	}
	a.Fields, a.Resources = slices.Clone(a.Fields), slices.Clone(a.Resources)
	for i, f := range a.Fields {
		a.Fields[i].Migration, a.Fields[i].Was, a.Fields[i].Dropped = name(f.Migration), was(f.Renames()), name(f.Dropped)
	}
	for i, r := range a.Resources {
		fields := slices.Clone(r.Fields)
		for j, f := range fields {
			fields[j].Migration, fields[j].Was, fields[j].Dropped = name(f.Migration), was(f.Renames()), name(f.Dropped)
		}
		a.Resources[i].Fields, a.Resources[i].Migration, a.Resources[i].Dropped = fields, name(r.Migration), name(r.Dropped)
	}
	return a
}

// HasAccounts reports whether the project has users.
func (a Answers) HasAccounts() bool { return a.Auth != None }

// Equal reports whether the answers are the same.
func (a Answers) Equal(b Answers) bool {
	return a.Module == b.Module && a.Program == b.Program && a.Auth == b.Auth && a.DB == b.DB && a.Router == b.Router &&
		a.Example == b.Example && a.WithoutAgents == b.WithoutAgents && (a.Foreign == nil) == (b.Foreign == nil) && (a.Foreign == nil || *a.Foreign == *b.Foreign) && slices.Equal(a.Features, b.Features) && slices.Equal(a.Fields, b.Fields) && slices.EqualFunc(a.Resources, b.Resources, Resource.Equal)
}

// Package project reads and writes what a project remembers about its making:
// the manifest (the answers, and each file's class and hash) and the base
// (what forge wrote, byte for byte). Later runs of forge merge against both.
//
// Open reads and checks them (open.go). What becomes of a project's files is
// package evolve's to decide.
package project

import "path"

// Where a project keeps what it remembers. These files are committed.
const (
	ManifestPath = ".forge/manifest.json"
	BasePath     = ".forge/base.txtar.gz"
	// ConflictsPath is there while conflicts wait to be resolved.
	ConflictsPath = ".forge/conflicts.json"
	// AttributesPath is the file that configures git for these files.
	AttributesPath = ".forge/.gitattributes"
)

// Attributes is the text of AttributesPath: git changes no line end here, shows
// no difference of the base, and stops where two branches changed it.
const Attributes = "* -text\nbase.txtar.gz binary\n"

// SecretPath is the one file that holds secrets.
const SecretPath = ".env.development"

// Class is whose a file is after forge wrote it.
type Class string

const (
	// Owned files are forge's to improve: changes are merged with the user's.
	Owned Class = "owned"
	// Once files are written once and then the user's alone: migrations, which
	// databases remember, and the example.
	Once Class = "once"
	// Secret files are completed with random values when they are written.
	// Neither their hash nor their content is remembered.
	Secret Class = "secret"
)

// MigrationsDir is where a project's migrations are.
const MigrationsDir = "internal/database/migrations"

// ExampleDir is the package of the example route.
const ExampleDir = "internal/greeting"

// ClassOf returns the class of the file at a slash-separated path.
func ClassOf(name string) Class {
	switch {
	case name == SecretPath:
		return Secret
	case path.Dir(name) == MigrationsDir, path.Dir(name) == ExampleDir, path.Dir(name) == AccountsDir+"/database/migrations", path.Dir(name) == OtherAccountsDir+"/database/migrations":
		return Once
	}
	return Owned
}

func (c Class) isKnown() bool { return c == Owned || c == Once || c == Secret }

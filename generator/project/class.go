// Package project is what a generated project remembers about its own making:
// the manifest (the answers, and each file's class and hash) and the base
// (what forge wrote, byte for byte). Later runs of forge merge against both.
package project

// Where a project keeps what it remembers. Both files are committed.
const (
	ManifestPath = ".forge/manifest.json"
	BasePath     = ".forge/base.txtar.gz"
)

// SecretPath is the one file that holds secrets.
const SecretPath = ".env.development"

// Class says whose a file is after forge wrote it.
type Class string

const (
	// Owned files are forge's to improve: changes are merged with the user's.
	Owned Class = "owned"
	// Once files are written once and then the user's alone.
	Once Class = "once"
	// Secret files are completed with random values when they are written.
	// Neither their hash nor their content is remembered.
	Secret Class = "secret"
)

// ClassOf gives the class of the file at a slash-separated path.
func ClassOf(path string) Class {
	switch path {
	case SecretPath:
		return Secret
	default:
		return Owned
	}
}

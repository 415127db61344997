// Package newdir writes a project into a new folder, all of it or nothing.
//
// Write (write.go) stages the files in a folder next to the target (stage.go),
// completes the secret file, and renames the tree into its place. target.go
// decides what may be written to; system_*.go has what differs between systems.
package newdir

// Package newdir writes a project into a new folder, all of it or nothing.
//
// Write (write.go) stages the files in a folder beside the target (stage.go),
// completes the secret file, and renames the tree into its place. What may be
// written to is target.go's to say; system_*.go has what systems do each in
// their own way.
package newdir

// Package templates holds the files that forge writes.
//
// The tree "service" mirrors a project: a template's path is that of the file
// it becomes, with tags for the variant at its end, as in
// internal/server/router.go.chi.tmpl. Package render says how names are read,
// generator/tags.go which tags there are. "modules" has the pinned go.mod and
// go.sum of every combination, written by scripts/modules.
package templates

import "embed"

// FS holds the two trees and the table of moves. "all:" takes dot files along.
//
//go:embed all:service all:modules moves.txt
var FS embed.FS

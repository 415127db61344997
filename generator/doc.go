// Package generator turns answers into a project on disk.
//
// What flows through, and where:
//
//	Options → NewPlan → *Plan → newdir.Write
//
// Start reading in plan.go: NewPlan turns the options into tags (tags.go), has
// the templates rendered whose tags hold (package render, with the data of
// data.go), and returns the files sorted by path. It is pure: the same options
// result in the same bytes on every machine, and no secret is among them. Package newdir is the one writer: it stages the
// whole tree beside the target, completes the secret file and renames the tree
// into place.
//
// A project that is there already is changed by package evolve, which compares
// what forge wrote (package project), what is there, and a new plan; package txn
// makes the changes.
//
// # Adding a template file
//
// Put it at templates/service/<its path in the project>.tmpl; without ".tmpl"
// it is copied byte for byte. Template actions are written [[ .Program ]]. What
// only some projects have carries tags before ".tmpl": login.go.basic.tmpl,
// routes.go.complete.chi.tmpl (tags.go lists them; features are among them). What stands neither in
// internal nor in static belongs to projects of their own, not to accounts in
// another module; elsewhere the tag "service" does that. A piece of a file that
// has variants, as a section of README.md, goes to
// templates/service/_parts_/<name>.<tags>.tmpl, and [[ template "<name>" . ]]
// includes it.
//
// To see the effect, run
//
//	make golden
//	git diff testdata/golden
//
// and to see that the projects still build and pass their own tests,
//
//	go test ./cmd/forge/e2e -run Generated -short
//
// When the file imports a module that no project imported before, pin it in
// templates/modules/versions.mod and run "go run ./scripts/modules".
package generator

// Package generator turns answers into a project on disk.
//
// What flows through, and where:
//
//	Options → NewPlan → *Plan → newdir.Write
//
// Start reading in plan.go: NewPlan picks the layers for the options
// (layers.go), renders their templates (render.go, with the data of data.go
// and the functions of funcs.go) and gives the files sorted by path, or an
// error. It is pure: the same options give the same bytes on every machine,
// and no secret is among them. Package newdir is the one writer: it stages the
// whole tree beside the target, completes the secret file and renames the tree
// into place.
//
// A project that is there already is changed by package evolve, which compares
// what forge wrote (package project), what is there, and a new plan; package txn
// makes the changes.
//
// # Adding a template file
//
// Put it at templates/<layer>/<its path in the project>.tmpl; without ".tmpl"
// it is copied byte for byte. Template actions are written [[ .Program ]].
// Which layer: "base" for every project, "none", "basic" for that mode only,
// "auth" for all modes with accounts, "db-<database>" and "router-<router>"
// for what only they have. A new layer is one line in layers.go. A piece of a
// file that differs by layer, as a section of README.md does, goes to
// templates/<layer>/_parts_/<name>.tmpl, and [[ template "<name>" . ]] takes it
// in.
//
// To see the effect, run
//
//	make golden
//	git diff testdata/golden
//
// and to see that the projects still build and pass their own tests,
//
//	go test ./generator -run Generated
//
// When the file imports a module that no project imported before, pin it in
// templates/modules/versions.mod and run "go run ./scripts/modules".
package generator

package gomod

import (
	"fmt"
	"go/version"
	"os"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator/internal/gotext"
)

// Raise returns the go.mod of a module with the Go version need, and without a
// toolchain line that names an older one. The *TooOldError describes what was there;
// it is nil, and the text unchanged, if the module is for need or later.
func Raise(mod []byte, need string) ([]byte, *TooOldError, error) {
	file, err := parse(gotext.Unix(mod), "reading go.mod")
	if err != nil {
		return nil, nil, err
	}
	old := tooOld(file, need)
	if old == nil {
		return mod, nil, nil
	}
	if err := file.AddGoStmt(need); err != nil {
		return nil, nil, fmt.Errorf("raising the Go version: %w", err)
	}
	if file.Toolchain != nil && version.Compare(file.Toolchain.Name, "go"+need) < 0 {
		old.Toolchain = file.Toolchain.Name
		file.DropToolchainStmt()
	}
	file.Cleanup()
	out, err := file.Format()
	if err != nil {
		return nil, nil, fmt.Errorf("raising the Go version: %w", err)
	}
	return gotext.Like(mod, out), old, nil
}

// RaiseWork does the same for the text of a go.work.
func RaiseWork(work []byte, need string) ([]byte, error) {
	file, err := modfile.ParseWork("go.work", gotext.Unix(work), nil)
	if err != nil {
		return nil, fmt.Errorf("reading the workspace: %w", err)
	}
	if file.Go != nil && version.Compare("go"+file.Go.Version, "go"+need) >= 0 {
		return work, nil
	}
	if err := file.AddGoStmt(need); err != nil {
		return nil, fmt.Errorf("raising the Go version: %w", err)
	}
	if file.Toolchain != nil && version.Compare(file.Toolchain.Name, "go"+need) < 0 {
		file.DropToolchainStmt()
	}
	file.Cleanup()
	return gotext.Like(work, modfile.Format(file.Syntax)), nil
}

// WorkAround returns the path and the text of the go.work that a module's folder
// is used by, or "".
func WorkAround(dir string) (name string, work []byte, err error) {
	if name = FindWork(dir); name == "" {
		return "", nil, nil
	}
	if outside, err := OutsideOf(dir); err != nil || outside != "" {
		return "", nil, err
	}
	if work, err = os.ReadFile(name); err != nil {
		return "", nil, fmt.Errorf("reading the workspace: %w", err)
	}
	return name, work, nil
}

// IsSpelling reports whether only the number of the patch is missing, as in
// "go 1.26" for "go 1.26.0": the language is the same.
func (e *TooOldError) IsSpelling() bool {
	return e.Have != "" && version.Lang("go"+e.Have) == version.Lang("go"+e.Need)
}

// Changes lists what the new go line changes for the module's own code, the
// latest first.
func (e *TooOldError) Changes() []string {
	if e.IsSpelling() {
		return nil
	}
	var all []string
	for _, change := range []struct{ since, text string }{
		{"go1.26", "the module needs Go " + e.Need + " to build; Go 1.21 and later download it themselves"},
		{"go1.25", "GOMAXPROCS follows the limit of a container's CPU"},
		{"go1.23", "the channels of timers and tickers have no buffer"},
		{"go1.22", "each turn of a for loop has variables of its own, and patterns of http.ServeMux have methods and wildcards"},
		{"go1.17", "go.mod lists the indirect requirements, too"},
	} {
		if version.Compare(version.Lang("go"+e.Have), change.since) < 0 {
			all = append(all, change.text)
		}
	}
	return append(all, "the defaults of GODEBUG are those of Go "+e.Need+" (https://go.dev/doc/godebug)")
}

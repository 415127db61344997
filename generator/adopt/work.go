package adopt

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/txn"
)

// WorkTooOldError reports that the go.work around a module is for an older Go
// than the module will be for: the go command refuses that.
type WorkTooOldError struct{ Work string }

func (e *WorkTooOldError) Error() string {
	return fmt.Sprintf("%s is for an older Go than %s, which the new packages need, and belongs to more than this module", e.Work, generator.ModulesGoVersion)
}

// putWork raises the Go version of a workspace that uses the module, where it
// lies in the module's folder.
func (p *Plan) putWork() error {
	name, work, err := gomod.WorkAround(p.survey.Root)
	if err != nil || name == "" {
		return err
	}
	raised, err := gomod.RaiseWork(work, generator.ModulesGoVersion)
	if err != nil || bytes.Equal(raised, work) {
		return err
	}
	if name != filepath.Join(p.survey.Root, "go.work") {
		return &WorkTooOldError{name}
	}
	p.Changes = append(p.Changes, txn.Change{Path: "go.work", Old: work, New: raised})
	return nil
}

package adopt

import (
	"context"
	"path"
	"slices"

	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/txn"
)

// mostLines is how many places are offered.
const mostLines = 3

// findLines finds the places that the user may choose from: those whose lines
// compile, on routers for people.
func (p *Plan) findLines(ctx context.Context) error {
	for _, c := range p.survey.Candidates {
		if len(p.Lines) == mostLines {
			return nil
		}
		if c.Router.Kind != p.Foreign.Router.Kind || c.Handle.Kind != p.Foreign.Handle || c.Score <= 0 || c.IsForMachines() {
			continue
		}
		edit, err := c.Edit(p.Foreign.AccountsImport())
		if err != nil {
			continue
		}
		ok, err := p.compiles(ctx, edit)
		if err != nil {
			return err
		}
		if ok {
			p.Lines = append(p.Lines, Snippet{edit.Import, edit.Call, edit.Changed, edit.Path, c, edit})
		}
	}
	return nil
}

func (p *Plan) compiles(ctx context.Context, edit wire.Edit) (bool, error) {
	whole := &Plan{survey: p.survey, mod: p.mod, sum: p.sum, oldSum: p.oldSum, Changes: slices.Clone(p.Changes)}
	whole.Changes = append(whole.Changes, txn.Change{Path: edit.Path, Old: edit.Old, New: edit.New})
	verdict, err := whole.check(ctx, "./"+path.Dir(edit.Path))
	p.Checking += whole.Checking
	return len(verdict.Added) == 0, err
}

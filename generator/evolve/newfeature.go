package evolve

import (
	"fmt"
	"io/fs"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
)

// TakenError reports that a project has a table of a feature's name already.
type TakenError struct{ Feature, Table, Where string }

func (e *TakenError) Error() string {
	return fmt.Sprintf("the table %s of %s would have a name that %s has already", e.Table, e.Feature, e.Where)
}

// CheckFeature returns a *TakenError if a migration of the project's own has the
// name of a table that a feature brings.
func CheckFeature(p *project.Project, current fs.FS, f feature.Feature) error {
	answers := p.Manifest.Answers
	prefix := answers.TablePrefix()
	for _, table := range f.Tables {
		where, err := usesName(current, answers.MigrationsDir(), prefix+table)
		if err != nil {
			return err
		}
		if where != "" {
			return &TakenError{f.Name, prefix + table, where}
		}
	}
	return nil
}

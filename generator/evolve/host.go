package evolve

import (
	"bytes"
	"path"
	"slices"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/migration"
	"github.com/forge-go/forge/generator/project"
)

// hostModules adds what a module that forge did not make needs in its go.mod
// and go.sum, which are its owner's: requirements only rise.
func (u *Update) hostModules(plan *generator.Plan) error {
	if u.Answers.Foreign == nil {
		return nil
	}
	mod, err := project.ReadFile(u.current, "go.mod")
	if err != nil || mod == nil {
		return err
	}
	var imports []string
	for _, f := range u.next {
		if path.Ext(f.Path) != ".go" {
			continue
		}
		of, err := gotext.Imports(f.Content)
		if err != nil {
			return err
		}
		imports = append(imports, of...)
	}
	slices.Sort(imports)
	added, err := gomod.Add(mod, plan.PinnedMod, slices.Compact(imports))
	if err != nil || len(added.Direct) == 0 { // What tidying took out is not missed.
		return err
	}
	sum, err := project.ReadFile(u.current, "go.sum")
	if err != nil {
		return err
	}
	u.Files = append(u.Files, Outcome{Path: "go.mod", Action: Merged, Old: mod, New: added.Mod, Class: project.Owned, Perm: 0o644})
	if sums := gomod.AddSums(sum, plan.PinnedSum); !bytes.Equal(sums, sum) {
		u.Files = append(u.Files, Outcome{Path: "go.sum", Action: Merged, Old: sum, New: sums, Class: project.Owned, Perm: 0o644})
	}
	return nil
}

// hostMigrations adds the migrations that are new to those of a module that forge did
// not make, if its tables have joined them: in the form of its tool, behind the last.
func (u *Update) hostMigrations() error {
	host := u.Answers.Foreign
	if host == nil || host.Migrations == "" {
		return nil
	}
	added := make(map[string][]byte)
	for _, o := range u.Files {
		if o.Action == Added && path.Dir(o.Path) == u.Answers.MigrationsDir() {
			added[path.Base(o.Path)] = o.New
		}
	}
	if len(added) == 0 {
		return nil
	}
	folder, err := migration.In(u.current, host.Migrations)
	if err != nil {
		return err
	}
	for _, change := range folder.Number(added) {
		u.Files = append(u.Files, Outcome{Path: change.Path, Action: Added, New: change.New, Class: project.Once, Perm: 0o644})
	}
	return nil
}

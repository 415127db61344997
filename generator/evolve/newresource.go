package evolve

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
)

// NewResource returns a resource as an answer, with the migration that creates
// its table, or a *resource.Error for one whose names are taken. It returns nil
// when the project has that very resource.
func NewResource(p *project.Project, current fs.FS, r *resource.Resource, now time.Time) (*project.Resource, error) {
	there, err := resource.In(p.Manifest.Answers)
	if err != nil {
		return nil, err
	}
	dropped := ofDropped(p.Manifest.Answers.Resources)
	there = slices.DeleteFunc(there, func(o *resource.Resource) bool { return o.Dropped != "" })
	at := slices.IndexFunc(there, func(o *resource.Resource) bool { return o.Package() == r.Package() || o.Plural == r.Plural })
	if at >= 0 {
		same := there[at].IsAs(*r)
		switch {
		case same && !there[at].Removed:
			return nil, nil
		case same:
			answer := there[at].Answer()
			answer.Removed = false
			return &answer, r.Link(resource.Present(there))
		case there[at].Removed:
			return nil, &resource.Error{Reason: fmt.Sprintf("the table %s is still there, of a resource that was removed", there[at].Plural), Hint: "forge remove resource " + there[at].Name + " --drop-table, which loses its rows"}
		}
		return nil, &resource.Error{Reason: there[at].Plural + " exist already, with other fields or rules", Hint: "forge add field NAME:TYPE --to=" + there[at].Name + ", or another name"}
	}
	if err := r.Link(resource.Present(there)); err != nil {
		return nil, err
	}
	homes := []string{r.Answer().Dir()}
	if p.Manifest.Answers.Foreign != nil { // Those of accounts have names of their own there.
		homes = append(homes, p.Manifest.Answers.AccountsDir()+"/"+r.Package())
		r.TablePrefix = p.Manifest.Answers.TablePrefix()
	}
	for _, home := range homes {
		if hasFiles(current, home) {
			return nil, &resource.Error{Reason: home + " is there already", Hint: "my_" + r.Name}
		}
	}
	folder := p.Manifest.Answers.MigrationsDir()
	if r.Migration, err = freshMigration(p, current, r.MigrationTitle(), r.Table(p.Manifest.Answers.DB), now); err != nil {
		return nil, err
	}
	for _, name := range append(r.Indexes(), r.TableName()) {
		where, err := usesName(current, folder, name, append(slices.Clone(dropped), r.Migration+".sql")...)
		if err != nil {
			return nil, err
		}
		if where != "" {
			return nil, &resource.Error{Reason: fmt.Sprintf("the table or an index would be %s, and that name is taken in %s", name, where), Hint: "my_" + r.Name}
		}
	}
	answer := r.Answer()
	return &answer, nil
}

// ofDropped lists the files of the migrations of tables and columns that are no
// more: the names in them are free.
func ofDropped(resources []project.Resource) []string {
	var names []string
	for _, r := range resources {
		if r.Dropped != "" {
			names = append(names, r.Migrations()...)
		}
		for _, f := range r.Fields {
			if f.Dropped == "" {
				continue
			}
			if names = append(names, f.Migrations()...); f.Migration == "" {
				names = append(names, r.Migration)
			}
		}
	}
	for i := range names {
		names[i] += ".sql"
	}
	return names
}

// hasFiles reports whether there is more than empty folders at a place.
func hasFiles(current fs.FS, name string) bool {
	found := false
	_ = fs.WalkDir(current, name, func(_ string, entry fs.DirEntry, err error) error {
		found = found || err == nil && !entry.IsDir()
		return err
	})
	return found
}

func exists(current fs.FS, name string) bool {
	_, err := fs.Stat(current, name)
	return err == nil
}

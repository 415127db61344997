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
	there, err := resource.Of(p.Manifest.Answers.Resources)
	if err != nil {
		return nil, err
	}
	var dropped []string // migrations of tables that are no more
	for _, o := range there {
		if o.Dropped != "" {
			dropped = append(dropped, o.Migration+".sql", o.Dropped+".sql")
		}
	}
	there = slices.DeleteFunc(there, func(o *resource.Resource) bool { return o.Dropped != "" })
	at := slices.IndexFunc(there, func(o *resource.Resource) bool { return o.Package() == r.Package() || o.Plural == r.Plural })
	if at >= 0 {
		r.Migration = there[at].Migration
		same := *there[at]
		same.Removed = false
		switch {
		case r.Answer().Equal(there[at].Answer()):
			return nil, nil
		case there[at].Removed && r.Answer().Equal(same.Answer()):
			answer := r.Answer()
			return &answer, r.Link(resource.Present(there))
		case there[at].Removed:
			return nil, &resource.Error{Reason: fmt.Sprintf("the table %s is still there, of a resource that was removed", there[at].Plural), Hint: "forge remove resource " + there[at].Name + " --drop-table, which loses its rows"}
		}
		return nil, &resource.Error{Reason: there[at].Plural + " are there already, with other fields or rules", Hint: "forge undo, if it was the last command, or another name"}
	}
	if err := r.Link(resource.Present(there)); err != nil {
		return nil, err
	}
	if home := "internal/" + r.Package(); hasFiles(current, home) {
		return nil, &resource.Error{Reason: home + " is there already", Hint: "my_" + r.Name}
	}
	folder := p.Manifest.Answers.MigrationsDir()
	if r.Migration, err = freshMigration(p, current, r.MigrationTitle(), r.Table(p.Manifest.Answers.DB), now); err != nil {
		return nil, err
	}
	for _, name := range append(r.Indexes(), r.Plural) {
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

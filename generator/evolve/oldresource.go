package evolve

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
)

// NoResourceError reports that the project has no resource of that name.
type NoResourceError struct {
	Name  string
	Known []string // those that there are
}

func (e *NoResourceError) Error() string { return fmt.Sprintf("there is no resource %q", e.Name) }

// LedToError reports that rows of another resource lead to those of one. From is the
// table of the other.
type LedToError struct{ Name, From, FromName, Field string }

func (e *LedToError) Error() string {
	return fmt.Sprintf("the field %s of %s leads to the resource %s", e.Field, e.From, e.Name)
}

// leads reports whether a field that is there, or whose column has to be gone and
// is not, leads to a resource.
func leads(f project.ResourceField, to string, columns bool) bool {
	return f.To == to && f.Dropped == "" && (!f.Removed || columns)
}

// resources returns the resources that the project has with the request, given
// those that it has without it.
func (r Request) resources(have []project.Resource) ([]project.Resource, error) {
	for _, added := range r.Resources {
		have = withResource(have, added)
	}
	if r.ChangeResources == nil {
		return have, nil
	}
	return r.ChangeResources(slices.Clone(have))
}

// withResource returns the resources with another: in the place of the removed one
// that it brings back, or after all. One whose table was dropped is forgotten for
// another of its name, with those that led to it, whose tables went before.
func withResource(have []project.Resource, added project.Resource) []project.Resource {
	have = slices.Clone(have)
	isBack := func(o project.Resource) bool { return o.Removed && o.Dropped == "" && o.Name == added.Name }
	if at := slices.IndexFunc(have, isBack); at >= 0 {
		have[at] = added
		return have
	}
	forgotten := []string{added.Name}
	have = slices.DeleteFunc(have, func(o project.Resource) bool {
		leads := slices.ContainsFunc(o.Fields, func(f project.ResourceField) bool { return slices.Contains(forgotten, f.To) })
		if o.Dropped == "" || o.Name != added.Name && !leads {
			return false
		}
		forgotten = append(forgotten, o.Name)
		return true
	})
	for i := range have { // Columns that led there have gone, too.
		have[i].Fields = slices.DeleteFunc(slices.Clone(have[i].Fields), func(f project.ResourceField) bool {
			return f.Dropped != "" && slices.Contains(forgotten, f.To) && f.To != have[i].Name
		})
	}
	return append(have, added)
}

// findResource returns the place of a resource, which may be a removed one, by its
// name or that of its table, in any case that forge add resource reads.
func findResource(resources []project.Resource, name string) (int, error) {
	snake := field.SnakeCase(name)
	at := slices.IndexFunc(resources, func(r project.Resource) bool { return r.Name == snake || r.Plural == snake })
	if at >= 0 {
		return at, nil
	}
	none := &NoResourceError{Name: name}
	for _, r := range resources {
		if !r.Removed {
			none.Known = append(none.Known, r.Name)
		}
	}
	return 0, none
}

// RemoveResource returns the request that takes a resource out of the project.
// Its table stays in the database, with its rows, unless it is to be dropped: by
// a migration, and also later, when the resource is gone. NewUpdate returns a
// *NoResourceError where there is no such resource, and a *LedToError where
// another one leads to it.
func RemoveResource(p *project.Project, current fs.FS, name string, dropTable bool, now time.Time) Request {
	change := func(resources []project.Resource) ([]project.Resource, error) {
		at, err := findResource(resources, name)
		if err != nil {
			return nil, err
		}
		removed := &resources[at]
		for _, r := range resources {
			for _, f := range r.Fields {
				if leads(f, removed.Name, dropTable) && r.Name != removed.Name && r.Dropped == "" && (!r.Removed || dropTable) {
					return nil, &LedToError{Name: removed.Name, From: r.Plural, FromName: r.Name, Field: f.Name}
				}
			}
		}
		removed.Removed = true
		if !dropTable || removed.Dropped != "" {
			return resources, nil
		}
		answers := p.Manifest.Answers
		answers.Resources = resources
		all, err := resource.In(answers)
		if err != nil {
			return nil, err
		}
		removed.Dropped, err = freshMigration(p, current, all[at].DropTitle(), all[at].DropTable(p.Manifest.Answers.DB), now)
		return resources, err
	}
	return Request{ChangeResources: change, Now: now}
}

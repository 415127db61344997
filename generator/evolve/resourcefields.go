package evolve

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
)

// ResourceChange is the change of a field of a resource: of its answers, and by a
// migration.
type ResourceChange struct {
	Project *project.Project
	Current fs.FS
	Name    string // of the resource, or of its table
	Now     time.Time
}

// request returns the request for a change of the resource, given all resources.
func (c ResourceChange) request(change func(r *resource.Resource, all []*resource.Resource) error) Request {
	changed := func(resources []project.Resource) ([]project.Resource, error) {
		at, err := findResource(resources, c.Name)
		if err != nil {
			return nil, err
		}
		if resources[at].Removed {
			_, err := findResource(slices.Delete(slices.Clone(resources), at, at+1), c.Name)
			return nil, err
		}
		answers := c.Project.Manifest.Answers
		answers.Resources = resources
		all, err := resource.In(answers)
		if err != nil {
			return nil, err
		}
		if err := change(all[at], all); err != nil {
			return nil, err
		}
		resources[at] = all[at].Answer()
		return resources, nil
	}
	return Request{ChangeResources: changed, Now: c.Now}
}

// Add returns the request that adds fields. NewUpdate returns a *field.Error for one
// that can't be, and a *ColumnLeftError for one whose column is there of another.
func (c ResourceChange) Add(fields []resource.Field) Request {
	return c.request(func(r *resource.Resource, all []*resource.Resource) error {
		var fresh []resource.Field
		for _, f := range fields {
			if at := r.Left(f.Name); at >= 0 {
				if err := c.bringBack(r, at, f); err != nil {
					return err
				}
				continue
			}
			if where, err := c.declared(r, f); err != nil || where != "" {
				return errors.Join(err, taken(r, f.Name, where))
			}
			if err := r.Add(f, slices.DeleteFunc(slices.Clone(all), isRemoved)); err != nil {
				return err
			}
			fresh = append(fresh, r.Fields[len(r.Fields)-1])
		}
		if len(fresh) == 0 {
			return nil
		}
		migration, err := c.migration(r.AddTitle(fresh), r.AddFields(c.db(), fresh))
		if err != nil {
			return err
		}
		for _, f := range fresh {
			if err := c.checkIndex(r, f, migration); err != nil {
				return err
			}
			r.Fields[r.Find(f.Name)].Migration = migration
		}
		return nil
	})
}

func isRemoved(r *resource.Resource) bool { return r.Removed }

// bringBack restores the removed field at a position, whose column is still there. It
// requires that f is the same field.
func (c ResourceChange) bringBack(r *resource.Resource, at int, f resource.Field) error {
	was := r.Fields[at]
	f.Migration, f.Renames, f.Removed = was.Migration, was.Renames, true
	asked, left := resource.Resource{Fields: []resource.Field{f}}, resource.Resource{Fields: []resource.Field{was}}
	if !asked.Answer().Equal(left.Answer()) {
		return &ColumnLeftError{Name: was.Name, Resource: r.Name}
	}
	r.Fields[at].Removed = false
	return nil
}

// Rename returns the request that renames a field and its column, which keeps its
// data. NewUpdate returns a *NoFieldError if there is no such field, a
// *field.Error for a name that can't be, and a *ColumnLeftError for that of a column
// that is left of another field.
func (c ResourceChange) Rename(from, to string) Request {
	return c.request(func(r *resource.Resource, _ []*resource.Resource) error {
		at := r.Find(from)
		if at < 0 {
			return c.noField(r, from)
		}
		if left := r.Left(to); left >= 0 {
			return &ColumnLeftError{Name: r.Fields[left].Name, Resource: r.Name}
		}
		old := r.Fields[at]
		if err := r.Rename(c.db(), at, to); err != nil {
			return err
		}
		renamed := r.Fields[at]
		if where, err := c.declared(r, renamed); err != nil || where != "" && keyOf(renamed.GoName) != keyOf(old.GoName) {
			return errors.Join(err, taken(r, to, where))
		}
		if err := c.checkConstraint(r, old); err != nil {
			return err
		}
		migration, err := c.migration(r.RenameFieldTitle(old.Name), r.RenameField(c.db(), old, old.Name, renamed.Name))
		if err != nil {
			return err
		}
		if err := c.checkIndex(r, renamed, migration); err != nil {
			return err
		}
		r.Fields[at].Renames = append(slices.Clone(old.Renames), project.Rename{From: old.Name, Migration: migration})
		r.Fields = slices.DeleteFunc(r.Fields, func(f resource.Field) bool { return f.Removed && f.GoName == renamed.GoName })
		return nil
	})
}

// Remove returns the request that takes a field from the resource. Its column stays
// in the database unless it is to be dropped: by a migration, and also later, when
// the field is gone. NewUpdate returns a *NoFieldError if there is no such field, and
// a *resource.Error for one that can't go so.
func (c ResourceChange) Remove(name string, dropColumn bool) Request {
	return c.request(func(r *resource.Resource, _ []*resource.Resource) error {
		at := r.Find(name)
		if at < 0 {
			at = slices.IndexFunc(r.Fields, func(f resource.Field) bool { return f.Name == name || f.Name == name+"_id" })
		}
		if at < 0 {
			return c.noField(r, name)
		}
		if err := r.Remove(at, dropColumn); err != nil || !dropColumn || r.Fields[at].Dropped != "" {
			return err
		}
		f := r.Fields[at]
		if err := c.checkConstraint(r, f); err != nil {
			return err
		}
		migration, err := c.migration(r.DropFieldTitle(f.Name), r.DropField(c.db(), f))
		r.Fields[at].Dropped = migration
		return err
	})
}

func (c ResourceChange) db() project.Database { return c.Project.Manifest.Answers.DB }

func (c ResourceChange) migration(title, content string) (string, error) {
	return freshMigration(c.Project, c.Current, title, content, c.Now)
}

// declared returns the file in which the owner declared a field; empty if none has
// it. What the answers have is found there, too.
func (c ResourceChange) declared(r *resource.Resource, f resource.Field) (string, error) {
	have, err := structFields(c.Current, r.Answer().Dir(), r.Type())
	return have[keyOf(f.GoName)], err
}

func taken(r *resource.Resource, name, where string) error {
	if where == "" {
		return nil
	}
	return &field.Error{Spec: name, Reason: fmt.Sprintf("%s have a field of that name already, in %s", r.Labels(), where)}
}

// checkIndex refuses a field whose index would have the name of another. The
// resource's own are no such names: it has one field of a name at a time.
func (c ResourceChange) checkIndex(r *resource.Resource, f resource.Field, migration string) error {
	except := []string{migration + ".sql"}
	for _, name := range r.Answer().Migrations() {
		except = append(except, name+".sql")
	}
	for name := range c.Project.Base {
		_, title := splitMigration(name)
		if title = strings.TrimSuffix(title, ".sql"); strings.HasSuffix(title, "_to_"+r.Plural) || strings.HasSuffix(title, "_of_"+r.Plural) {
			except = append(except, path.Base(name))
		}
	}
	where, err := usesName(c.Current, c.Project.Manifest.Answers.MigrationsDir(), r.Index(f), except...)
	if err == nil && where != "" {
		err = &field.Error{Spec: f.Name, Reason: fmt.Sprintf("its index would be %s, and that name is taken in %s", r.Index(f), where)}
	}
	return err
}

// checkConstraint refuses to rename or drop a column whose values a constraint of
// the table holds unique, as an earlier forge wrote it: its index is no index that
// could be dropped.
func (c ResourceChange) checkConstraint(r *resource.Resource, f resource.Field) error {
	table := path.Join(c.Project.Manifest.Answers.MigrationsDir(), r.Migration+".sql")
	if !f.Unique || !strings.Contains(string(c.Project.Base[table]), "CONSTRAINT "+r.Index(f)+" UNIQUE") {
		return nil
	}
	return &resource.Error{
		Reason: fmt.Sprintf("the table %s has the constraint %s, of an earlier forge, which holds its column %s", r.Plural, r.Index(f), f.Name),
		Hint:   "a migration of yours that makes it a CREATE UNIQUE INDEX, by the recipe of your database for changing a table",
	}
}

// noField explains that forge added no field of a name.
func (c ResourceChange) noField(r *resource.Resource, name string) error {
	e := &NoFieldError{Of: r.Labels(), Name: name}
	for _, f := range r.Fields {
		if !f.Removed {
			e.Known = append(e.Known, f.Name)
		}
	}
	have, err := structFields(c.Current, r.Answer().Dir(), r.Type())
	e.Where = have[keyOf(field.GoName(name))]
	return errors.Join(err, e)
}

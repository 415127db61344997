package evolve

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// NoFieldError reports that users, or the rows of a resource, have no field of that
// name that forge added.
type NoFieldError struct {
	Of    string // those who have none, in words
	Name  string
	Known []string // those that there are
	Where string   // the file of the owner's that has it; empty if none has
}

func (e *NoFieldError) Error() string {
	if e.Where != "" {
		return fmt.Sprintf("the field %q is not one that forge added: it is in %s", e.Name, e.Where)
	}
	return fmt.Sprintf("%s have no field %q", e.Of, e.Name)
}

// ColumnLeftError reports that the column of a field that was removed is still
// there, and in the way of another.
type ColumnLeftError struct {
	Name     string
	Resource string // whose table has it; empty for users
}

func (e *ColumnLeftError) Error() string {
	return fmt.Sprintf("the column %s is still there, of a field that was removed", e.Name)
}

// fields returns the fields that users have with the request, given those that
// they have without it.
func (r Request) fields(have []project.Field) ([]project.Field, error) {
	for _, added := range r.Fields {
		have = withoutRemoved(have, added.Name)
	}
	have = slices.Concat(have, r.Fields)
	if r.ChangeFields == nil {
		return have, nil
	}
	return r.ChangeFields(slices.Clone(have))
}

// withoutRemoved forgets a field that was removed, for another of its name.
func withoutRemoved(fields []project.Field, name string) []project.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f project.Field) bool { return f.Removed && f.Name == name })
}

// leftColumn finds the field that was removed and whose column is still there.
func leftColumn(a project.Answers, name string) (project.Field, bool) {
	at := slices.IndexFunc(a.Fields, func(f project.Field) bool { return f.Name == name && f.Removed && f.Dropped == "" })
	if at < 0 {
		return project.Field{}, false
	}
	return a.Fields[at], true
}

// restored is a removed field as it was before, but for who changes it.
func restored(f project.Field, bySuperuser bool) project.Field {
	f.Removed, f.Superuser = false, bySuperuser
	return f
}

// RemoveField returns the request that takes a field from users. Its column stays
// in the database, with its data, unless it is to be dropped: by a migration, and
// also later, when the field is gone. NewUpdate returns a *NoFieldError where
// users have no such field.
func RemoveField(p *project.Project, current fs.FS, name string, dropColumn bool, now time.Time) Request {
	change := func(fields []project.Field) ([]project.Field, error) {
		at := slices.IndexFunc(fields, func(f project.Field) bool { return f.Name == name })
		if at < 0 {
			return nil, noField(p, current, fields, name)
		}
		f := &fields[at]
		f.Removed = true
		if !dropColumn || f.Dropped != "" {
			return fields, nil
		}
		parsed, err := field.Of([]project.Field{*f})
		if err != nil {
			return nil, err
		}
		f.Dropped, err = freshMigration(p, current, field.DropTitle(name), parsed[0].DropMigration(p.Manifest.Answers.DB), now)
		return fields, err
	}
	return Request{ChangeFields: change, Now: now}
}

// RenameField returns the request that renames a field of users, and its column with
// the data in it. NewUpdate then returns a *NoFieldError if users have no such field,
// a *field.Error for a name that can't be, and a *ColumnLeftError for the name of a
// column that is left of another field.
func RenameField(p *project.Project, current fs.FS, from, to string, now time.Time) Request {
	change := func(fields []project.Field) ([]project.Field, error) {
		at := slices.IndexFunc(fields, func(f project.Field) bool { return f.Name == from && !f.Removed })
		if at < 0 {
			return nil, noField(p, current, fields, from)
		}
		if _, left := leftColumn(project.Answers{Fields: fields}, to); left {
			return nil, &ColumnLeftError{Name: to}
		}
		renamed, err := rename(p, current, fields[at], to, now)
		if err != nil {
			return nil, err
		}
		fields[at] = renamed.Answer()
		return withoutRemoved(fields, to), nil
	}
	return Request{ChangeFields: change, Now: now}
}

// rename returns the field with another name.
func rename(p *project.Project, current fs.FS, f project.Field, to string, now time.Time) (field.Field, error) {
	parsed, err := field.Of([]project.Field{f})
	if err != nil {
		return field.Field{}, err
	}
	old := parsed[0]
	checked, err := field.Parse(to + ":" + string(old.Kind) + "?")
	if err != nil {
		return field.Field{}, err
	}
	have, err := userFields(p, current)
	if err != nil {
		return field.Field{}, err
	}
	renamed := old
	renamed.Name, renamed.GoName = checked.Name, checked.GoName
	if where := have[keyOf(renamed.GoName)]; where != "" && keyOf(renamed.GoName) != keyOf(old.GoName) {
		return field.Field{}, &field.Error{Spec: to, Reason: "users have a field of that name already, in " + where}
	}
	content := old.RenameMigration(p.Manifest.Answers.DB, old.Name, to)
	migration, err := freshMigration(p, current, field.RenameTitle(old.Name), content, now)
	if err != nil {
		return field.Field{}, err
	}
	if err := checkIndex(p, current, renamed, to, migration); err != nil {
		return field.Field{}, err
	}
	renamed.Renames = append(slices.Clone(old.Renames), project.Rename{From: old.Name, Migration: migration})
	return renamed, nil
}

// noField explains that forge added no field of a name.
func noField(p *project.Project, current fs.FS, fields []project.Field, name string) error {
	e := &NoFieldError{Of: "users", Name: name}
	for _, f := range fields {
		if !f.Removed {
			e.Known = append(e.Known, f.Name)
		}
	}
	have, err := userFields(p, current)
	if err != nil {
		return err
	}
	e.Where = have[keyOf(field.GoName(name))]
	return e
}

package field

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// Answer is the field as a project's manifest keeps it.
func (f Field) Answer() project.Field {
	kind := string(f.Kind)
	if f.Optional {
		kind += "?"
	}
	return project.Field{
		Name: f.Name, Type: kind, Default: f.Default, Unique: f.Unique, Index: f.Index,
		Superuser: f.BySuperuser, Migration: f.Migration, Was: f.Was(), Removed: f.Removed, Dropped: f.Dropped,
	}
}

// Was lists the earlier names of the field, as a manifest keeps them.
func (f Field) Was() string {
	var steps []string
	for _, r := range f.Renames {
		steps = append(steps, r.From+" "+r.Migration)
	}
	return strings.Join(steps, ", ")
}

// Present returns the fields that users have, without those that were removed.
func Present(fields []Field) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Removed })
}

// Of reads the fields of a manifest, which may come from anywhere: a name, a
// type or a default that Parse would not read is an error, but not one that
// was allowed once. Where the manifest has something that this forge does not
// know, it is a *project.UnknownError.
func Of(answers []project.Field) ([]Field, error) {
	var fields []Field
	seen := make(map[string]bool)
	for _, a := range answers {
		refuse := func(what string) error {
			return fmt.Errorf("reading %s: the field %q %s", project.ManifestPath, a.Name, what)
		}
		if !namePattern.MatchString(a.Name) || len(a.Name) > longestName || seen[GoName(a.Name)] {
			return nil, refuse("has a name that none can have, or is there twice")
		}
		seen[GoName(a.Name)] = true
		kind, optional := strings.CutSuffix(a.Type, "?")
		f := Field{
			Name: a.Name, GoName: GoName(a.Name), Optional: optional, Default: a.Default, Unique: a.Unique, Index: a.Index,
			BySuperuser: a.Superuser, Migration: a.Migration,
			Renames: a.Renames(), Removed: a.Removed, Dropped: a.Dropped,
		}
		f, err := f.typed(a.Name+":"+a.Type, kind, a.Default != "", func(reason, _ string) (Field, error) { return Field{}, refuse("is none: " + reason) })
		if err != nil {
			if !isKind(kind) {
				return nil, &project.UnknownError{What: fmt.Sprintf("a field of the type %q", a.Type)}
			}
			return nil, err
		}
		for _, name := range a.Migrations() {
			if !migrationPattern.MatchString(name) {
				return nil, refuse(fmt.Sprintf("names no migration: %q", name))
			}
		}
		for _, r := range f.Renames {
			if !namePattern.MatchString(r.From) || len(r.From) > longestName {
				return nil, refuse(fmt.Sprintf("had a name that none can have: %q", r.From))
			}
		}
		fields = append(fields, f)
	}
	return fields, nil
}

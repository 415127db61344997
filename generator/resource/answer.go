package resource

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

var migrationPattern = lazyregexp.New(`^[0-9]{5,14}_[a-z0-9_]+$`)

// Answer returns the resource in the form of a project's manifest.
func (r Resource) Answer() project.Resource {
	answer := project.Resource{Name: r.Name, Plural: r.Plural, Owner: r.Owner, Read: r.Read, Migration: r.Migration, Removed: r.Removed, Dropped: r.Dropped}
	for _, f := range r.Fields {
		kind := string(f.Kind)
		if f.Optional {
			kind += "?"
		}
		answer.Fields = append(answer.Fields, project.ResourceField{
			Name: f.Name, Type: kind, Size: f.Size, Words: f.Words, To: f.To, Default: f.Default, Unique: f.Unique, Index: f.Index,
		})
	}
	return answer
}

// Of returns the resources of a manifest, which may come from anywhere: what Parse
// would refuse is an error. The error is a *project.UnknownError if the manifest
// has something that this forge does not know.
func Of(answers []project.Resource) ([]*Resource, error) {
	var all []*Resource
	for _, a := range answers {
		refuse := func(reason any) error {
			return fmt.Errorf("reading %s: the resource %q can't be: %v", project.ManifestPath, a.Name, reason)
		}
		asked := Asked{Name: a.Name, Plural: a.Plural, Owner: a.Owner, Read: a.Read}
		for _, f := range a.Fields {
			kind := strings.TrimSuffix(f.Type, "?")
			if !slices.Contains(KindNames(), kind) {
				return nil, &project.UnknownError{What: fmt.Sprintf("a field of the type %q", f.Type)}
			}
			asked.Specs = append(asked.Specs, specOf(f))
			if f.Unique {
				asked.Unique = append(asked.Unique, f.Name)
			}
			if f.Index {
				asked.Index = append(asked.Index, f.Name)
			}
		}
		r, err := Parse(asked, true)
		if err == nil {
			err = r.Link(all)
		}
		switch {
		case err != nil:
			return nil, refuse(err)
		case slices.ContainsFunc(a.Migrations(), func(name string) bool { return !migrationPattern.MatchString(name) }):
			return nil, refuse(fmt.Sprintf("it names no migration: %q", a.Migrations()))
		case !namePattern.MatchString(a.Name):
			return nil, refuse("its name")
		case slices.ContainsFunc(all, func(o *Resource) bool { return o.Package() == r.Package() || o.Plural == r.Plural }):
			return nil, refuse("it is there twice")
		}
		r.Migration, r.Removed, r.Dropped = a.Migration, a.Removed, a.Dropped
		all = append(all, r)
	}
	return all, nil
}

// Present returns the resources that a project has, without those that were
// removed.
func Present(resources []*Resource) []*Resource {
	return slices.DeleteFunc(slices.Clone(resources), func(r *Resource) bool { return r.Removed })
}

// specOf returns a field of a manifest as an argument of the command.
func specOf(f project.ResourceField) string {
	kind, optional := strings.CutSuffix(f.Type, "?")
	name := f.Name
	switch field.Kind(kind) {
	case field.String:
		kind += "(" + strconv.Itoa(f.Size) + ")"
	case Enum:
		kind += "(" + strings.Join(f.Words, ",") + ")"
	case Ref:
		name = strings.TrimSuffix(name, "_id")
		kind += "(" + f.To + ")"
	}
	if optional {
		kind += "?"
	}
	if f.Default != "" {
		kind += "=" + f.Default
	}
	return name + ":" + kind
}

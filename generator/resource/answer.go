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
			Migration: f.Migration, Was: f.Was(), Removed: f.Removed, Dropped: f.Dropped,
		})
	}
	return answer
}

// In returns the resources of a project with these answers, as Of does.
func In(a project.Answers) ([]*Resource, error) {
	all, err := Of(a.Resources)
	for _, r := range all {
		r.TablePrefix = a.TablePrefix()
	}
	return all, err
}

// Of returns the resources of a manifest, which may come from anywhere: what Parse
// would refuse is an error. The error is a *project.UnknownError if the manifest
// has something that this forge does not know.
func Of(answers []project.Resource) ([]*Resource, error) {
	var all []*Resource
	for _, a := range answers {
		r, err := of(a, all)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	for _, r := range all {
		if err := r.linkAdded(all); err != nil {
			return nil, refusal(r.Name, err)
		}
	}
	return all, nil
}

func refusal(name string, reason any) error {
	return fmt.Errorf("reading %s: the resource %q can't be: %v", project.ManifestPath, name, reason)
}

// of returns a resource of a manifest that comes after others.
func of(a project.Resource, others []*Resource) (*Resource, error) {
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
		err = r.remember(a)
	}
	if err == nil {
		err = r.Link(others)
	}
	switch {
	case err != nil:
		return nil, refusal(a.Name, err)
	case slices.ContainsFunc(a.Migrations(), func(name string) bool { return !migrationPattern.MatchString(name) }):
		return nil, refusal(a.Name, fmt.Sprintf("it names no migration: %q", a.Migrations()))
	case !namePattern.MatchString(a.Name):
		return nil, refusal(a.Name, "its name")
	case slices.ContainsFunc(others, func(o *Resource) bool { return o.Package() == r.Package() || o.Plural == r.Plural }):
		return nil, refusal(a.Name, "it is there twice")
	}
	return r, nil
}

// remember sets what became of the resource, and of its fields, since it was added.
func (r *Resource) remember(a project.Resource) error {
	r.Migration, r.Removed, r.Dropped = a.Migration, a.Removed, a.Dropped
	present := 0
	for i, f := range a.Fields {
		into := &r.Fields[i]
		into.Migration, into.Renames, into.Removed, into.Dropped = f.Migration, f.Renames(), f.Removed, f.Dropped
		if !f.Removed {
			present++
		}
		if f.Migration != "" && into.required() {
			return fmt.Errorf("rows that were there have no %s", f.Name)
		}
		for _, earlier := range into.Renames {
			if !namePattern.MatchString(earlier.From) || len(earlier.From) > longestName {
				return fmt.Errorf("a field had a name that none can have: %q", earlier.From)
			}
		}
	}
	if present == 0 {
		return fmt.Errorf("it has no field")
	}
	return nil
}

// Present returns the resources that a project has, with the fields that they have:
// without those that were removed.
func Present(resources []*Resource) []*Resource {
	var present []*Resource
	for _, r := range resources {
		if r.Removed {
			continue
		}
		there := *r
		there.Fields = r.where(func(f Field) bool { return !f.Removed })
		present = append(present, &there)
	}
	for _, r := range present {
		for i, f := range r.Fields {
			if at := slices.IndexFunc(present, func(o *Resource) bool { return o.Name == f.To }); at >= 0 {
				r.Fields[i].target = present[at]
			}
		}
	}
	return present
}

// IsAs reports whether the resource has what a is asked to have, whenever it got
// that.
func (r Resource) IsAs(asked Resource) bool {
	bare := func(r Resource) project.Resource {
		answer := project.Resource{Name: r.Name, Plural: r.Plural, Owner: r.Owner, Read: r.Read}
		for _, f := range r.Answer().Fields {
			if !f.Removed {
				f.Migration, f.Was = "", ""
				answer.Fields = append(answer.Fields, f)
			}
		}
		return answer
	}
	return bare(r).Equal(bare(asked))
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

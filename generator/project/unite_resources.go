package project

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// uniteResources unites resources: those that both branches began with first,
// then those that either added.
func uniteResources(base, ours, theirs []Resource) ([]Resource, error) {
	ours, theirs, err := settleFields(base, ours, theirs)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(base, ours, theirs)
	kept := func(list []Resource) []keptResource {
		var out []keptResource
		for _, r := range list {
			same := slices.IndexFunc(all, func(o Resource) bool { return o.Equal(r) })
			out = append(out, keptResource{r.Name, r.inWords(), same + 1})
		}
		return out
	}
	handles, err := uniteLists("the resource", kept(base), kept(ours), kept(theirs), func(r keptResource) string { return r.name })
	if err != nil {
		return nil, err
	}
	var united []Resource
	for _, r := range handles {
		united = append(united, all[r.is-1])
	}
	return united, nil
}

// keptResource stands for a resource where two are compared: equal ones have the
// same number, from 1.
type keptResource struct {
	name, text string
	is         int
}

func (r Resource) inWords() string {
	var names []string
	for _, f := range r.Fields {
		if !f.Removed {
			names = append(names, f.Name)
		}
	}
	switch {
	case r.Dropped != "":
		return "removed with its table"
	case r.Removed:
		return "removed"
	}
	return fmt.Sprintf("%s with %s (%s)", r.Plural, strings.Join(names, ", "), r.Migration)
}

// settleFields unites the fields of the resources that both branches began with
// and kept.
func settleFields(base, ours, theirs []Resource) ([]Resource, []Resource, error) {
	ours, theirs = slices.Clone(ours), slices.Clone(theirs)
	for _, b := range base {
		isSame := func(r Resource) bool { return r.Name == b.Name && r.Migration == b.Migration && !r.Removed }
		o, t := slices.IndexFunc(ours, isSame), slices.IndexFunc(theirs, isSame)
		if o < 0 || t < 0 {
			continue
		}
		fields, err := uniteResourceFields(b.Fields, ours[o].Fields, theirs[t].Fields)
		var clash *ClashError
		if errors.As(err, &clash) {
			clash.What += " of " + b.Plural
		}
		if err != nil {
			return nil, nil, err
		}
		ours[o].Fields, theirs[t].Fields = fields, fields
	}
	return ours, theirs, nil
}

// uniteResourceFields does what uniteFields does for users.
func uniteResourceFields(base, ours, theirs []ResourceField) ([]ResourceField, error) {
	united, err := uniteFields(plain(base), plain(ours), plain(theirs))
	if err != nil {
		return nil, err
	}
	all := slices.Concat(base, ours, theirs)
	var fields []ResourceField
	for _, f := range united {
		at := slices.IndexFunc(all, func(r ResourceField) bool {
			return r.plain().Type == f.Type && r.Migration == f.Migration && r.plain().firstName() == f.firstName()
		})
		r := all[at]
		r.Name, r.Was, r.Removed, r.Dropped = f.Name, f.Was, f.Removed, f.Dropped
		fields = append(fields, r)
	}
	return fields, nil
}

func plain(fields []ResourceField) []Field {
	var all []Field
	for _, f := range fields {
		all = append(all, f.plain())
	}
	return all
}

// plain is the field as one of users, with all that makes its type in that.
func (f ResourceField) plain() Field {
	kind, mark := f.Type, ""
	if cut, optional := strings.CutSuffix(kind, "?"); optional {
		kind, mark = cut, "?"
	}
	size := ""
	if f.Size > 0 {
		size = fmt.Sprint(f.Size)
	}
	if argument := cmp.Or(size, strings.Join(f.Words, ","), f.To); argument != "" {
		kind += "(" + argument + ")"
	}
	return Field{
		Name: f.Name, Type: kind + mark, Default: f.Default, Unique: f.Unique, Index: f.Index,
		Migration: f.Migration, Was: f.Was, Removed: f.Removed, Dropped: f.Dropped,
	}
}

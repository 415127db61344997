package resource

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// Find returns the place of a field that r has, by the name of its column or, for a
// ref, by that without its end; below 0 if there is none.
func (r Resource) Find(name string) int {
	return slices.IndexFunc(r.Fields, func(f Field) bool { return !f.Removed && f.isNamed(name) })
}

// Left returns the place of a field that was removed and whose column is still
// there; below 0 if there is none.
func (r Resource) Left(name string) int {
	return slices.IndexFunc(r.Fields, func(f Field) bool { return f.Removed && f.Dropped == "" && f.isNamed(name) })
}

func (f Field) isNamed(name string) bool {
	return f.Name == name || f.Kind == Ref && f.Name == name+"_id"
}

// Mark marks a field as unique, or as one that has an index. The error is a
// *field.Error.
func (f *Field) Mark(unique, index bool) error {
	f.Unique, f.Index = unique, index && !unique
	return f.checkIndexes()
}

// Add gives the resource a field that a migration adds to the rows that are there.
// The error is a *field.Error, or an *Error for a ref.
func (r *Resource) Add(f Field, there []*Resource) error {
	bare := specOf(Resource{Fields: []Field{f}}.Answer().Fields[0])
	if slices.ContainsFunc(r.Fields, func(o Field) bool { return !o.Removed && o.GoName == f.GoName }) {
		return &field.Error{Spec: bare, Reason: r.Labels() + " have a field of that name already"}
	}
	if f.required() {
		return &field.Error{Spec: bare, Reason: fmt.Sprintf("%s that are there need a value: it has to be optional, or to have a default", r.Labels()), Hint: bare + "?"}
	}
	if named := r.foreignKey(f); slices.ContainsFunc(r.Refs(), func(o Field) bool { return r.foreignKey(o) == named && o.Dropped == "" }) && f.Kind == Ref {
		return &field.Error{Spec: bare, Reason: "its foreign key would be " + named + ", which is that of a field that had this name"}
	}
	r.Fields = slices.DeleteFunc(r.Fields, func(o Field) bool { return o.Removed && o.GoName == f.GoName })
	r.Fields = append(r.Fields, f)
	err := r.linkAdded(there)
	var odd *Error
	if errors.As(err, &odd) && strings.HasPrefix(odd.Hint, "--") {
		odd.Hint = "forge add field --help" // That flag is for new resources.
	}
	return err
}

// Rename gives the field at a place another name. The error is a *field.Error.
func (r *Resource) Rename(db project.Database, at int, to string) error {
	f := &r.Fields[at]
	refuse := func(reason, hint string) error { return &field.Error{Spec: to, Reason: reason, Hint: hint} }
	if hint, reason := nameFault(strings.TrimSuffix(to, "_id")); reason != "" {
		return refuse(reason, hint)
	}
	if f.Kind == Ref {
		to = strings.TrimSuffix(to, "_id") + "_id"
	}
	if f.Kind == Enum && db == project.MySQL {
		return refuse("MySQL renames no column that has a CHECK, as an enum has; add another field, and copy what rows have", "")
	}
	name := field.GoName(to)
	if slices.ContainsFunc(r.Fields, func(o Field) bool { return !o.Removed && o.Name != f.Name && o.GoName == name }) {
		return refuse(r.Labels()+" have a field of that name already", "")
	}
	f.Name, f.GoName = to, name
	return nil
}

// Remove marks the field at a place as removed. Its column stays unless it is
// dropped, which the column of a required field has to be. The error is an *Error.
func (r *Resource) Remove(at int, drop bool) error {
	f := &r.Fields[at]
	switch {
	case f.Removed:
		return nil
	case len(r.where(func(f Field) bool { return !f.Removed })) == 1:
		return &Error{Reason: fmt.Sprintf("%s is the only field of %s", f.Name, r.Labels()), Hint: "forge remove resource " + r.Name}
	case f.required() && !drop:
		return &Error{Reason: fmt.Sprintf("%s is required: if its column stayed, the database would refuse every new %s", f.Name, r.Label()),
			Hint: fmt.Sprintf("forge remove field %s --from=%s --drop-column, which loses what %s have in it", f.Name, r.Name, r.Labels())}
	}
	f.Removed = true
	return nil
}

// Index names the index of a field; empty if it has none.
func (r Resource) Index(f Field) string { return r.keyOf(f).name }

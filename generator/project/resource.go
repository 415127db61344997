package project

import (
	"slices"
	"strings"
)

// Resource is a table with an API that was added to the project.
type Resource struct {
	Name   string          `json:"name"` // singular, in snake case
	Plural string          `json:"plural"`
	Owner  string          `json:"owner"` // user, none
	Read   string          `json:"read"`  // owner, user, public
	Fields []ResourceField `json:"fields"`
	// Migration is the name of the file that creates the table.
	Migration string `json:"migration"`
	// Removed reports that the project has the resource no more. Its table is still
	// there unless Dropped names the migration that drops it.
	Removed bool   `json:"removed,omitempty"`
	Dropped string `json:"dropped,omitempty"`
}

// Dir returns the folder of the resource's packages, in every project.
func (r Resource) Dir() string { return "internal/" + strings.ReplaceAll(r.Name, "_", "") }

// Migrations lists the names of the migrations that concern the resource.
func (r Resource) Migrations() []string {
	all := []string{r.Migration}
	for _, f := range r.Fields {
		all = append(all, f.Migrations()...)
	}
	if r.Dropped != "" {
		all = append(all, r.Dropped)
	}
	return all
}

// ResourceField is a field of a resource.
type ResourceField struct {
	Name    string   `json:"name"` // of the column
	Type    string   `json:"type"` // with a "?" at its end if it is optional
	Size    int      `json:"size,omitempty"`
	Words   []string `json:"words,omitempty"` // of an enum
	To      string   `json:"to,omitempty"`    // the resource that a ref points to
	Default string   `json:"default,omitempty"`
	Unique  bool     `json:"unique,omitempty"`
	Index   bool     `json:"index,omitempty"`
	// Migration is the name of the file that adds the column. It is empty for one
	// that came with the table. Was, Removed and Dropped are as those of Field.
	Migration string `json:"migration,omitempty"`
	Was       string `json:"was,omitempty"`
	Removed   bool   `json:"removed,omitempty"`
	Dropped   string `json:"dropped,omitempty"`
}

// Renames returns what Was lists.
func (f ResourceField) Renames() []Rename { return renames(f.Was) }

// Migrations lists the names of the migrations that concern the field alone.
func (f ResourceField) Migrations() []string {
	var all []string
	for _, name := range []string{f.Migration, f.Dropped} {
		if name != "" {
			all = append(all, name)
		}
	}
	for _, r := range f.Renames() {
		all = append(all, r.Migration)
	}
	return all
}

// Equal reports whether two resources are the same.
func (r Resource) Equal(other Resource) bool {
	return r.Name == other.Name && r.Plural == other.Plural && r.Owner == other.Owner && r.Read == other.Read &&
		r.Migration == other.Migration && r.Removed == other.Removed && r.Dropped == other.Dropped && slices.EqualFunc(r.Fields, other.Fields, ResourceField.Equal)
}

// Equal reports whether two fields are the same.
func (f ResourceField) Equal(other ResourceField) bool {
	return f.Name == other.Name && f.Type == other.Type && f.Size == other.Size && slices.Equal(f.Words, other.Words) &&
		f.To == other.To && f.Default == other.Default && f.Unique == other.Unique && f.Index == other.Index &&
		f.Migration == other.Migration && f.Was == other.Was && f.Removed == other.Removed && f.Dropped == other.Dropped
}

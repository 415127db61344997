// Package resource is what a resource is: a table with an API whose rows
// belong to users, or to nobody.
//
// Parse (parse.go) and ParseField (parsefield.go) read what is asked for and
// refuse what can't be; Of and Resource.Answer (answer.go) turn resources into
// what a project's manifest keeps and back. The names that follow from a
// resource's are in name.go, its migration in table.go, and the texts that
// templates are filled with in domain.go, http.go, sql.go and tests.go.
package resource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/field"
)

// Who a row belongs to, and who reads it.
const (
	User   = "user"   // as an owner: rows belong to who made them; as a reader: every user
	None   = "none"   // no owner: everybody who gets in sees and changes all
	Owner  = "owner"  // only the owner reads
	Public = "public" // everybody reads, without a log-in, too
)

// The types that resources have beside those of package field.
const (
	Enum field.Kind = "enum"
	Ref  field.Kind = "ref"
)

// Resource is a table with an API.
type Resource struct {
	Name   string // of one, in snake case
	Plural string // the table
	Owner  string // User, None
	Read   string // Owner, User, Public
	Fields []Field
	// Migration is the name of the migration that creates the table, without .sql.
	Migration string
	// Removed reports that the project has the resource no more, and Dropped names
	// the migration that drops its table.
	Removed bool
	Dropped string
}

// Field is a field of a resource.
type Field struct {
	field.Field
	Size   int       // of a string, in characters
	Words  []string  // of an enum
	To     string    // the name of the resource that a ref leads to
	target *Resource // that resource
}

// Error says why a resource can't be added as asked. Hint is the resource's
// part of a command that could be, or a whole command.
type Error struct {
	Reason, Hint string
}

func (e *Error) Error() string { return e.Reason }

// Owned reports whether rows belong to users.
func (r Resource) Owned() bool { return r.Owner == User }

// Private reports whether only the owner of a row reads it.
func (r Resource) Private() bool { return r.Owned() && r.Read == Owner }

// Shared reports whether others than the owner of a row read it.
func (r Resource) Shared() bool { return r.Owned() && r.Read != Owner }

// Open reports whether everybody reads.
func (r Resource) Open() bool { return r.Read == Public }

// Refs are the fields that lead to other resources.
func (r Resource) Refs() []Field { return r.where(func(f Field) bool { return f.Kind == Ref }) }

// Uniques are the fields of which no two rows of an owner have the same value.
func (r Resource) Uniques() []Field { return r.where(func(f Field) bool { return f.Unique }) }

// Filters are the fields that a list is filtered by: those with few values,
// and those that an index finds.
func (r Resource) Filters() []Field {
	return r.where(func(f Field) bool {
		switch f.Kind {
		case field.Bool, Enum, Ref:
			return true
		case field.String, field.Int, field.Date:
			return f.Unique || f.Index
		}
		return false
	})
}

func (r Resource) where(condition func(Field) bool) []Field {
	return slices.DeleteFunc(slices.Clone(r.Fields), func(f Field) bool { return !condition(f) })
}

// HasForeignKeys reports whether a row depends on rows of other tables.
func (r Resource) HasForeignKeys() bool { return r.Owned() || len(r.Refs()) > 0 }

// HasKind reports whether a field is of a type.
func (r Resource) HasKind(kind field.Kind) bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Kind == kind })
}

// Link finds the resources that the refs of r lead to, among those that are
// there and r itself. It refuses a ref that can't be with an *Error.
func (r *Resource) Link(there []*Resource) error {
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.Kind != Ref {
			continue
		}
		at := slices.IndexFunc(there, func(o *Resource) bool { return o.Name == f.To })
		switch {
		case f.To == r.Name && !f.Optional:
			return &Error{Reason: fmt.Sprintf("%s could have no first row: each would need one before it", r.Plural), Hint: "'" + strings.TrimSuffix(f.Name, "_id") + ":ref(" + f.To + ")?'"}
		case f.To == r.Name:
			f.target = r
		case at < 0:
			return &Error{Reason: fmt.Sprintf("%s leads to %s, which is no resource of this project", f.Name, f.To), Hint: "forge add resource " + f.To + " FIELD:TYPE…"}
		case !r.Owned() && there[at].Private():
			return &Error{Reason: fmt.Sprintf("%s belong to nobody, so they can't lead to %s, which only their owners see", r.Plural, there[at].Plural), Hint: "--owner=user"}
		default:
			f.target = there[at]
		}
	}
	return nil
}

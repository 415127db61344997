// Package resource describes resources: tables with an API, whose rows belong to
// users or to nobody.
//
// Parse (parse.go) and ParseField (parsefield.go) read the arguments of a command
// and refuse what can't be. Resource.Answer and Of (answer.go) convert resources to
// the form of a project's manifest and back. The names that follow from that of a
// resource are in name.go, its migration in table.go, those of single fields in
// column.go, and the pieces of code for the templates in domain.go, sql.go and
// tests.go. Fields come and go by Add, Remove and Rename (change.go).
package resource

import (
	"fmt"
	"slices"

	"github.com/forge-go/forge/generator/field"
)

// To whom a row belongs, and who reads it.
const (
	User   = "user"   // as an owner: the user who created the row; as a reader: every user
	None   = "none"   // no owner: anyone who may use the API sees and changes all rows
	Owner  = "owner"  // only the owner reads
	Public = "public" // everybody reads, even without a log-in
)

// The types of fields that only resources have.
const (
	Enum field.Kind = "enum"
	Ref  field.Kind = "ref"
)

// Resource is a table with an API.
type Resource struct {
	Name   string // singular, in snake case
	Plural string // the table, behind TablePrefix
	Owner  string // User, None
	Read   string // Owner, User, Public
	Fields []Field
	// TablePrefix begins the name of the table; it may be empty.
	TablePrefix string
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
	To     string    // the name of the resource that a ref points to
	target *Resource // that resource
}

// Error reports why a resource can't be added. Hint is a command that works, the
// part of it that names the resource, or a flag to add.
type Error struct {
	Reason, Hint string
}

func (e *Error) Error() string { return e.Reason }

// Owned reports whether rows belong to users.
func (r Resource) Owned() bool { return r.Owner == User }

// Private reports whether only the owner of a row reads it.
func (r Resource) Private() bool { return r.Owned() && r.Read == Owner }

// Shared reports whether rows have an owner and others read them too.
func (r Resource) Shared() bool { return r.Owned() && r.Read != Owner }

// Open reports whether everybody reads, even without a log-in.
func (r Resource) Open() bool { return r.Read == Public }

// Refs returns the fields that point to other resources.
func (r Resource) Refs() []Field { return r.where(func(f Field) bool { return f.Kind == Ref }) }

// Uniques returns the fields in which no two rows of an owner are alike.
func (r Resource) Uniques() []Field { return r.where(func(f Field) bool { return f.Unique }) }

// Filters returns the fields by which lists are filtered: those with few values,
// and those that have an index.
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

// HasOptionalTimes reports whether a point in time may be missing.
func (r *Resource) HasOptionalTimes() bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Kind == field.Time && f.Optional })
}

// HasKind reports whether a field is of a type.
func (r Resource) HasKind(kind field.Kind) bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Kind == kind })
}

// Link resolves the refs that the table of r came with, to r itself or to one of
// the resources that are there. It refuses a ref that can't be with an *Error.
func (r *Resource) Link(there []*Resource) error {
	return r.link(there, func(f Field) bool { return f.Migration == "" })
}

// linkAdded resolves the refs that were added later, which may lead to resources
// that are younger than r.
func (r *Resource) linkAdded(there []*Resource) error {
	return r.link(there, func(f Field) bool { return f.target == nil })
}

func (r *Resource) link(there []*Resource, which func(Field) bool) error {
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.Kind != Ref || !which(*f) {
			continue
		}
		at := slices.IndexFunc(there, func(o *Resource) bool { return o.Name == f.To })
		switch {
		case f.To == r.Name && !f.Optional:
			return &Error{Reason: fmt.Sprintf("%s could have no first row: each would need one before it", r.Plural)}
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

package resource

import (
	"fmt"
	"slices"
	"strings"
)

// The methods of this file are what the SQL of a resource says of the fields.

// written are the columns of a new row, with where their values are.
func (r Resource) written() [][2]string {
	var all [][2]string
	if r.Owned() {
		all = append(all, [2]string{"user_id", "item.UserID"})
	}
	for _, f := range r.Fields {
		all = append(all, [2]string{f.Name, "item." + f.GoName})
	}
	return append(all, [2]string{"version", "item.Version"}, [2]string{"created_at", "item.CreatedAt"}, [2]string{"updated_at", "item.UpdatedAt"})
}

func joined(columns [][2]string, at int, prefix string) string {
	var parts []string
	for _, c := range columns {
		parts = append(parts, prefix+c[at])
	}
	return strings.Join(parts, ", ")
}

// Inserted lists the columns of a new row.
func (r Resource) Inserted() string { return joined(r.written(), 0, "") }

// InsertArgs are their values.
func (r Resource) InsertArgs() string { return joined(r.written(), 1, "") }

// Marks are as many parameters.
func (r Resource) Marks() string { return strings.Repeat("?, ", len(r.written())-1) + "?" }

// ScanTargets are what a row is read into.
func (r Resource) ScanTargets() string { return "&item.ID, " + joined(r.written(), 1, "&") }

// changed are the columns that a change writes.
func (r Resource) changed() [][2]string {
	return slices.DeleteFunc(r.written(), func(c [2]string) bool {
		return slices.Contains([]string{"user_id", "version", "created_at"}, c[0])
	})
}

// Set lists the assignments of a change.
func (r Resource) Set() string {
	var parts []string
	for _, c := range r.changed() {
		parts = append(parts, c[0]+" = ?")
	}
	return strings.Join(parts, ", ")
}

// SetArgs are their values.
func (r Resource) SetArgs() string { return joined(r.changed(), 1, "") }

// AndOwner is what the condition of a statement says of the owner.
func (r Resource) AndOwner() string { return r.owned(" AND user_id = ?") }

// OwnerParam is the owner before other parameters of its type, or arguments.
func (r Resource) OwnerParam() string { return r.owned("owner, ") }

// OwnerTyped is the owner as a parameter before one of another type.
func (r Resource) OwnerTyped() string { return r.owned("owner int64, ") }

// UserArg is the owner where HTTP knows it.
func (r Resource) UserArg() string { return r.owned("authhttp.CurrentUser(ctx).ID, ") }

// ItemOwner is the owner of an item as an argument.
func (r Resource) ItemOwner() string { return r.owned("item.UserID, ") }

func (r Resource) owned(text string) string {
	if r.Owned() {
		return text
	}
	return ""
}

// ReaderParam is OwnerParam where a row is read, which others may do, too.
func (r Resource) ReaderParam() string { return r.private("owner, ") }

// ReaderTyped is that as a parameter before one of another type.
func (r Resource) ReaderTyped() string { return r.private("owner int64, ") }

// ThenReader is the owner as the last argument.
func (r Resource) ThenReader() string { return r.private(", owner") }

// ReaderArg is the owner where HTTP knows it.
func (r Resource) ReaderArg() string { return r.private("authhttp.CurrentUser(ctx).ID, ") }

// AndReader is what the condition of a SELECT says of the owner.
func (r Resource) AndReader() string { return r.private(" AND user_id = ?") }

// ReaderFirst is the condition before that of a list's id.
func (r Resource) ReaderFirst() string { return r.private("user_id = ? AND ") }

func (r Resource) private(text string) string {
	if r.Private() {
		return text
	}
	return ""
}

// Refused is an error of the database as the client is told of it.
func (r Resource) Refused() string {
	if r.HasForeignKeys() || len(r.Uniques()) > 0 {
		return "refused(err)"
	}
	return "err"
}

// Refusals turn those of foreign keys and unique indexes into errors of the
// package.
func (r Resource) Refusals(db string) string {
	text := ""
	if r.HasForeignKeys() {
		text = fmt.Sprintf("if sqlerror.ForeignKey(err) {\nreturn %s.ErrGone\n}\n", r.Package())
	}
	if len(r.Uniques()) == 0 {
		return text
	}
	keyOf := func(f Field) string {
		if db == "sqlite" {
			return r.Plural + "." + f.Name
		}
		return r.Plural + "_" + f.Name + "_key"
	}
	if u := r.Uniques(); len(u) == 1 {
		return text + fmt.Sprintf("if sqlerror.Unique(err) == %q {\nreturn %s.%s\n}", keyOf(u[0]), r.Package(), u[0].Taken())
	}
	return text + "switch sqlerror.Unique(err) {\n" + each(r.Uniques(), func(f Field) string {
		return fmt.Sprintf("case %q:\nreturn %s.%s\n", keyOf(f), r.Package(), f.Taken())
	}) + "\n}"
}

// FilterStatements add the filters to a query.
func (r Resource) FilterStatements(db string) string {
	return each(r.Filters(), func(f Field) string {
		if db == "postgres" {
			return fmt.Sprintf("if q.%[1]s != nil {\nargs = append(args, *q.%[1]s)\nquery += \" AND %[2]s = $\" + strconv.Itoa(len(args))\n}\n", f.GoName, f.Name)
		}
		return fmt.Sprintf("if q.%[1]s != nil {\nquery, args = query+\" AND %[2]s = ?\", append(args, *q.%[1]s)\n}\n", f.GoName, f.Name)
	})
}

// RefChecks return an error for a ref that leads to what the owner of the item
// may not see.
func (r Resource) RefChecks() string {
	return each(r.Refs(), func(f Field) string {
		condition, args := "", "item."+f.GoName
		if f.target.Private() {
			condition, args = " AND user_id = ?", args+", item.UserID"
		}
		check := fmt.Sprintf("if err := s.exists(ctx, %s.%s, `SELECT 1 FROM %s WHERE id = ?%s`, %s); err != nil {\nreturn err\n}\n",
			r.Package(), f.Missing(), f.target.Plural, condition, args)
		if f.Optional {
			return fmt.Sprintf("if item.%s != nil {\n%s}\n", f.GoName, check)
		}
		return check
	})
}

package resource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// The methods of this file return the pieces of a resource's SQL that depend on its
// fields.

// written returns the columns of a new row, each with the Go code of its value.
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

// InsertArgs lists their values.
func (r Resource) InsertArgs() string { return joined(r.written(), 1, "") }

// Marks lists as many placeholders.
func (r Resource) Marks() string { return strings.Repeat("?, ", len(r.written())-1) + "?" }

// ScanTargets lists the variables that a row is read into.
func (r Resource) ScanTargets() string { return "&item.ID, " + joined(r.written(), 1, "&") }

// changed returns the columns that a change writes.
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

// SetArgs lists their values.
func (r Resource) SetArgs() string { return joined(r.changed(), 1, "") }

// AndOwner restricts the condition of a statement to the owner's rows.
func (r Resource) AndOwner() string { return r.owned(" AND user_id = ?") }

// OwnerParam is the owner as an argument, or as a parameter before others of its
// type.
func (r Resource) OwnerParam() string { return r.owned("owner, ") }

// OwnerTyped is the owner as a parameter before one of another type.
func (r Resource) OwnerTyped() string { return r.owned("owner int64, ") }

// UserArg is the owner as an endpoint knows it: the current user.
func (r Resource) UserArg() string { return r.owned("authhttp.CurrentUser(ctx).ID, ") }

// ItemOwner is the owner of an item as an argument.
func (r Resource) ItemOwner() string { return r.owned("item.UserID, ") }

func (r Resource) owned(text string) string {
	if r.Owned() {
		return text
	}
	return ""
}

// ReaderParam is OwnerParam for reading a row, where others may read too.
func (r Resource) ReaderParam() string { return r.private("owner, ") }

// ReaderTyped is OwnerTyped for reading.
func (r Resource) ReaderTyped() string { return r.private("owner int64, ") }

// ThenReader is the owner as the last argument, for reading.
func (r Resource) ThenReader() string { return r.private(", owner") }

// ReaderArg is UserArg for reading.
func (r Resource) ReaderArg() string { return r.private("authhttp.CurrentUser(ctx).ID, ") }

// AndReader is AndOwner for reading.
func (r Resource) AndReader() string { return r.private(" AND user_id = ?") }

// ReaderFirst is the condition of a list that comes before that of the id.
func (r Resource) ReaderFirst() string { return r.private("user_id = ? AND ") }

func (r Resource) private(text string) string {
	if r.Private() {
		return text
	}
	return ""
}

// Refused is the expression for an error err of the database that the client learns
// of.
func (r Resource) Refused() string {
	if r.HasForeignKeys() || len(r.Uniques()) > 0 {
		return "refused(err)"
	}
	return "err"
}

// Refusals turn errors of foreign keys and unique indexes into those of the
// resource's package.
func (r Resource) Refusals(db project.Database) string {
	text := ""
	if r.HasForeignKeys() {
		text = fmt.Sprintf("if sqlerror.ForeignKey(err) {\nreturn %s.ErrGone\n}\n", r.Package())
	}
	if len(r.Uniques()) == 0 {
		return text
	}
	keyOf := func(f Field) string {
		if db == project.SQLite {
			return r.TableName() + "." + f.Name
		}
		return r.TableName() + "_" + f.Name + "_key"
	}
	if u := r.Uniques(); len(u) == 1 {
		return text + fmt.Sprintf("if sqlerror.Unique(err) == %q {\nreturn %s.%s\n}", keyOf(u[0]), r.Package(), u[0].Taken())
	}
	return text + "switch sqlerror.Unique(err) {\n" + each(r.Uniques(), func(f Field) string {
		return fmt.Sprintf("case %q:\nreturn %s.%s\n", keyOf(f), r.Package(), f.Taken())
	}) + "\n}"
}

// FilterStatements add the filters to a query.
func (r Resource) FilterStatements(db project.Database) string {
	return each(r.Filters(), func(f Field) string {
		if db == project.Postgres {
			return fmt.Sprintf("if q.%[1]s != nil {\nargs = append(args, *q.%[1]s)\nquery += \" AND %[2]s = $\" + strconv.Itoa(len(args))\n}\n", f.GoName, f.Name)
		}
		return fmt.Sprintf("if q.%[1]s != nil {\nquery, args = query+\" AND %[2]s = ?\", append(args, *q.%[1]s)\n}\n", f.GoName, f.Name)
	})
}

// CheckRefs begins a function with a call of the one that checks the refs of an item.
func (r Resource) CheckRefs() string {
	if len(r.Refs()) == 0 {
		return ""
	}
	return "\nif err := s.checkRefs(ctx, item); err != nil {\nreturn item, err\n}"
}

// RefChecks return an error for a ref that points to a row that the owner of the
// item may not see.
func (r Resource) RefChecks() string {
	return each(r.Refs(), func(f Field) string {
		condition, args := "", "item."+f.GoName
		if f.target.Private() {
			condition, args = " AND user_id = ?", args+", item.UserID"
		}
		check := fmt.Sprintf("if err := s.exists(ctx, %s.%s, `SELECT 1 FROM %s WHERE id = ?%s`, %s); err != nil {\nreturn err\n}\n",
			r.Package(), f.Missing(), f.target.TableName(), condition, args)
		if f.Optional {
			return fmt.Sprintf("if item.%s != nil {\n%s}\n", f.GoName, check)
		}
		return check
	})
}

// Package field describes a field of users: its name, its type, its default,
// and what that means in SQL and in Go.
//
// Parse (field.go) reads what is asked for and refuses what can't be; Of and
// Field.Answer turn fields into what a project's manifest keeps and back. The
// types are in kind.go, the texts that templates are filled with in text.go,
// and the migration that adds columns in migration.go.
package field

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

// Field is a field of users.
type Field struct {
	Name     string // in SQL and JSON
	GoName   string
	Kind     Kind
	Optional bool
	Default  string // as it was typed; empty if there is none
	Unique   bool
	Index    bool
	// BySuperuser lets only superusers change it.
	BySuperuser bool
	// Migration is the name of the migration that adds the column, without .sql.
	Migration string
	// Renames are the names that it had before, oldest first.
	Renames []project.Rename
	// Removed reports that users have it no more, and Dropped is the name of the
	// migration that drops its column; empty while that is still there.
	Removed bool
	Dropped string
}

// Error reports why a field can't be added. Hint is one that could be, and Flag the
// flag that it needs, or empty.
type Error struct {
	Spec, Reason, Hint, Flag string
}

func (e *Error) Error() string {
	return fmt.Sprintf("the field %q can't be added: %s", e.Spec, e.Reason)
}

var namePattern = lazyregexp.New(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

const longestName = 40

// IsSecret reports whether a name is one of what no answer may show.
func IsSecret(name string) bool {
	for part := range strings.SplitSeq(name, "_") {
		if slices.Contains([]string{"password", "passwd", "passphrase", "pwd", "secret", "token", "tokens", "totp", "otp", "salt", "hashed", "credential", "credentials"}, part) {
			return true
		}
	}
	return slices.Contains([]string{"api_key", "apikey", "private_key", "recovery_code", "recovery_codes", "backup_codes"}, name)
}

// Parse reads NAME:TYPE[?][=DEFAULT]. The error is an *Error.
func Parse(spec string) (Field, error) {
	declaration, preset, hasDefault := strings.Cut(spec, "=")
	name, kind, ok := strings.Cut(declaration, ":")
	f := Field{Name: name, GoName: GoName(name), Default: preset}
	f.Optional = strings.HasSuffix(kind, "?")
	refuse := func(reason, hint string) (Field, error) {
		return Field{}, &Error{Spec: spec, Reason: reason, Hint: hint}
	}
	likely := Possible(name)
	if IsReserved(likely) {
		likely = "user_" + likely
	}
	switch {
	case !ok:
		return refuse("it has no type", likely+":string")
	case !namePattern.MatchString(name) || len(name) > longestName:
		return refuse(fmt.Sprintf("a name is of a-z, 0-9 and single _ between them, begins with a letter, and has at most %d characters", longestName),
			likely+strings.TrimPrefix(spec, name))
	case IsReserved(name):
		return refuse("the name has a meaning of its own in SQL", likely+strings.TrimPrefix(spec, name))
	case slices.Contains([]string{"is_verified", "pending_email"}, name):
		return refuse("complete accounts have a field of that name", "user_"+spec)
	case IsSecret(name):
		return refuse("fields are shown in every answer with the user, and that is a name of secrets", "")
	}
	return f.typed(spec, strings.TrimSuffix(kind, "?"), hasDefault, refuse)
}

// typed sets the field's type, and its default the form of that.
func (f Field) typed(spec, kind string, hasDefault bool, refuse func(reason, hint string) (Field, error)) (Field, error) {
	name := f.Name
	if !isKind(kind) {
		hint := ""
		if known := KnownAs(kind); known != "" {
			hint = name + ":" + string(known) + strings.TrimPrefix(spec, name+":"+kind)
		}
		return refuse(fmt.Sprintf("the type %q is unknown; there are %s", kind, strings.Join(KindNames(), ", ")), hint)
	}
	f.Kind = Kind(kind)
	if hasDefault {
		var err error
		if f.Default, err = f.Kind.Normal(f.Default); err != nil {
			return refuse(err.Error(), "")
		}
	} else if !f.Optional && f.Kind.zero() == "" {
		return refuse(fmt.Sprintf("users that are there need a value, and a %s has no obvious one", kind), name+":"+kind+"?")
	}
	return f, nil
}

// Possible returns a name that is written as one has to be, like the one that is not.
func Possible(name string) string {
	if made := SnakeCase(name); namePattern.MatchString(made) && len(made) <= longestName {
		return made
	}
	return "first_name"
}

// SnakeCase returns the words of a name in lower case, with a _ between them, as
// http_log for HTTPLog.
func SnakeCase(name string) string {
	var out strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case isUpper(r):
			if i > 0 && (!isUpper(runes[i-1]) || i+1 < len(runes) && 'a' <= runes[i+1] && runes[i+1] <= 'z') {
				out.WriteByte('_')
			}
			out.WriteString(strings.ToLower(string(r)))
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			out.WriteRune(r)
		default:
			out.WriteByte('_')
		}
	}
	parts := strings.FieldsFunc(out.String(), func(r rune) bool { return r == '_' })
	return strings.Join(parts, "_")
}

func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }

// CheckIndexes refuses indexes that can't be.
func (f Field) CheckIndexes() error {
	bare := f.Name + ":" + string(f.Kind)
	switch {
	case f.Unique && f.Kind == Bool:
		return &Error{bare, "a bool that is unique allows for two users", bare, "--index"}
	case (f.Unique || f.Index) && f.Kind == Text:
		return &Error{bare, "long texts can't be indexed in every database", f.Name + ":string?", ""}
	case f.Unique && (!f.Optional || f.Default != ""):
		return &Error{bare, "users that are there would all have the same value, which is to be unique", bare + "?", ""}
	}
	return nil
}

// initialisms are written in capitals in Go.
func initialisms() []string {
	return []string{"id", "url", "uri", "api", "ip", "http", "https", "uuid", "html", "json", "sms"}
}

// GoName is a name in snake case as Go writes it.
func GoName(name string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		switch {
		case part == "":
		case slices.Contains(initialisms(), part):
			out.WriteString(strings.ToUpper(part))
		default:
			out.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return out.String()
}

// ParseOld reads a field as Parse does, but for names that were allowed once.
func ParseOld(spec string) (Field, error) {
	declaration, preset, hasDefault := strings.Cut(spec, "=")
	name, kind, _ := strings.Cut(declaration, ":")
	kind, optional := strings.CutSuffix(kind, "?")
	f := Field{Name: name, GoName: GoName(name), Default: preset, Optional: optional}
	return f.typed(spec, kind, hasDefault, func(reason, _ string) (Field, error) { return Field{}, &Error{Spec: spec, Reason: reason} })
}

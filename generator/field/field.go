// Package field adds fields to the users of a project that forge made, whose
// files the user may have edited.
//
// Parse reads what is asked for (field.go, with the types of kind.go). Plan
// (plan.go) finds, in the syntax trees of the files concerned, the places where
// text is to be put in (places.go), and gives the new files and the changed
// ones. Nothing is rewritten: text is inserted. A place that can't be found
// for certain stops it all with an *UnsureError, which has the lines to add by
// hand.
package field

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Field is one field to add.
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
}

// Error says why a field can't be added as asked. Hint is one that could, and
// Flag, if it is not empty, the one that it takes.
type Error struct {
	Spec, Reason, Hint, Flag string
}

func (e *Error) Error() string {
	return fmt.Sprintf("the field %q can't be added: %s", e.Spec, e.Reason)
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

const longestName = 40

// Parse reads NAME:TYPE[?][=DEFAULT]. The error is an *Error.
func Parse(spec string) (Field, error) {
	declaration, preset, hasDefault := strings.Cut(spec, "=")
	name, kind, ok := strings.Cut(declaration, ":")
	f := Field{Name: name, GoName: goName(name), Default: preset}
	f.Optional = strings.HasSuffix(kind, "?")
	refuse := func(reason, hint string) (Field, error) {
		return Field{}, &Error{Spec: spec, Reason: reason, Hint: hint}
	}
	switch {
	case !ok:
		return refuse("it has no type", name+":string")
	case !namePattern.MatchString(name) || len(name) > longestName:
		return refuse(fmt.Sprintf("a name is of a-z, 0-9 and single _ between them, begins with a letter, and has at most %d characters", longestName),
			snakeCase(name)+strings.TrimPrefix(spec, name))
	case slices.Contains(reserved(), name):
		return refuse("the name has a meaning of its own in SQL", "user_"+spec)
	case slices.Contains([]string{"is_verified", "pending_email"}, name):
		return refuse("complete accounts have a field of that name", "user_"+spec)
	}
	kind = strings.TrimSuffix(kind, "?")
	if !slices.Contains(KindNames(), kind) {
		hint := ""
		if known := knownAs(kind); known != "" {
			hint = name + ":" + string(known) + strings.TrimPrefix(spec, name+":"+kind)
		}
		return refuse(fmt.Sprintf("the type %q is unknown; there are %s", kind, strings.Join(KindNames(), ", ")), hint)
	}
	f.Kind = Kind(kind)
	if hasDefault {
		var err error
		if f.Default, err = f.Kind.normal(preset); err != nil {
			return refuse(err.Error(), "")
		}
	} else if !f.Optional && f.Kind.zero() == "" {
		return refuse(fmt.Sprintf("users that are there need a value, and a %s has no obvious one", kind), name+":"+kind+"?")
	}
	return f, nil
}

// snakeCase makes a name that could be one out of one that can't.
func snakeCase(name string) string {
	var out strings.Builder
	for _, r := range name {
		switch {
		case 'A' <= r && r <= 'Z':
			out.WriteString("_" + strings.ToLower(string(r)))
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			out.WriteRune(r)
		default:
			out.WriteByte('_')
		}
	}
	parts := strings.FieldsFunc(out.String(), func(r rune) bool { return r == '_' })
	if made := strings.Join(parts, "_"); namePattern.MatchString(made) && len(made) <= longestName && !slices.Contains(reserved(), made) {
		return made
	}
	return "first_name"
}

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

func goName(name string) string {
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

// label is the field's name in a sentence.
func (f Field) label() string {
	text := strings.ReplaceAll(f.Name, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

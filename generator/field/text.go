package field

import (
	"fmt"
	"strconv"
	"strings"
)

// The methods of this file return the pieces of templates that depend on a field.

// Type is the field's type in the struct User.
func (f Field) Type() string {
	if f.Optional {
		return "*" + f.Kind.GoType()
	}
	return f.Kind.GoType()
}

// ChangeType is the field's type in the struct Changes, where nil leaves it as
// it is.
func (f Field) ChangeType() string { return "*" + f.Type() }

// Change is the field's new value when c.<GoName> is not nil.
func (f Field) Change() string {
	value := "*c." + f.GoName
	switch {
	case f.Kind == Time && f.Optional:
		return "calendar.UTC(" + value + ")"
	case f.Kind == Time:
		return "c." + f.GoName + ".UTC()"
	}
	return value
}

// Response is the field in the struct of an answer.
func (f Field) Response() string {
	tags := ""
	if f.Kind == Date {
		tags = ` format:"date"`
	}
	if f.Optional {
		tags += ` nullable:"true"`
	}
	return fmt.Sprintf("%s %s `json:\"%s\"%s`", f.GoName, f.Type(), f.Name, tags)
}

// Shown is the field's value in an answer, of a user u.
func (f Field) Shown() string {
	switch {
	case f.Kind == Time && f.Optional:
		return "calendar.UTC(u." + f.GoName + ")"
	case f.Kind == Time:
		return "u." + f.GoName + ".UTC()"
	}
	return "u." + f.GoName
}

// Input is the field in the struct of a request's body. One that may be null has
// the generic type nullable.
func (f Field) Input(nullable string) string {
	kind := "*" + f.Kind.GoType()
	if f.Optional {
		kind = nullable + "[" + f.Kind.GoType() + "]"
	}
	return fmt.Sprintf("%s %s `json:\"%s,omitempty\"%s`", f.GoName, kind, f.Name, f.Kind.Tags()+f.Kind.Example(f.Name, f.Default, 255))
}

// Sent is the field of a request's body as a change, which a method of its type
// returns if it may be null.
func (f Field) Sent(change string) string {
	if f.Optional {
		return "in.Body." + f.GoName + "." + change + "()"
	}
	return "in.Body." + f.GoName
}

// preset is the value that new users have, as it would be typed, and whether
// they have one.
func (f Field) preset() (string, bool) {
	switch {
	case f.Default != "":
		return f.Default, true
	case f.Optional:
		return "", false
	case f.Kind == String || f.Kind == Text:
		return "", true
	}
	return f.Kind.zero(), true
}

// HasPreset reports whether new users have a value other than Go's zero value.
func (f Field) HasPreset() bool {
	return f.Default != "" || f.Kind == Decimal && !f.Optional
}

// Preset is that value in Go.
func (f Field) Preset() string {
	value, _ := f.preset()
	literal := f.Kind.GoLiteral(value)
	if f.Optional {
		literal = "new(" + literal + ")"
	}
	return literal
}

// Label is the field's name in a sentence.
func (f Field) Label() string {
	text := strings.ReplaceAll(f.Name, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// First is the field of a new user in JSON; empty for one that the
// database writes in its own way.
func (f Field) First() string {
	value, ok := f.preset()
	switch {
	case !ok:
		return "null"
	case f.Kind == String || f.Kind == Text || f.Kind == Date || f.Kind == Decimal:
		return strconv.Quote(value)
	case f.Kind == Int || f.Kind == Bool:
		return value
	}
	return ""
}

// Sample is another value in JSON, for tests.
func (f Field) Sample() string { return f.Kind.sample() }

// Taken is the detail of the error for a value that another user has; empty if users
// may share values.
func (f Field) Taken() string {
	if !f.Unique {
		return ""
	}
	return f.Label() + " already taken"
}

package resource

import (
	"fmt"
	"strings"

	"github.com/forge-go/forge/generator/field"
)

// The methods of this file return the pieces of a resource's package, and of its
// endpoints, that depend on the fields. They need not be formatted: the rendered
// file is.

// each joins the lines that a function returns for the fields.
func each(fields []Field, text func(Field) string) string {
	var out strings.Builder
	for _, f := range fields {
		out.WriteString(text(f))
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// kind is the field's type in Go, without the pointer of an optional one.
func (f Field) kind() string {
	if f.Kind == Ref {
		return "int64"
	}
	return f.Kind.GoType()
}

func (f Field) goType() string {
	if f.Optional {
		return "*" + f.kind()
	}
	return f.kind()
}

// literal returns the field's default as Go code.
func (f Field) literal() string {
	literal := f.Kind.GoLiteral(f.Default)
	if f.Optional {
		literal = "new(" + literal + ")"
	}
	return literal
}

// StructFields are the fields of the struct.
func (r Resource) StructFields() string {
	return each(r.Fields, func(f Field) string { return f.GoName + " " + f.goType() + "\n" })
}

// ChangeFields are the fields of the struct Changes, where nil leaves a field as it
// is.
func (r Resource) ChangeFields() string {
	return each(r.Fields, func(f Field) string { return f.GoName + " *" + f.goType() + "\n" })
}

// ApplyFields are the statements that change an item.
func (r Resource) ApplyFields() string {
	return each(r.Fields, func(f Field) string {
		return fmt.Sprintf("if c.%[1]s != nil {\nitem.%[1]s = *c.%[1]s\n}\n", f.GoName)
	})
}

// FilterFields are the fields of the struct Query by which lists are filtered.
func (r Resource) FilterFields() string {
	return each(r.Filters(), func(f Field) string { return f.GoName + " *" + f.filterKind() + "\n" })
}

func (f Field) filterKind() string {
	if f.Kind == field.Date {
		return "string"
	}
	return f.kind()
}

// Taken is the name of the error for a value that is not unique.
func (f Field) Taken() string { return "Err" + f.GoName + "Taken" }

// Missing is the name of the error for a ref that points to no row.
func (f Field) Missing() string { return "ErrNo" + strings.TrimSuffix(f.GoName, "ID") }

// Target is the resource that a ref points to.
func (f Field) Target() *Resource { return f.target }

// FieldErrors are the errors that concern single fields.
func (r Resource) FieldErrors() string {
	return each(r.Fields, func(f Field) string {
		switch {
		case f.Unique:
			return fmt.Sprintf("%s = errors.New(%q)\n", f.Taken(), strings.ReplaceAll(f.Name, "_", " ")+" already taken")
		case f.Kind == Ref:
			return fmt.Sprintf("%s = errors.New(%q) // that %s may lead to\n", f.Missing(), "no such "+f.target.Label(), f.Name)
		}
		return ""
	})
}

// tags returns the struct tags of the field in a request, besides its name.
func (f Field) tags() string {
	size := 255
	if f.Kind == field.String {
		size = f.Size
	}
	return f.limits() + f.Kind.Example(f.Name, f.Default, size)
}

// limits are those of the tags that a value is measured by.
func (f Field) limits() string {
	switch f.Kind {
	case field.String:
		return strings.Replace(f.Kind.Tags(), `maxLength:"255"`, fmt.Sprintf(`maxLength:"%d"`, f.Size), 1)
	case Enum:
		return ` enum:"` + strings.Join(f.Words, ",") + `"`
	case Ref:
		return ` minimum:"1"`
	}
	return f.Kind.Tags()
}

// required reports whether a client that creates a row has to send the field.
func (f Field) required() bool { return !f.Optional && f.Default == "" }

func (f Field) member(tags string) string {
	kind := "httpkit.Optional[" + f.kind() + "]"
	if f.Optional {
		kind = "httpkit.Nullable[" + f.kind() + "]"
	}
	return fmt.Sprintf("%s %s `json:\"%s,omitempty\"%s`\n", f.GoName, kind, f.Name, tags)
}

// CreateFields are the fields of the body that creates a row.
func (r Resource) CreateFields() string {
	return each(r.Fields, func(f Field) string {
		switch {
		case f.required():
			return fmt.Sprintf("%s %s `json:\"%s\"%s`\n", f.GoName, f.kind(), f.Name, f.tags())
		case f.Default != "":
			return f.member(f.tags() + fmt.Sprintf(" doc:%q", "Default: "+f.Default))
		}
		return f.member(f.tags())
	})
}

// CreateValues set the fields of a new item from the body.
func (r Resource) CreateValues() string {
	return each(r.Fields, func(f Field) string {
		value := "in.Body." + f.GoName
		switch {
		case f.Default != "":
			value += ".Or(" + f.literal() + ")"
		case f.Optional:
			value += ".Value"
		}
		return fmt.Sprintf("%s: %s,\n", f.GoName, value)
	})
}

// UpdateFields are the fields of the body that changes a row.
func (r Resource) UpdateFields() string {
	return each(r.Fields, func(f Field) string { return f.member(f.tags()) })
}

// ChangeValues set the fields of Changes from the body.
func (r Resource) ChangeValues() string {
	return each(r.Fields, func(f Field) string {
		if f.Optional {
			return fmt.Sprintf("%s: in.Body.%[1]s.Change(),\n", f.GoName)
		}
		return fmt.Sprintf("%s: in.Body.%[1]s.Value,\n", f.GoName)
	})
}

// ResponseFields are the fields of a response.
func (r Resource) ResponseFields() string {
	return each(r.Fields, func(f Field) string {
		tags := ""
		switch f.Kind {
		case field.Date:
			tags = ` format:"date"`
		case Enum:
			tags = f.tags()
		}
		if f.Optional {
			tags += ` nullable:"true"`
		}
		return fmt.Sprintf("%s %s `json:\"%s\"%s`\n", f.GoName, f.goType(), f.Name, tags)
	})
}

// ResponseValues set the fields of a response from an item.
func (r Resource) ResponseValues() string {
	return each(r.Fields, func(f Field) string {
		value := r.Item() + "." + f.GoName
		switch {
		case f.Kind == field.Time && f.Optional:
			value = "calendar.UTC(" + value + ")"
		case f.Kind == field.Time:
			value += ".UTC()"
		}
		return fmt.Sprintf("%s: %s,\n", f.GoName, value)
	})
}

// FilterInputs are the query parameters by which lists are filtered.
func (r Resource) FilterInputs() string {
	return each(r.Filters(), func(f Field) string {
		return fmt.Sprintf("%s httpkit.Param[%s] `query:\"%s\"%s`\n", f.GoName, f.filterKind(), f.Name, f.tags())
	})
}

// FilterValues set the fields of Query from the parameters.
func (r Resource) FilterValues() string {
	return each(r.Filters(), func(f Field) string { return fmt.Sprintf("%s: in.%[1]s.Pointer(),\n", f.GoName) })
}

// Problems are the cases for errors that concern single fields.
func (r Resource) Problems() string {
	return each(r.Fields, func(f Field) string {
		switch {
		case f.Unique:
			return fmt.Sprintf("case errors.Is(err, %s.%s):\nreturn huma.Error409Conflict(%q)\n", r.Package(), f.Taken(), f.Label()+" already taken")
		case f.Kind == Ref:
			return fmt.Sprintf("case errors.Is(err, %s.%s):\nreturn httpkit.Fault(%q, %q)\n", r.Package(), f.Missing(), "body."+f.Name, "no such "+f.target.Label())
		}
		return ""
	})
}

// Item is the name of a variable that holds a row.
func (r Resource) Item() string { return "item" }

// Reader describes who may use an endpoint that shows rows.
func (r Resource) Reader() string {
	switch {
	case r.Open():
		return "anyone"
	case r.Private():
		return "user, of their own"
	}
	return "user"
}

// Writer describes who may use an endpoint that changes rows.
func (r Resource) Writer() string {
	if r.Owned() {
		return "user, of their own"
	}
	return "user"
}

// FilterNote lists what lists are filtered by.
func (r Resource) FilterNote() string {
	var names []string
	for _, f := range r.Filters() {
		names = append(names, "`"+f.Name+"`")
	}
	if len(names) == 0 {
		return ""
	}
	return "; filtered by " + strings.Join(names, ", ")
}

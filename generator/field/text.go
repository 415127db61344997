package field

import (
	"fmt"
	"strings"
)

// fieldType is the type in a struct.
func (f Field) fieldType(qualifier string) string {
	if f.Optional {
		return "*" + f.Kind.goType(qualifier)
	}
	return f.Kind.goType(qualifier)
}

func (f Field) applyLines() string {
	value := "*c." + f.GoName
	switch {
	case f.Kind == Time && f.Optional:
		value = "new(c." + f.GoName + ".UTC())"
	case f.Kind == Time:
		value = "c." + f.GoName + ".UTC()"
	case f.Optional:
		value = "c." + f.GoName
	}
	return fmt.Sprintf("if c.%[1]s != nil {\n\t\tuser.%[1]s = %[2]s\n\t}", f.GoName, value)
}

func (f Field) responseLine() string {
	nullable := ""
	if f.Optional {
		nullable = ` nullable:"true"`
	}
	format := ""
	if f.Kind == Date {
		format = ` format:"date"`
	}
	return fmt.Sprintf("%s %s `json:\"%s\"%s%s`", f.GoName, f.fieldType("auth."), f.Name, format, nullable)
}

func (f Field) showLine() string {
	value := "u." + f.GoName
	if f.Kind == Time {
		value = "utc(" + value + ")"
		if !f.Optional {
			value = "u." + f.GoName + ".UTC()"
		}
	}
	return f.GoName + ": " + value
}

func (f Field) requestLine() string {
	return fmt.Sprintf("%s *%s `json:\"%s,omitempty\"%s`", f.GoName, f.Kind.goType("auth."), f.Name, f.Kind.tags())
}

func (f Field) changeLine() string { return f.GoName + ": in.Body." + f.GoName }

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

// hasPreset says that new users have a value that Go does not give them.
func (f Field) hasPreset() bool {
	return f.Default != "" || f.Kind == Decimal && !f.Optional
}

func (f Field) presetLine() string {
	value, _ := f.preset()
	literal := f.Kind.goLiteral(value)
	if f.Optional {
		literal = "new(" + literal + ")"
	}
	return f.GoName + ": " + literal
}

func (f Field) errorLine() string {
	return fmt.Sprintf("Err%sTaken = &Error{Kind: KindConflict, Detail: \"%s already taken\"}", f.GoName, f.label())
}

func (r Request) takenCase(f Field) string {
	key := "users." + f.Name
	if r.DB != "sqlite" {
		key = "users_" + f.Name + "_key"
	}
	return fmt.Sprintf("case %q:\n\t\treturn auth.Err%sTaken", key, f.GoName)
}

// migration adds the columns and their indexes.
func (r Request) migration() string {
	var up, down []string
	for _, f := range r.Fields {
		column := f.Name + " " + f.Kind.column(r.DB)
		if !f.Optional {
			column += " NOT NULL"
		}
		if value, ok := f.preset(); ok {
			column += " DEFAULT " + f.Kind.sqlLiteral(r.DB, value)
		}
		up = append(up, "ADD COLUMN "+column)
		down = append([]string{"DROP COLUMN " + f.Name}, down...)
	}
	if r.DB == "mysql" {
		// One statement, since MySQL can't take back half of a migration.
		for _, f := range r.Fields {
			if name, unique := f.index(); name != "" {
				up = append(up, fmt.Sprintf("ADD %sKEY %s (%s)", unique, name, f.Name))
			}
		}
		return fmt.Sprintf("-- +goose Up\nALTER TABLE users\n    %s;\n\n-- +goose Down\nALTER TABLE users\n    %s;\n",
			strings.Join(up, ",\n    "), strings.Join(down, ",\n    "))
	}
	var out strings.Builder
	out.WriteString("-- +goose Up\n")
	for _, clause := range up {
		out.WriteString("ALTER TABLE users " + clause + ";\n")
	}
	for _, f := range r.Fields {
		if name, unique := f.index(); name != "" {
			fmt.Fprintf(&out, "CREATE %sINDEX %s ON users (%s);\n", unique, name, f.Name)
		}
	}
	out.WriteString("\n-- +goose Down\n")
	for _, f := range r.Fields {
		if name, _ := f.index(); name != "" {
			out.WriteString("DROP INDEX " + name + ";\n")
		}
	}
	for _, clause := range down {
		out.WriteString("ALTER TABLE users " + clause + ";\n")
	}
	return out.String()
}

// index gives the name of the field's index and the word for a unique one.
func (f Field) index() (name, unique string) {
	switch {
	case f.Unique:
		return "users_" + f.Name + "_key", "UNIQUE "
	case f.Index:
		return "users_" + f.Name, ""
	}
	return "", ""
}

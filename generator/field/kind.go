package field

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Kind is a field's type.
type Kind string

// The types there are.
const (
	String  Kind = "string"
	Text    Kind = "text"
	Int     Kind = "int"
	Bool    Kind = "bool"
	Date    Kind = "date"
	Time    Kind = "time"
	Decimal Kind = "decimal"
)

// KindNames lists the types.
func KindNames() []string {
	return []string{string(String), string(Text), string(Int), string(Bool), string(Date), string(Time), string(Decimal)}
}

// knownAs gives the type that others call by this name; "" if there is none.
func knownAs(name string) Kind {
	for kind, names := range map[Kind]string{
		String:  "str char varchar uuid url email",
		Text:    "json longtext clob",
		Int:     "integer int32 int64 bigint smallint long number serial uint",
		Bool:    "boolean",
		Time:    "datetime timestamp timestamptz",
		Decimal: "float float32 float64 double real numeric money",
	} {
		if slices.Contains(strings.Fields(names), strings.ToLower(name)) {
			return kind
		}
	}
	return ""
}

// goType is the type's name in package auth, or elsewhere with a qualifier.
func (k Kind) goType(qualifier string) string {
	switch k {
	case Int:
		return "int64"
	case Bool:
		return "bool"
	case Date:
		return qualifier + "Date"
	case Time:
		return "time.Time"
	}
	return "string"
}

// column is the type in a database.
func (k Kind) column(db string) string {
	types := map[Kind][3]string{ // sqlite, postgres, mysql
		String:  {"TEXT", "TEXT", "VARCHAR(255)"},
		Text:    {"TEXT", "TEXT", "TEXT"},
		Int:     {"INTEGER", "BIGINT", "BIGINT"},
		Bool:    {"BOOLEAN", "BOOLEAN", "BOOLEAN"},
		Date:    {"TEXT", "DATE", "DATE"},
		Time:    {"TIMESTAMP", "TIMESTAMPTZ", "DATETIME(6)"},
		Decimal: {"TEXT", "NUMERIC", "DECIMAL(18,4)"},
	}
	switch db {
	case "postgres":
		return types[k][1]
	case "mysql":
		return types[k][2]
	}
	return types[k][0]
}

// zero is the default that a type has by itself, as it would be typed; "" if
// it has none. That of strings is the empty one, which is typed as nothing.
func (k Kind) zero() string {
	switch k {
	case Int, Decimal:
		return "0"
	case Bool:
		return "false"
	case String, Text:
		return `""`
	}
	return ""
}

var decimalPattern = regexp.MustCompile(decimalSyntax)

// decimalSyntax is what every database keeps exactly.
const decimalSyntax = `^-?[0-9]{1,14}(\.[0-9]{1,4})?$`

// normal gives a default as the type's values are written, and refuses what is
// none of them.
func (k Kind) normal(value string) (string, error) {
	var err error
	switch k {
	case Int:
		var number int64
		number, err = strconv.ParseInt(value, 10, 64)
		if err == nil {
			value = strconv.FormatInt(number, 10)
		}
	case Bool:
		if value != "true" && value != "false" {
			err = errors.New("not true or false")
		}
	case Date:
		_, err = time.Parse(time.DateOnly, value)
	case Time:
		_, err = time.Parse(time.RFC3339, value)
	case Decimal:
		if !decimalPattern.MatchString(value) {
			err = errors.New("not a number like 12.5")
		}
	default:
		if strings.ContainsFunc(value, unicode.IsControl) || strings.ContainsAny(value, "\\`") || len(value) > 255 {
			err = errors.New("control characters, \\ and ` are not for defaults, nor is more than 255 bytes")
		}
	}
	if err != nil {
		return "", fmt.Errorf("its default %q is no %s", value, k)
	}
	return value, nil
}

// sqlLiteral is a value in a database's SQL.
func (k Kind) sqlLiteral(db, value string) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	switch k {
	case Int:
		return value
	case Bool:
		return strings.ToUpper(value)
	case Decimal:
		if db == "sqlite" {
			return quote(value)
		}
		return value
	case Time:
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return quote(value) // Parse has refused it before
		}
		layout := "2006-01-02 15:04:05-07:00"
		if db == "mysql" {
			layout = time.DateTime
		}
		return quote(at.UTC().Format(layout))
	case Text:
		if db == "mysql" {
			return "(" + quote(value) + ")" // texts take expressions only
		}
	}
	return quote(value)
}

// goLiteral is a value in Go, in package auth.
func (k Kind) goLiteral(value string) string {
	switch k {
	case Int:
		return "int64(" + value + ")"
	case Bool:
		return value
	case Date:
		return fmt.Sprintf("Date(%q)", value)
	case Time:
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return "time.Time{}" // Parse has refused it before
		}
		at = at.UTC()
		return fmt.Sprintf("time.Date(%d, %d, %d, %d, %d, %d, 0, time.UTC)", at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second())
	}
	return strconv.Quote(value)
}

// withoutNUL refuses what PostgreSQL keeps in no text.
const withoutNUL = ` pattern:"^[^\\x00]*$" patternDescription:"text without NUL"`

// tags are what a request says of the type besides its name.
func (k Kind) tags() string {
	switch k {
	case String:
		return ` maxLength:"255"` + withoutNUL
	case Text:
		return ` maxLength:"10000"` + withoutNUL
	case Date:
		return ` format:"date"`
	case Decimal:
		return ` pattern:"^-?[0-9]{1,14}(\\.[0-9]{1,4})?$" example:"12.5"`
	}
	return ""
}

// sample is a value in JSON, for tests.
func (k Kind) sample() string {
	return map[Kind]string{
		String: `"some text"`, Text: `"some long text"`, Int: `42`, Bool: `true`, Date: `"2001-02-03"`,
		Time: `"2001-02-03T04:05:06Z"`, Decimal: `"12.5000"`,
	}[k]
}

package field

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
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

// KnownAs returns the type that others call by this name; "" if there is none.
func KnownAs(name string) Kind {
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

// GoType returns the type in Go.
func (k Kind) GoType() string {
	switch k {
	case Int:
		return "int64"
	case Bool:
		return "bool"
	case Date:
		return "calendar.Date"
	case Time:
		return "time.Time"
	case Decimal:
		return "decimal.Number"
	}
	return "string"
}

// Column is the type in a database.
func (k Kind) Column(db project.Database) string {
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
	case project.Postgres:
		return types[k][1]
	case project.MySQL:
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

// What every database keeps exactly: a decimal, a day and a point in time.
const (
	decimalSyntax = `^-?[0-9]{1,14}(\.[0-9]{1,4})?$`
	dateSyntax    = `^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-`
	timeSyntax    = `^([1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-[^.]*(\.[0-9]{1,6})?([Zz]|[+-][0-9:]+)$`
)

var (
	decimalPattern = lazyregexp.New(decimalSyntax)
	timePattern    = lazyregexp.New(timeSyntax)
)

// Normal returns a default as the type's values are written, and refuses what is
// none of them.
func (k Kind) Normal(value string) (string, error) {
	var err error
	switch k {
	case Int:
		if number, fault := strconv.ParseInt(value, 10, 64); fault != nil {
			err = errors.New("not a whole number like 12, of 64 bits")
		} else {
			value = strconv.FormatInt(number, 10)
		}
	case Bool:
		if value != "true" && value != "false" {
			err = errors.New("not true or false")
		}
	case Date:
		if day, fault := time.Parse(time.DateOnly, value); fault != nil {
			err = errors.New("not a day like 2026-01-31, up to the year 9999")
		} else if day.Year() < 1 {
			err = errors.New("dates begin with the year 0001")
		}
	case Time:
		if _, fault := time.Parse(time.RFC3339, value); fault != nil {
			err = errors.New("not a time like 2026-01-31T09:30:00Z (RFC 3339)")
		} else if !timePattern.MatchString(value) {
			err = errors.New("times are of the years 1000 to 9998")
		} else if strings.Contains(value, ".") {
			err = errors.New("a default has no fractions of a second")
		}
	case Decimal:
		if !decimalPattern.MatchString(value) {
			err = errors.New("not a number like 12.5, of at most 14 digits, and 4 after the point")
		} else {
			value = shortest(value)
		}
	default:
		if strings.ContainsFunc(value, unicode.IsControl) || strings.ContainsAny(value, "\\`") || len(value) > 255 {
			err = errors.New("control characters, \\ and ` are not for defaults, nor is more than 255 bytes")
		} else if strings.Contains(value, "--") || strings.HasSuffix(value, ";") {
			err = errors.New("-- and a last ; are not for defaults: they mean something to migrations")
		}
	}
	if err != nil {
		return "", fmt.Errorf("its default %q is no %s: %w", value, k, err)
	}
	return value, nil
}

// shortest returns a decimal without zeros that mean nothing, as services show it.
func shortest(value string) string {
	digits, negative := strings.CutPrefix(value, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	whole, fraction = cmp.Or(strings.TrimLeft(whole, "0"), "0"), strings.TrimRight(fraction, "0")
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		return "-" + whole
	}
	return whole
}

// SQLLiteral is a value in a database's SQL.
func (k Kind) SQLLiteral(db project.Database, value string) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	switch k {
	case Int:
		return value
	case Bool:
		return strings.ToUpper(value)
	case Decimal:
		if db == project.SQLite {
			return quote(value)
		}
		return value
	case Time:
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return quote(value) // Parse has refused it before
		}
		layout := "2006-01-02 15:04:05-07:00"
		if db == project.MySQL {
			layout = time.DateTime
		}
		return quote(at.UTC().Format(layout))
	case Text:
		if db == project.MySQL {
			return "(" + quote(value) + ")" // texts take expressions only
		}
	}
	return quote(value)
}

// GoLiteral returns a value in Go.
func (k Kind) GoLiteral(value string) string {
	switch k {
	case Int:
		return "int64(" + value + ")"
	case Bool:
		return value
	case Date:
		return fmt.Sprintf("calendar.Date(%q)", value)
	case Decimal:
		return fmt.Sprintf("decimal.Number(%q)", value)
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

// Tags returns the struct tags of the type in a request, besides its name.
func (k Kind) Tags() string {
	switch k {
	case String:
		return ` maxLength:"255"` + withoutNUL
	case Text:
		return ` maxLength:"10000"` + withoutNUL
	case Date:
		return ` format:"date" pattern:"` + inTag(dateSyntax) + `" patternDescription:"a day of the years 0001 to 9999"`
	case Time:
		return ` pattern:"` + inTag(timeSyntax) + `" patternDescription:"a time of the years 1000 to 9998, with at most 6 digits behind the second"`
	case Decimal:
		return ` pattern:"` + inTag(decimalSyntax) + `" patternDescription:"a number of at most 14 digits, and 4 after the point"`
	}
	return ""
}

// Example returns the struct tag of a value to try in a request: what is sent
// unless there is a default, in at most size characters. Without it, Swagger UI
// makes one up from the pattern, which reads as noise and may be refused.
func (k Kind) Example(name, preset string, size int) string {
	if preset == "" {
		switch k {
		case String, Text:
			preset = "Some " + strings.ReplaceAll(name, "_", " ")
			preset = strings.TrimSpace(preset[:min(len(preset), size)])
		case Date:
			preset = "2001-02-03"
		case Time:
			preset = "2001-02-03T04:05:06Z"
		case Decimal:
			preset = "12.5"
		default:
			return ""
		}
	}
	return fmt.Sprintf(" example:%q", preset)
}

// inTag writes a pattern as it stands in a struct's tag.
func inTag(pattern string) string { return strings.ReplaceAll(pattern, `\`, `\\`) }

// sample is a value in JSON, for tests.
func (k Kind) sample() string {
	return map[Kind]string{
		String: `"some text"`, Text: `"some long text"`, Int: `42`, Bool: `true`, Date: `"2001-02-03"`,
		Time: `"2001-02-03T04:05:06Z"`, Decimal: `"12.5"`,
	}[k]
}

func isKind(name string) bool { return slices.Contains(KindNames(), name) }

package settings

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caarlos0/env/v11"
)

// check collects the faults of settings: one line for each that has any.
type check struct {
	values map[string]string // as they were written
	faults []error
	found  map[string]bool // what has a line
	unread map[string]bool // what the parser could not read, until it has one
}

func newCheck() *check {
	return &check{found: map[string]bool{}, unread: map[string]bool{}}
}

// add adds the line of a setting, unless it has one.
func (c *check) add(name, format string, args ...any) {
	delete(c.unread, name)
	if !c.found[name] {
		c.found[name] = true
		c.faults = append(c.faults, fmt.Errorf(format, args...))
	}
}

// refuse adds a line with the setting's value, unless it is a secret, and with
// what is allowed.
func (c *check) refuse(name, allowed string) {
	if slices.Contains(secretNames(), name) {
		c.add(name, "%s: use %s", name, allowed)
		return
	}
	c.add(name, "%s %.100q: use %s", name, c.values[name], allowed)
}

// within refuses a number out of bounds.
func (c *check) within(name string, value, low, high int) {
	if c.unread[name] || value < low || value > high {
		c.refuse(name, fmt.Sprintf("a number from %d to %d", low, high))
	}
}

// oneOf spells a text as the list does, and refuses what is not in it.
func (c *check) oneOf(name string, value *string, allowed ...string) {
	for _, spelled := range allowed {
		if strings.EqualFold(*value, spelled) {
			*value = spelled
			return
		}
	}
	last := len(allowed) - 1
	c.refuse(name, strings.Join(allowed[:last], ", ")+" or "+allowed[last])
}

// parse sets the fields of s from the values, and notes what it cannot read.
func (c *check) parse(s *Settings) {
	err := env.ParseWithOptions(s, env.Options{
		Environment: c.values,
		FuncMap:     map[reflect.Type]env.ParserFunc{reflect.TypeFor[bool](): parseBool, reflect.TypeOf([]string{}): parseList},
	})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return
	}
	for _, fault := range all.Errors {
		var parse env.ParseError
		if !errors.As(fault, &parse) {
			c.faults = append(c.faults, fault) // a field whose tag is wrong
			continue
		}
		name := variable(parse.Name)
		var allowed *allowedError
		if errors.As(parse.Err, &allowed) {
			c.refuse(name, allowed.text)
			continue
		}
		c.unread[name] = true
	}
}

// variable returns the environment variable of a field.
func variable(field string) string {
	f, _ := reflect.TypeFor[Settings]().FieldByName(field)
	return f.Tag.Get("env")
}

// err returns all faults, with a line for each value that could not be read
// and that no rule has named.
func (c *check) err() error {
	names := make([]string, 0, len(c.unread))
	for name := range c.unread {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c.refuse(name, "a number")
	}
	return errors.Join(c.faults...)
}

// checkName refuses a name of the app that can't be a line of a mail or a page.
func (c *check) checkName(name string) {
	if strings.ContainsFunc(name, unicode.IsControl) || utf8.RuneCountInString(name) > 100 {
		c.refuse("APP_NAME", "one line of at most 100 characters")
	}
}

// allowedError reports what a value that cannot be parsed should be.
type allowedError struct{ text string }

func (e *allowedError) Error() string { return "use " + e.text }

func parseBool(value string) (any, error) {
	switch strings.ToLower(value) {
	case "true", "t", "yes", "y", "on", "1":
		return true, nil
	case "false", "f", "no", "n", "off", "0":
		return false, nil
	}
	return nil, &allowedError{"true or false"}
}

// parseList reads values that are separated by commas, with or without blanks.
func parseList(value string) (any, error) {
	var list []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list, nil
}

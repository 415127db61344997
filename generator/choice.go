package generator

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Choice is a question with a fixed set of answers.
type Choice struct {
	Name    string // the flag's name: auth, db, router
	Values  []Value
	Default string // the answer of someone who does not care; always available
}

// Value is one answer. One that is not Available is known, but has no
// templates yet.
type Value struct {
	Name, Description string
	Available         bool
}

// AuthChoice is the choice of accounts; its default is the fullest there is.
func AuthChoice(templates fs.FS) Choice {
	c := newChoice(templates, "auth", authVariants())
	if available := c.Available(); len(available) > 0 {
		c.Default = available[len(available)-1]
	}
	return c
}

// DBChoice is the choice of a database.
func DBChoice(templates fs.FS) Choice { return newChoice(templates, "db", dbVariants()) }

// RouterChoice is the choice of a router.
func RouterChoice(templates fs.FS) Choice { return newChoice(templates, "router", routerVariants()) }

func newChoice(templates fs.FS, name string, table []variant) Choice {
	c := Choice{Name: name}
	for _, v := range table {
		c.Values = append(c.Values, Value{
			Name:        v.value,
			Description: v.description,
			Available:   !slices.ContainsFunc(slices.Concat(v.layers, v.accountLayers, v.bareLayers, v.completeLayers), missingIn(templates)),
		})
	}
	if available := c.Available(); len(available) > 0 {
		c.Default = available[0]
	}
	return c
}

func missingIn(templates fs.FS) func(layer string) bool {
	return func(layer string) bool {
		info, err := fs.Stat(templates, layer)
		return err != nil || !info.IsDir()
	}
}

// Available lists the answers that projects can be made for.
func (c Choice) Available() []string {
	var names []string
	for _, v := range c.Values {
		if v.Available {
			names = append(names, v.Name)
		}
	}
	return names
}

// Check gives a *ChoiceError when no project can be made for value.
func (c Choice) Check(value string) error {
	known := slices.ContainsFunc(c.Values, func(v Value) bool { return v.Name == value })
	if known && slices.Contains(c.Available(), value) {
		return nil
	}
	return &ChoiceError{Choice: c, Value: value, Known: known}
}

// ChoiceError says that a value is unknown, or known but not available.
type ChoiceError struct {
	Choice Choice
	Value  string
	Known  bool
}

func (e *ChoiceError) Error() string {
	available := strings.Join(e.Choice.Available(), ", ")
	if e.Known {
		return fmt.Sprintf("--%s=%s is not in this version of forge yet; it has: %s", e.Choice.Name, e.Value, available)
	}
	return fmt.Sprintf("--%s=%s is unknown; this version of forge has: %s", e.Choice.Name, e.Value, available)
}

package generator

import (
	"fmt"
	"slices"
	"strings"
)

// Choice is a question with a fixed set of answers.
type Choice struct {
	Name    string // the flag's name: auth, db, router
	Values  []Value
	Default string // the answer of someone who does not care
}

// Value is one answer.
type Value struct{ Name, Description string }

// AuthChoice is the choice of accounts; its default is the fullest there is.
func AuthChoice() Choice {
	return Choice{Name: "auth", Default: "complete", Values: []Value{
		{"none", "no accounts: settings, database, health, docs and an example route"},
		{"basic", "accounts: registration, log-in and log-out, profile, user management"},
		{"complete", "basic, and e-mail verification, password reset, refresh tokens, sessions"},
	}}
}

// DBChoice is the choice of a database.
func DBChoice() Choice {
	return Choice{Name: "db", Default: "sqlite", Values: []Value{
		{"sqlite", "a file next to the program; for development and one machine"},
		{"postgres", "PostgreSQL; for several replicas"},
		{"mysql", "MySQL 8 or MariaDB; for several replicas"},
	}}
}

// RouterChoice is the choice of a router.
func RouterChoice() Choice {
	return Choice{Name: "router", Default: "stdlib", Values: []Value{
		{"stdlib", "net/http's own ServeMux"},
		{"chi", "go-chi/chi"},
		{"gin", "gin-gonic/gin"},
		{"echo", "labstack/echo"},
		{"fiber", "gofiber/fiber"},
	}}
}

// Names lists the answers.
func (c Choice) Names() []string {
	var names []string
	for _, v := range c.Values {
		names = append(names, v.Name)
	}
	return names
}

// Check returns a *ChoiceError when value is none of the answers.
func (c Choice) Check(value string) error {
	if slices.Contains(c.Names(), value) {
		return nil
	}
	return &ChoiceError{Choice: c, Value: value}
}

// ChoiceError reports that a value is unknown.
type ChoiceError struct {
	Choice Choice
	Value  string
}

func (e *ChoiceError) Error() string {
	return fmt.Sprintf("--%s=%s is unknown; this version of forge has: %s", e.Choice.Name, e.Value, strings.Join(e.Choice.Names(), ", "))
}

package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
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
	return Choice{Name: "auth", Default: string(project.Complete), Values: []Value{
		{string(project.None), "no accounts: settings, database, health, docs and an example route"},
		{string(project.Basic), "accounts: registration, log-in and log-out, profile, user management"},
		{string(project.Complete), "basic, and e-mail verification, password reset, refresh tokens, sessions"},
	}}
}

// DBChoice is the choice of a database.
func DBChoice() Choice {
	return Choice{Name: "db", Default: string(project.SQLite), Values: []Value{
		{string(project.SQLite), "a file next to the program; for development and one machine"},
		{string(project.Postgres), "PostgreSQL; for several replicas"},
		{string(project.MySQL), "MySQL 8 or MariaDB; for several replicas"},
	}}
}

// RouterChoice is the choice of a router.
func RouterChoice() Choice {
	return Choice{Name: "router", Default: string(project.Stdlib), Values: []Value{
		{string(project.Stdlib), "net/http's own ServeMux"},
		{string(project.Chi), "go-chi/chi"},
		{string(project.Gin), "gin-gonic/gin"},
		{string(project.Echo), "labstack/echo"},
		{string(project.Fiber), "gofiber/fiber"},
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

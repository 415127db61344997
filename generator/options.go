package generator

import (
	"fmt"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
)

// Options are the answers that decide a project's content, and all of them:
// two plans made from equal options are equal.
type Options struct {
	Module  string // module path, for example github.com/acme/myapi
	Program string // the command's name, for example myapi
	Auth    project.Mode
	DB      project.Database
	Router  project.Router

	// Example keeps mode none's example route in a project with accounts that
	// was made without.
	Example bool

	// WithoutAgents leaves out AGENTS.md and CLAUDE.md.
	WithoutAgents bool

	// Foreign is set for accounts in a module that forge did not make.
	Foreign *project.Foreign

	// Features are what the project has besides its accounts, as feature.Join
	// orders them.
	Features []string

	// Fields are what users have besides what all users have.
	Fields []project.Field

	// Resources are tables with an API, in the order they were added.
	Resources []project.Resource

	Version string // forge's own version, for the manifest only
}

// Validate refuses options no project can be made from. The error is a
// *NameError, a *ChoiceError, or one of feature.Check.
func (o Options) Validate() error {
	if err := CheckProgram(o.Program); err != nil {
		return err
	}
	if err := CheckModule(o.Module); err != nil {
		return err
	}
	for _, c := range []struct {
		choice Choice
		value  string
	}{
		{AuthChoice(), string(o.Auth)},
		{DBChoice(), string(o.DB)},
		{RouterChoice(), string(o.Router)},
	} {
		if o.Foreign != nil && c.choice.Name == "router" {
			continue // Such a module has any that wiring knows.
		}
		if err := c.choice.Check(c.value); err != nil {
			return err
		}
	}
	return feature.Check(o.Features, string(o.Auth))
}

// Combination names the mode, the database and the router, as in
// complete-sqlite-stdlib.
func (o Options) Combination() string { return fmt.Sprintf("%s-%s-%s", o.Auth, o.DB, o.Router) }

// Answers are the options as the project remembers them.
func (o Options) Answers() project.Answers {
	return project.Answers{Module: o.Module, Program: o.Program, Auth: o.Auth, DB: o.DB, Router: o.Router, Example: o.Example, WithoutAgents: project.LeftOut(o.WithoutAgents), Foreign: o.Foreign, Features: o.Features, Fields: o.Fields, Resources: o.Resources}
}

// OptionsOf returns the options that a project was made with.
func OptionsOf(a project.Answers, version string) Options {
	return Options{Module: a.Module, Program: a.Program, Auth: a.Auth, DB: a.DB, Router: a.Router, Example: a.Example, WithoutAgents: bool(a.WithoutAgents), Foreign: a.Foreign, Features: a.Features, Fields: a.Fields, Resources: a.Resources, Version: version}
}

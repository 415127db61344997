package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// readPreset reads the answers of --answers: the object that --json prints of a
// project as "answers", or a part of it. What flags say is kept.
func (o *newOptions) readPreset(cmd *cobra.Command) error {
	if o.presetFile == "" {
		return nil
	}
	content, err := readInput(cmd.InOrStdin(), o.presetFile)
	if err != nil {
		return &failure{code: exitUsage, message: "reading the answers: " + err.Error(), hint: o.command() + " --answers FILE"}
	}
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o.preset); err != nil {
		return o.presetFailure(err)
	}
	if o.preset.Foreign != nil {
		return o.presetFailure(errors.New("they are those of accounts in a module that forge did not make"))
	}
	if o.isNameless() {
		o.module = o.preset.Module
	}
	o.auth, o.db = cmp.Or(o.auth, string(o.preset.Auth)), cmp.Or(o.db, string(o.preset.DB))
	o.router = cmp.Or(o.router, string(o.preset.Router))
	if o.with == nil {
		o.with = o.preset.Features
	}
	o.noAgents = o.noAgents || bool(o.preset.WithoutAgents)
	return nil
}

// readInput reads a file, or stdin for "-".
func readInput(stdin io.Reader, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}

// presetFailure is the failure for answers that no project can be made from.
func (o *newOptions) presetFailure(err error) *failure {
	reason := strings.TrimPrefix(err.Error(), "reading "+project.ManifestPath+": ")
	return &failure{code: exitUsage, message: fmt.Sprintf("the answers in %s: %s", o.presetFile, reason), hint: "forge describe --json, in a project, prints some that are right"}
}

// ofPreset returns the failure for an error about the preset's fields or resources,
// which nothing else could have asked for, and other errors as they are.
func (o *newOptions) ofPreset(err error) error {
	if len(o.preset.Fields)+len(o.preset.Resources) == 0 || errors.As(err, new(*generator.NameError)) || errors.As(err, new(*generator.ChoiceError)) {
		return err
	}
	return o.presetFailure(err)
}

// options are the answers that the project is made from.
func (o *newOptions) options(names generator.Names) generator.Options {
	program := names.Program
	if o.name == "" && o.module == o.preset.Module {
		program = cmp.Or(o.preset.Program, program)
	}
	return generator.Options{
		Module: names.Module, Program: program,
		Auth: project.Mode(o.auth), DB: project.Database(o.db), Router: project.Router(o.router),
		Example: o.preset.Example, WithoutAgents: o.noAgents, Features: o.with, Fields: o.preset.Fields, Resources: o.preset.Resources,
		Version: readBuildFacts().Version,
	}
}

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/txn"
)

type addFieldOptions struct {
	changeFlags
	specs                    []string
	unique, index, superuser bool
}

func newAddField(flags *common) *cobra.Command {
	o := &addFieldOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "field NAME:TYPE[?][=DEFAULT]...",
		Short: "Give users a field",
		Long: `Give the users of the project around the working folder a field: in the struct,
the SQL, a migration, requests, answers, the OpenAPI document, the README and a
test.

TYPE is one of string (255 characters), text, int, bool, date, time and decimal.
"?" makes it optional: null until it is set. A field that is not optional begins
with its default, or "", 0, false. Users change it with PUT /users/me, unless
--superuser leaves that to superusers; quote a "?" in the shell.`,
		Example: `  forge add field 'first_name:string?' 'birthday:date?'
  forge add field plan:string=free --superuser
  forge add field 'phone:string?' --unique`,
		Args: o.takeSpecs,
		RunE: interruptible(o.run),
	}
	o.register(cmd)
	set := cmd.Flags()
	set.BoolVar(&o.unique, "unique", false, "no two users have the same value")
	set.BoolVar(&o.index, "index", false, "the database finds users by it quickly")
	set.BoolVar(&o.superuser, "superuser", false, "only superusers change it")
	return cmd
}

func (o *addFieldOptions) takeSpecs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return &failure{code: exitUsage, message: "forge add field needs a field", hint: "forge add field 'first_name:string?'"}
	}
	o.specs = args
	return nil
}

func (o *addFieldOptions) run(cmd *cobra.Command) error {
	return explainInProject("forge add field", o.suggest(o.add(cmd)))
}

func (o *addFieldOptions) add(cmd *cobra.Command) (err error) {
	fields, err := o.fields()
	if err != nil {
		return err
	}
	p, err := openProject(cmd.ErrOrStderr(), o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if p.Manifest.Answers.Auth == "none" {
		return &failure{code: exitRefused, message: "the project has no users", hint: "forge add auth --mode=basic"}
	}
	if err := o.ready(cmd.Context(), p); err != nil {
		return err
	}
	changes, err := planFields(p, fields)
	if unsure := (*field.UnsureError)(nil); errors.As(err, &unsure) {
		return o.byHand(cmd, unsure)
	}
	if err != nil {
		return err
	}
	return o.write(cmd, p, fields, changes)
}

func (o *addFieldOptions) fields() ([]field.Field, error) {
	var fields []field.Field
	for _, spec := range o.specs {
		f, err := field.Parse(spec)
		if err != nil {
			return nil, err
		}
		f.Unique, f.Index, f.BySuperuser = o.unique, o.index, o.superuser
		if err := f.CheckIndexes(); err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func planFields(p *opened, fields []field.Field) ([]txn.Change, error) {
	name := "add_user_" + fields[0].Name
	if len(fields) > 1 {
		name = "add_user_fields_" + fields[0].Name
	}
	migration, err := evolve.NextMigration(p.current, name)
	if err != nil {
		return nil, err
	}
	module, err := gomod.PathIn(p.current)
	if err != nil {
		return nil, err
	}
	return field.Plan(p.current, field.Request{
		Fields: fields, Module: module, DB: p.Manifest.Answers.DB, Migration: migration,
	})
}

func (o *addFieldOptions) write(cmd *cobra.Command, p *opened, fields []field.Field, changes []txn.Change) error {
	facts := fieldFacts{Dir: p.Dir, DryRun: o.dryRun, Undo: []string{}}
	for _, c := range changes {
		facts.Files = append(facts.Files, c.Path)
	}
	for _, f := range fields {
		facts.Fields = append(facts.Fields, f.Name)
	}
	out := o.printer(cmd.OutOrStdout())
	if o.dryRun {
		return out.print(report{facts: facts, text: diffOf(changes) + plural(len(changes), "file", "files") + "; " + nothingWritten})
	}
	broken, err := o.checkCompiles(cmd, p, changes)
	if err != nil {
		return err
	}
	if broken != nil {
		return out.print(report{facts: facts, failure: broken})
	}
	if err := txn.Apply(cmd.Context(), p.Dir, changes); err != nil {
		return err
	}
	facts.Undo = undoOf(cmd.Context(), p.Dir, o.wasClean, changes)
	who := "users change it with PUT /users/me, superusers with PUT /users/{id}"
	if o.superuser {
		who = "superusers change it with PUT /users/{id}"
	}
	return out.print(report{
		facts: facts,
		text:  fmt.Sprintf("Added to users: %s; %s\n  %s\n", strings.Join(facts.Fields, ", "), who, strings.Join(facts.Files, "\n  ")),
		next:  []string{"make test    see that all works; the migration runs when the service starts"},
		undo:  facts.Undo,
	})
}

// fieldFacts are added fields as --json prints them.
type fieldFacts struct {
	Dir    string   `json:"dir"`
	Fields []string `json:"fields"`
	Files  []string `json:"files"`
	DryRun bool     `json:"dry_run"`
	Undo   []string `json:"undo"`
}

// byHand prints what is to be added where the command is not sure.
func (o *addFieldOptions) byHand(cmd *cobra.Command, unsure *field.UnsureError) error {
	var text strings.Builder
	for _, l := range unsure.Lines {
		fmt.Fprintf(&text, "%s, %s:\n\t%s\n\n", l.Path, l.Place, strings.ReplaceAll(l.Text, "\n", "\n\t"))
	}
	return o.printer(cmd.OutOrStdout()).print(report{
		facts:   map[string][]field.Lines{"lines": unsure.Lines},
		text:    text.String(),
		failure: &failure{code: exitRefused, message: unsure.Error(), details: unsure.Where, hint: "an editor, with the lines to add; the README of the project shows such a change"},
	})
}

// suggest adds the whole command that was meant to the refusal of a field.
func (o *addFieldOptions) suggest(err error) error {
	var odd *field.Error
	if !errors.As(err, &odd) {
		return err
	}
	name, kind, _ := strings.Cut(odd.Spec, ":")
	kind, _, _ = strings.Cut(kind, "=")
	kind = strings.TrimSuffix(kind, "?")
	hint, mark := odd.Hint, ""
	if near := nearest(kind, field.KindNames()); hint == "" && near != "" && near != kind {
		hint, mark = name+":"+near+strings.TrimPrefix(odd.Spec, name+":"+kind), "?"
	}
	if hint == "" {
		return &failure{code: exitUsage, message: err.Error(), hint: "forge add field --help"}
	}
	return &failure{code: exitUsage, message: err.Error(), hint: o.command(name, hint, odd.Flag) + mark}
}

// command is the command line with another field in the place of the one of a
// name, and with one flag, if it is not empty, in the place of all.
func (o *addFieldOptions) command(name, spec, flag string) string {
	words := []string{"forge add field"}
	for _, s := range o.specs {
		if of, _, _ := strings.Cut(s, ":"); of == name {
			s = spec
		}
		words = append(words, "'"+strings.ReplaceAll(s, "'", `'\''`)+"'")
	}
	for _, f := range []struct {
		name string
		set  bool
	}{{"--unique", o.unique}, {"--index", o.index}, {"--superuser", o.superuser}} {
		if f.set && flag == "" {
			words = append(words, f.name)
		}
	}
	return strings.TrimRight(strings.Join(append(words, flag), " "), " ")
}

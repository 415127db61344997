package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/templates"
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
		Short: "Add fields to users",
		Long: `Add fields to the users of the project in the working directory: to the struct,
the SQL, a migration, requests, responses, the OpenAPI document, the README and a
test.

TYPE is one of string (255 characters), text, int, bool, date, time and decimal.
"?" makes a field optional: it is null until it is set, and a null empties it. Any
other field begins with its default, or with "", 0 or false. Users change a field
with PUT /users/me, unless --superuser leaves that to superusers. Quote a "?" in
the shell.

.forge/ remembers the fields, and the files are updated by the merge that forge
upgrade does: your changes stay.`,
		Example: `  forge add field 'first_name:string?' 'birthday:date?'
  forge add field plan:string=free --superuser
  forge add field 'phone:string?' --unique`,
		Args:              o.takeSpecs,
		ValidArgsFunction: completeField,
		RunE:              interruptible(o.run),
	}
	o.register(cmd)
	o.registerConflicts(cmd)
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
	if err := o.checkConflicts(cmd); err != nil {
		return err
	}
	fields, err := o.fields()
	if err != nil {
		return err
	}
	p, err := o.openProject(cmd, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	if !p.Manifest.Answers.HasAccounts() {
		return &failure{code: exitRefused, message: "the project has no users", hint: "forge add auth --mode=basic"}
	}
	if err := o.ready(cmd.Context(), p); err != nil {
		return err
	}
	now := time.Now()
	answers, err := evolve.NewFields(p.Project, p.current, fields, now)
	if err != nil {
		return err
	}
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, evolve.Request{Fields: answers, Version: readBuildFacts().Version, Now: now})
	if err != nil {
		return err
	}
	say := o.words(fields)
	if u.Answers.Foreign != nil {
		say.next = hostSteps(u.Answers)
	}
	return o.apply(cmd, p, u, say)
}

func (o *addFieldOptions) words(fields []field.Field) updateWords {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	who := "users change it with PUT /users/me, superusers with PUT /users/{id}"
	if o.superuser {
		who = "superusers change it with PUT /users/{id}"
	}
	return updateWords{
		done: "Added to users: " + strings.Join(names, ", ") + "; " + who,
		next: []string{"make test    see that all works; the migration runs when the service starts"},
	}
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

// suggest turns the refusal of a field into a failure, with the whole command that
// works.
func (o *addFieldOptions) suggest(err error) error {
	var odd *field.Error
	if !errors.As(err, &odd) {
		return explainField("forge add field", err)
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

// command returns the command with spec in place of the field of that name, and, if
// flag is not empty, with it in place of all flags.
func (o *addFieldOptions) command(name, spec, flag string) string {
	words := []string{"forge add field"}
	for _, s := range o.specs {
		if of, _, _ := strings.Cut(s, ":"); of == name {
			s = spec
		}
		words = append(words, inQuotes(s)) // A "?" after the command must not look like the field's.
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

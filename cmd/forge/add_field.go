package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/templates"
)

type addFieldOptions struct {
	changeFlags
	to                       resourceFlag
	specs                    []string
	unique, index, superuser bool
}

func newAddField(flags *common) *cobra.Command {
	o := &addFieldOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "field NAME:TYPE[?][=DEFAULT]...",
		Short: "Add fields to users, or to a resource",
		Long: `Add fields to the users of the project in the working directory: to the struct,
the SQL, a migration, requests, responses, the OpenAPI document, the README and a
test.

TYPE is one of string (255 characters), text, int, bool, date, time and decimal.
"?" makes a field optional: it is null until it is set, and a null empties it. Any
other field begins with its default, or with "", 0 or false. Users change a field
with PUT /users/me, unless --superuser leaves that to superusers. Quote a "?" in
the shell.

With --to, the fields are those of a resource, and have its types (see forge add
resource --help). Rows that are there have to get something, so each field is
optional or has a default.

.forge/ remembers the fields, and the files are updated by the merge that forge
upgrade does: your changes stay.`,
		Example: `  forge add field 'first_name:string?' 'birthday:date?'
  forge add field plan:string=free --superuser
  forge add field 'phone:string?' --unique
  forge add field 'color:string(20)?' --to=note`,
		Args: o.takeSpecs,
		RunE: interruptible(o.run),
	}
	cmd.ValidArgsFunction = completeField(o.kinds)
	o.register(cmd)
	o.registerConflicts(cmd)
	o.to.register(cmd, "to")
	set := cmd.Flags()
	set.BoolVar(&o.unique, "unique", false, "no two users, or rows of an owner, have the same value")
	set.BoolVar(&o.index, "index", false, "the database finds users, or rows, by it quickly")
	set.BoolVar(&o.superuser, "superuser", false, "only superusers change it")
	return cmd
}

func (o *addFieldOptions) takeSpecs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return &failure{code: exitUsage, message: "forge add field needs a field", hint: "forge add field 'first_name:string?'"}
	}
	o.specs = args
	if o.superuser && o.to.resource() != "" {
		return &failure{code: exitUsage, message: "--superuser is for fields of users; rows are changed by their owners", hint: o.command("", "", "")}
	}
	return nil
}

// kinds lists the types that the fields may have.
func (o *addFieldOptions) kinds() []string {
	if o.to.resource() != "" {
		return resource.KindNames()
	}
	return field.KindNames()
}

func (o *addFieldOptions) run(cmd *cobra.Command) error {
	if o.to.resource() != "" {
		return explainInProject("forge add field", o.suggest(o.addToResource(cmd)))
	}
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
		return withoutUsers()
	}
	if err := conflictsWait(p, exitConflicts); err != nil {
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
		next: []string{"make test    check that everything works; the migration runs when the service starts"},
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
		return o.to.explain("forge add field", strings.Join(quotedAll(o.specs), " "), err)
	}
	name, kind, _ := strings.Cut(odd.Spec, ":")
	if end := strings.IndexAny(kind, "(=?"); end >= 0 {
		kind = kind[:end]
	}
	hint, mark := odd.Hint, ""
	if near := nearest(kind, o.kinds()); hint == "" && near != "" && near != kind {
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
		words = append(words, shell.InQuotes(s)) // A "?" after the command must not look like the field's.
	}
	for _, f := range []struct {
		name string
		set  bool
	}{{"--unique", o.unique}, {"--index", o.index}, {"--superuser", o.superuser && o.to.resource() == ""}} {
		if f.set && flag == "" {
			words = append(words, f.name)
		}
	}
	if to := strings.TrimPrefix(o.to.set(), " "); to != "" {
		words = append(words, to)
	}
	return strings.TrimRight(strings.Join(append(words, flag), " "), " ")
}

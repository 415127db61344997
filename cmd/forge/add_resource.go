package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/templates"
)

type addResourceOptions struct {
	changeFlags
	asked resource.Asked
}

func newAddResource(flags *common) *cobra.Command {
	o := &addResourceOptions{changeFlags: changeFlags{common: flags}}
	cmd := &cobra.Command{
		Use:   "resource NAME FIELD:TYPE[(ARG)][?][=DEFAULT]...",
		Short: "Add a table with an API whose rows belong to users",
		Long: `Add a resource to the project in the working directory: a table, and endpoints
to list, show, create, change and delete its rows, with their SQL, a migration,
the OpenAPI document, the README and tests.

Each row belongs to the user who created it; for others it does not exist (404).
--read=user lets every user read all rows, and --read=public everybody. With
--owner=none, rows have no owners: anyone who may use the API sees and changes all
of them.

TYPE is one of string(N) (1 to 255 characters, 255 by default), text, int, bool,
date, time, decimal, enum(a,b) and ref, which points to a row of another resource:
note:ref, or parent:ref(note). "?" makes a field optional, and "=" sets a default; a
field with neither is required. Quote "?" and "()" in the shell. In JSON, a decimal is
a string ("12.5"), so that no digit is lost.

Lists come in pages, in order of id, and are filtered by fields that are a bool, an
enum or a ref, or a string, int or date with an index. A change with the header
If-Match is refused if the row has another ETag by now.

.forge/ remembers the resource, and the files are updated by the merge that forge
upgrade does: your changes stay.`,
		Example: `  forge add resource note title:string 'body:text?' done:bool=false
  forge add resource task 'title:string(120)' note:ref 'state:enum(open,done)=open'
  forge add resource article slug:string text:text --read=public --unique=slug`,
		Args: o.take,
		RunE: interruptible(o.run),
	}
	o.register(cmd)
	o.registerConflicts(cmd)
	set := cmd.Flags()
	set.StringVar(&o.asked.Owner, "owner", "", "who rows belong to: user or none (default: user, where the project has users)")
	set.StringVar(&o.asked.Read, "read", "", "who reads rows that belong to users: owner, user or public (default: owner)")
	set.StringVar(&o.asked.Plural, "plural", "", "the name of many: the table and the path")
	set.StringArrayVar(&o.asked.Unique, "unique", nil, "no two rows of an owner have the same value of this `field`")
	set.StringArrayVar(&o.asked.Index, "index", nil, "an index for this `field`; lists are filtered by it, unless it is a time or a decimal")
	return cmd
}

func (o *addResourceOptions) take(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return &failure{code: exitUsage, message: "forge add resource needs a name and fields", hint: "forge add resource note title:string 'body:text?'"}
	}
	o.asked.Name, o.asked.Specs = args[0], args[1:]
	if strings.ContainsAny(args[0], ":=?") {
		return &failure{code: exitUsage, message: fmt.Sprintf("%q is a field, and the resource's name comes first", args[0]), hint: "forge add resource note " + shell.Quote(args[0])}
	}
	return nil
}

func (o *addResourceOptions) run(cmd *cobra.Command) error {
	return explainInProject("forge add resource", o.suggest(o.add(cmd)))
}

func (o *addResourceOptions) add(cmd *cobra.Command) (err error) {
	p, err := o.openToChange(cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.root.Close()) }()
	answers := p.Manifest.Answers
	r, err := resource.Parse(o.asked, answers.HasAccounts())
	if err != nil {
		return err
	}
	if err := o.ready(cmd.Context(), p); err != nil {
		return err
	}
	if err := o.checkHost(cmd.Context(), p, r); err != nil {
		return err
	}
	now := time.Now()
	request := evolve.Request{Version: readBuildFacts().Version, Now: now}
	answer, err := evolve.NewResource(p.Project, p.current, r, now)
	if err != nil {
		return err
	}
	if answer == nil {
		return o.printer(cmd.OutOrStdout()).print(report{facts: updateFacts{Dir: p.Dir, Auth: answers.Auth, Files: []fileFacts{}}, text: r.Plural + " exist already, exactly like this\n"})
	}
	request.Resources = []project.Resource{*answer}
	u, err := evolve.NewUpdate(templates.FS, p.Project, p.current, request)
	if err != nil {
		return err
	}
	return o.apply(cmd, p, u, wordsOf(r, u.Answers))
}

// checkHost refuses a resource whose routes or table a module that forge did not
// make has already.
func (o *addResourceOptions) checkHost(ctx context.Context, p *opened, r *resource.Resource) error {
	host := p.Manifest.Answers.Foreign
	if host == nil || slices.ContainsFunc(p.Manifest.Answers.Resources, func(o project.Resource) bool { return o.Plural == r.Plural }) {
		return nil
	}
	found, err := findRoutes(ctx, p.Project)
	if err != nil {
		return err
	}
	path := host.PathPrefix + "/api/v1/" + r.Path()
	taken := notice.Taken(found.module, host.TablePrefix+r.Plural, r.Type(), path)
	for _, n := range taken {
		if n.Cure == notice.TablePrefix && host.Handle == "none" {
			continue // It is in another database.
		}
		return hostHas(n.Text, n.Position, r)
	}
	for _, own := range found.routes {
		if own.Path == path || strings.HasPrefix(own.Path, path+"/") && !own.Group {
			return hostHas("a route "+own.String(), own.Position, r)
		}
	}
	return nil
}

func hostHas(what string, at scan.Position, r *resource.Resource) error {
	return &resource.Error{Reason: fmt.Sprintf("%s would share a name with what is there already: %s (%s)", r.Plural, what, at), Hint: "my_" + r.Name}
}

func wordsOf(r *resource.Resource, a project.Answers) updateWords {
	var names []string
	for _, f := range r.Fields {
		names = append(names, f.Name)
	}
	who := "each user sees and changes their own"
	switch {
	case !r.Owned():
		who = "everybody who gets in sees and changes all"
	case r.Open():
		who = "everybody sees them, each user changes their own"
	case r.Shared():
		who = "users see all and change their own"
	}
	say := updateWords{done: fmt.Sprintf("Added %s: %s; %s", r.Labels(), strings.Join(names, ", "), who)}
	if names := indexedOnly(r); len(names) > 0 {
		say.next = []string{fmt.Sprintf("the index of %s is for queries of your own: lists are not filtered by it", strings.Join(names, " and "))}
	}
	if a.Foreign != nil {
		at := a.Foreign.PathPrefix + "/api/v1/" + r.Path()
		say.next = append(say.next, fmt.Sprintf("GET, POST %[1]s and GET, PATCH, DELETE %[1]s/{id} come with the accounts; the code is in internal/%s", at, r.Package()))
		say.next = append(say.next, hostSteps(a)...)
		return say
	}
	say.next = append(say.next,
		fmt.Sprintf("make run     GET, POST /api/v1/%[1]s and GET, PATCH, DELETE /api/v1/%[1]s/{id} are on /docs", r.Path()),
		"make test    check that everything works; the migration runs when the service starts",
	)
	return say
}

// indexedOnly lists the fields that have an index, but by which no list is filtered.
func indexedOnly(r *resource.Resource) []string {
	var names []string
	filters := r.Filters()
	for _, f := range r.Fields {
		if f.Index && !slices.ContainsFunc(filters, func(o resource.Field) bool { return o.Name == f.Name }) {
			names = append(names, f.Name)
		}
	}
	return names
}

// suggest turns the refusal of a resource into a failure, with the command that
// works.
func (o *addResourceOptions) suggest(err error) error {
	var (
		odd   *resource.Error
		field *field.Error
	)
	switch {
	case errors.As(err, &odd):
		return &failure{code: exitUsage, message: err.Error(), hint: o.command(odd.Hint)}
	case errors.As(err, &field):
		name, kind, _ := strings.Cut(field.Spec, ":")
		kind = strings.TrimRight(strings.FieldsFunc(kind+" ", func(r rune) bool { return strings.ContainsRune("(=? ", r) })[0], " ")
		hint, mark := field.Hint, ""
		if near := nearest(kind, resource.KindNames()); hint == "" && near != "" && near != kind {
			hint, mark = name+":"+near+strings.TrimPrefix(field.Spec, name+":"+kind), "?"
		}
		if hint == "" {
			return &failure{code: exitUsage, message: err.Error(), hint: "forge add resource --help"}
		}
		return &failure{code: exitUsage, message: err.Error(), hint: o.with(field.Spec, hint) + mark}
	}
	return err
}

// command returns the whole command for a hint, which is a command, another name or
// a flag to add.
func (o *addResourceOptions) command(hint string) string {
	switch {
	case hint == "":
		return "forge add resource --help"
	case strings.HasPrefix(hint, "forge "):
		return hint
	case strings.HasPrefix(hint, "--"):
		return o.with("", "") + " " + hint
	}
	again := *o
	again.asked.Name, _, _ = strings.Cut(hint, " ")
	if _, rest, more := strings.Cut(hint, " "); more {
		return again.with("", "") + " " + rest
	}
	return again.with("", "")
}

// with returns the command with another field in place of one.
func (o *addResourceOptions) with(spec, another string) string {
	words := []string{"forge add resource", o.asked.Name}
	for _, s := range o.asked.Specs {
		if s == spec {
			s = another
		}
		words = append(words, shell.Quote(s))
	}
	for _, name := range o.asked.Unique {
		words = append(words, "--unique="+name)
	}
	for _, name := range o.asked.Index {
		words = append(words, "--index="+name)
	}
	return strings.Join(words, " ")
}

package generator

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/render"
	"github.com/forge-go/forge/generator/resource"
)

// Foreign are the answers that decide what is added to a module that forge did
// not make.
type Foreign struct {
	Module  string       // its module path
	Program string       // the name for the app and the issuer of tokens
	Auth    project.Mode // Basic or Complete
	DB      project.Database
	Router  Router
	Handle  string // what the wiring is given: none, sql, sqlx, pgxpool, gorm, gormv1

	// Dir is where everything else goes, if not to project.AccountsDir.
	Dir string
	// AuthDir is where package auth goes: internal/auth unless that is taken.
	AuthDir string
	// Migrations is the folder of the module's own migrations, which the tables
	// join. Empty: the wiring makes them when the program starts.
	Migrations string

	// TablePrefix begins the names of the tables, such as accounts_, and PathPrefix
	// the paths of the routes, such as /accounts. Both may be empty.
	TablePrefix, PathPrefix string

	// Features are what there is besides accounts.
	Features []string

	// Fields are what users have besides what all users have.
	Fields []project.Field

	// Resources are tables with an API, in the order they were added.
	Resources []project.Resource
}

// Router is a router as a module imports it.
type Router struct {
	Kind   project.Router
	Import string // such as github.com/labstack/echo/v4
}

// accountsDir is where the templates have everything that is not package auth.
const accountsDir = project.AccountsDir

// DefaultAuthDir is where package auth goes in every project.
const DefaultAuthDir = "internal/auth"

// AccountsImport is the import path of the package that wires accounts.
func (f Foreign) AccountsImport() string { return f.Module + "/" + f.AccountsDir() }

// AccountsDir is the folder of that package.
func (f Foreign) AccountsDir() string { return cmp.Or(f.Dir, accountsDir) }

// NewForeign renders what is added to a module that forge did not make: the
// package auth of every project, the packages it stands on, and the wiring. It
// reads nothing but its arguments.
func NewForeign(templates fs.FS, f Foreign) (Added, error) {
	if err := errors.Join(CheckTablePrefix(f.TablePrefix), CheckPathPrefix(f.PathPrefix)); err != nil {
		return Added{}, err
	}
	var added Added
	all, err := field.Of(f.Fields)
	if err != nil {
		return added, err
	}
	resources, err := resource.In(f.Answers())
	if err != nil {
		return added, err
	}
	files, err := f.render(templates, field.Present(all), resources)
	if err != nil {
		return added, err
	}
	for _, file := range files {
		switch file.Path {
		case "go.mod":
			added.PinnedMod = file.Content
		case "go.sum":
			added.PinnedSum = file.Content
		case readmeSection:
			added.Readme = file.Content
		default:
			file, err := f.move(file)
			if err != nil {
				return added, err
			}
			added.Files = append(added.Files, file)
		}
	}
	for _, file := range fieldMigrations(f.place(project.MigrationsDir), f.DB, all) {
		file.Content = render.WithTablePrefix(file.Content, f.TablePrefix)
		added.Files = append(added.Files, file)
	}
	added.Files = sortByPath(added.Files)
	return added, checkPaths(added.Files)
}

// render renders the files, at their places in a project of their own.
func (f Foreign) render(templates fs.FS, fields []field.Field, resources []*resource.Resource) ([]File, error) {
	o := Options{Module: f.Module, Program: f.Program, Auth: f.Auth, DB: f.DB, Router: project.Stdlib, Features: f.Features}
	d := foreignData{newData(o, fields), f}
	d.givenPool, d.pathPrefix, d.resources = f.Handle != "none", f.PathPrefix, resource.Present(resources)
	tags := hostTags(o, f, fields)
	maps.Copy(tags.Hold, resourceTags(o, fields, d.resources))
	request := render.Request{
		Tags: tags, Data: d, Program: f.Program, Numbered: f.DB == project.Postgres,
		TablePrefix: f.TablePrefix, Features: len(f.Features) > 0, Fields: len(fields) > 0,
	}
	files, err := renderFiles(templates, request, o)
	if err != nil {
		return nil, err
	}
	of, err := resourceFiles(templates, request, d.data, resources)
	for i := range of {
		if path.Ext(of[i].Path) == ".sql" { // No template has been there.
			of[i].Content = render.WithTablePrefix(of[i].Content, f.TablePrefix)
		}
	}
	return append(files, of...), err
}

// newForeignPlan is NewPlan for accounts in a module that forge did not make.
func newForeignPlan(templates fs.FS, o Options) (*Plan, error) {
	added, err := NewForeign(templates, ForeignOf(o.Answers()))
	if err != nil {
		return nil, err
	}
	return &Plan{Options: o, Files: added.Files, PinnedMod: added.PinnedMod, PinnedSum: added.PinnedSum}, nil
}

// ForeignOf returns the answers that accounts were added with to a module that
// forge did not make.
func ForeignOf(a project.Answers) Foreign {
	return Foreign{
		Module: a.Module, Program: a.Program, Auth: a.Auth, DB: a.DB, Router: Router{Kind: a.Router, Import: a.Foreign.Import},
		Handle: a.Foreign.Handle, Dir: a.Foreign.Dir, AuthDir: a.Foreign.AuthDir, Migrations: a.Foreign.Migrations,
		TablePrefix: a.Foreign.TablePrefix, PathPrefix: a.Foreign.PathPrefix, Features: a.Features, Fields: a.Fields, Resources: a.Resources,
	}
}

// Answers are what the module remembers.
func (f Foreign) Answers() project.Answers {
	return project.Answers{
		Module: f.Module, Program: f.Program, Auth: f.Auth, DB: f.DB, Router: f.Router.Kind, Features: f.Features, Fields: f.Fields, Resources: f.Resources,
		Foreign: &project.Foreign{
			Import: f.Router.Import, Handle: f.Handle, Dir: f.Dir, AuthDir: f.AuthDir, Migrations: f.Migrations,
			TablePrefix: f.TablePrefix, PathPrefix: f.PathPrefix,
		},
	}
}

// Place is where a file of a project of its own is in the module; false for one
// that such a module does not have.
func (f Foreign) Place(name string) (string, bool) {
	return f.place(name), strings.HasPrefix(name, "internal/") || strings.HasPrefix(name, "static/")
}

const readmeSection = accountsDir + "/README.section.md"

// Added are the files of accounts in a module.
type Added struct {
	Files  []File // sorted by path
	Readme []byte // a section for the module's README
	// PinnedMod and PinnedSum are the go.mod and go.sum of a forge-made project
	// with the same packages and more.
	PinnedMod, PinnedSum []byte
}

// move changes a file's path to its place in the module, and its imports to
// those of the others.
func (f Foreign) move(file File) (File, error) {
	file.Path = f.place(file.Path)
	if path.Ext(file.Path) != ".go" {
		return file, nil
	}
	source := file.Content
	for _, quoted := range importsOf(source, f.Module) {
		source = bytes.ReplaceAll(source, []byte(`"`+f.Module+"/"+quoted+`"`), []byte(`"`+f.Module+"/"+f.place(quoted)+`"`))
	}
	formatted, err := format.Source(source)
	if err != nil {
		return file, fmt.Errorf("formatting %s: %w", file.Path, err)
	}
	file.Content = formatted
	return file, nil
}

func (f Foreign) place(name string) string {
	switch {
	case name == accountsDir || strings.HasPrefix(name, accountsDir+"/"):
		return f.AccountsDir() + strings.TrimPrefix(name, accountsDir)
	case name == DefaultAuthDir || strings.HasPrefix(name, DefaultAuthDir+"/"):
		return f.AuthDir + strings.TrimPrefix(name, DefaultAuthDir)
	case slices.ContainsFunc(f.Resources, func(r project.Resource) bool { return name == r.Dir() || strings.HasPrefix(name, r.Dir()+"/") }):
		return name
	}
	return f.AccountsDir() + "/" + strings.TrimPrefix(name, "internal/")
}

// importsOf lists the packages of the module that source names in quotes,
// without the module's path.
func importsOf(source []byte, modulePath string) []string {
	var found []string
	for part := range strings.SplitSeq(string(source), `"`) {
		if rest, ok := strings.CutPrefix(part, modulePath+"/"); ok && !slices.Contains(found, rest) {
			found = append(found, rest)
		}
	}
	return found
}

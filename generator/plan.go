package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/render"
	"github.com/forge-go/forge/generator/resource"
)

// Plan is a whole project in memory, except for its secrets.
type Plan struct {
	Options Options
	Files   []File // sorted by path
	// PinnedMod and PinnedSum are what accounts in a module that forge did not
	// make need of its go.mod and go.sum.
	PinnedMod, PinnedSum []byte
}

// File is one file of a project. Its path is slash-separated and relative.
type File struct {
	Path    string
	Perm    fs.FileMode
	Class   project.Class
	Content []byte
}

// NewPlan renders the project that the options ask for out of templates, with what
// it remembers. It reads nothing but its arguments, and returns a complete plan or an
// error.
func NewPlan(templates fs.FS, o Options) (*Plan, error) {
	plan, err := Render(templates, o)
	if err != nil {
		return nil, err
	}
	if plan.Files, err = remember(o, plan.Files); err != nil {
		return nil, err
	}
	return plan, checkPaths(plan.Files)
}

// Render returns the plan without what the project remembers, for those who put
// something else there.
func Render(templates fs.FS, o Options) (*Plan, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if o.Foreign != nil {
		return newForeignPlan(templates, o)
	}
	all, err := field.Of(o.Fields)
	if err != nil {
		return nil, err
	}
	fields := field.Present(all)
	resources, err := resource.Of(o.Resources)
	if err != nil {
		return nil, err
	}
	request := serviceRequest(o, fields, resource.Present(resources))
	files, err := renderFiles(templates, request, o)
	if err != nil {
		return nil, err
	}
	files = append(files, fieldMigrations(project.MigrationsDir, o.DB, all)...)
	d, _ := request.Data.(data)
	of, err := resourceFiles(templates, request, d, resources)
	if err != nil {
		return nil, err
	}
	files = append(files, of...)
	return &Plan{Options: o, Files: sortByPath(files)}, checkPaths(files)
}

func serviceRequest(o Options, fields []field.Field, resources []*resource.Resource) render.Request {
	tags, d := serviceTags(o, fields), newData(o, fields)
	maps.Copy(tags.Hold, resourceTags(o, fields, resources))
	d.resources = resources
	return render.Request{
		Tags: tags, Data: d, Program: o.Program, Numbered: o.DB == project.Postgres, Features: len(o.Features) > 0, Fields: len(fields) > 0,
	}
}

// renderFiles renders the service, and its pinned modules.
func renderFiles(templates fs.FS, r render.Request, o Options) ([]File, error) {
	var files []File
	modules := modulesOf(o)
	for _, tree := range []string{serviceTree, modules} {
		if tree == modules {
			r.Tags = render.Tags{}
		}
		rendered, err := render.Tree(templates, tree, r)
		if err != nil {
			return nil, err
		}
		for _, f := range rendered {
			files = append(files, newFile(f.Path, f.Content))
		}
	}
	return files, errors.Join(withFeatures(templates, files, o.Features), checkRequired(files, o.Module))
}

// checkRequired refuses a module path that is also one of the modules that the
// service requires: Go would look for their packages in the service.
func checkRequired(files []File, modulePath string) error {
	for _, f := range files {
		if f.Path == "go.mod" && bytes.Contains(f.Content, []byte("\t"+modulePath+" v")) {
			return &NameError{What: "module path", Name: modulePath, Reason: "the service requires a module of that path", Suggestion: ""}
		}
	}
	return nil
}

// newFile returns a file with the permissions and the class that follow from
// its path and content.
func newFile(name string, content []byte) File {
	file := File{Path: name, Perm: 0o644, Class: project.ClassOf(name), Content: content}
	switch {
	case file.Class == project.Secret:
		file.Perm = 0o600
	case bytes.HasPrefix(content, []byte("#!")):
		file.Perm = 0o755
	}
	return file
}

func sortByPath(files []File) []File {
	slices.SortStableFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// remember adds what the project keeps about its own making.
func remember(o Options, files []File) ([]File, error) {
	var written []project.File
	for _, f := range files {
		written = append(written, project.File{Path: f.Path, Class: f.Class, Content: f.Content})
	}
	manifest, err := project.NewManifest(o.Version, o.Answers(), written).Encode()
	if err != nil {
		return nil, err
	}
	base, err := project.EncodeBase(written)
	if err != nil {
		return nil, err
	}
	return sortByPath(append(files,
		newFile(project.AttributesPath, []byte(project.Attributes)),
		newFile(project.ManifestPath, manifest),
		newFile(project.BasePath, base))), nil
}

// checkPaths refuses paths that not every file system can hold side by side.
// Paths that differ only in case are the same file on some of them.
func checkPaths(files []File) error {
	seen := make(map[string]string) // folded path → path
	for _, f := range files {
		if err := module.CheckFilePath(f.Path); err != nil {
			return fmt.Errorf("planning %s: %w", f.Path, err)
		}
		if other, ok := seen[strings.ToLower(f.Path)]; ok {
			return fmt.Errorf("planning %s: another template gives the same path (%s)", f.Path, other)
		}
		seen[strings.ToLower(f.Path)] = f.Path
	}
	for _, f := range files {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if other, ok := seen[strings.ToLower(dir)]; ok {
				return fmt.Errorf("planning %s: its folder is a file, %s", f.Path, other)
			}
		}
	}
	return nil
}

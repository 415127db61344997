package generator

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/render"
	"github.com/forge-go/forge/generator/resource"
)

// resourceData is what the templates of one resource see.
type resourceData struct {
	data
	*resource.Resource
}

// Resources are the resources of the project.
func (d data) Resources() []*resource.Resource { return d.resources }

// ResourceNames are their names, in a sentence.
func (d data) ResourceNames() string {
	var names []string
	for _, r := range d.resources {
		names = append(names, r.Labels())
	}
	return strings.Join(names, ", ")
}

// OpenResources are those that everybody reads.
func (d data) OpenResources() []*resource.Resource {
	return slices.DeleteFunc(slices.Clone(d.resources), func(r *resource.Resource) bool { return !r.Open() })
}

// RefusedColumn returns the column in SQLite's error for a unique index. Those of
// resources have the owner beside it, before or behind.
func (d data) RefusedColumn() string {
	return pick(len(d.resources) > 0, `columns, _, _ = strings.Cut(columns, " (")
	for column := range strings.SplitSeq(columns, ", ") {
		if !strings.HasSuffix(column, ".user_id") { // the owner
			return column
		}
	}
	return columns`, `column, _, _ := strings.Cut(columns, " ")
	return column`)
}

// ServerPools is what the store of a resource is made from in a server s.
func (d data) ServerPools() string { return strings.ReplaceAll(d.DBPools(), "db.", "s.DB.") }

// TestPools is what a store is made from in a test.
func (d data) TestPools() string { return strings.ReplaceAll(d.DBPools(), "db.", "svc.DB.") }

// NewUser is somebody who uses the API, in a test.
func (d data) NewUser(name string) string {
	if d.HasAuth() {
		return `newUser(t, svc, "` + name + `")`
	}
	return "newUser(svc)"
}

// BeforePath begins a path, as Go code, as clients see it.
func (d data) BeforePath() string {
	return pick(d.pathPrefix == "", "", strconv.Quote(d.pathPrefix)+"+")
}

// BehindURL ends the address of the service, as Go code, as clients see it.
func (d data) BehindURL() string {
	return pick(d.pathPrefix == "", "", " + "+strconv.Quote(d.pathPrefix))
}

// CreatedPath is the path of what the server says that it created, as Go code.
func (d data) CreatedPath() string {
	const location = `created.Header.Get("Location")`
	return pick(d.pathPrefix == "", location, "strings.TrimPrefix("+location+", "+strconv.Quote(d.pathPrefix)+")")
}

// resourceTags are the tags that follow from the resources, and those that follow
// from them and the fields of users together.
func resourceTags(o Options, fields []field.Field, resources []*resource.Resource) map[string]bool {
	return map[string]bool{
		"resources":   len(resources) > 0,
		"days":        hasKind(fields, resources, field.Date),
		"times":       hasOptionalTimes(fields, resources),
		"decimals":    hasKind(fields, resources, field.Decimal),
		"optionals":   len(resources) == 0 && slices.ContainsFunc(fields, func(f field.Field) bool { return f.Optional }),
		"owned":       false,
		"constraints": hasAuth(o.Auth) || len(resources) > 0,
		"stores":      hasAuth(o.Auth) || len(resources) > 0,
	}
}

// HasDays reports whether users or resources have days.
func (d data) HasDays() bool { return hasKind(d.fields, d.resources, field.Date) }

// hasOptionalTimes reports whether users or resources have points in time that may be
// missing.
func hasOptionalTimes(fields []field.Field, resources []*resource.Resource) bool {
	return slices.ContainsFunc(fields, func(f field.Field) bool { return f.Kind == field.Time && f.Optional }) ||
		slices.ContainsFunc(resources, (*resource.Resource).HasOptionalTimes)
}

// hasKind reports whether users or resources have a field of a type.
func hasKind(fields []field.Field, resources []*resource.Resource, kind field.Kind) bool {
	return slices.ContainsFunc(fields, func(f field.Field) bool { return f.Kind == kind }) ||
		slices.ContainsFunc(resources, func(r *resource.Resource) bool { return r.HasKind(kind) })
}

// resourceFiles renders the packages of the resources, and their migrations.
func resourceFiles(templates fs.FS, request render.Request, d data, resources []*resource.Resource) ([]File, error) {
	files := resourceMigrations(d.DB, resources)
	for _, r := range d.resources {
		request.Resource, request.Data, request.Tags.Hold["owned"] = r.Package(), resourceData{d, r}, r.Owned()
		rendered, err := render.Tree(templates, serviceTree, request)
		if err != nil {
			return nil, err
		}
		for _, f := range rendered {
			files = append(files, newFile(f.Path, f.Content))
		}
	}
	return files, nil
}

func resourceMigrations(db project.Database, resources []*resource.Resource) []File {
	var files []File
	add := func(name, content string) {
		files = append(files, newFile(path.Join(project.MigrationsDir, name+".sql"), []byte(content)))
	}
	for _, r := range resources {
		add(r.Migration, r.Table(db))
		for name, content := range r.FieldMigrations(db) {
			add(name, content)
		}
		if r.Dropped != "" {
			add(r.Dropped, r.DropTable(db))
		}
	}
	return files
}

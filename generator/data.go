package generator

import (
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
)

// data is what templates see. Anything a template would have to compute is a
// field or a method here.
type data struct {
	Module    string
	Program   string
	Mode      project.Mode
	DB        project.Database
	Router    project.Router
	Example   bool
	GoVersion string // of the generated project, as major.minor
	givenPool bool   // the database is not opened, but a pool of connections is given

	pathPrefix string // of the routes, as clients see them

	features []string
	has      map[string]bool // each feature's name, internal ones too

	fields []field.Field // of users

	resources []*resource.Resource
}

// GoVersion is the version of Go that generated code is for, as major.minor.
const GoVersion = "1.26"

// ModulesGoVersion is the version of Go that the pinned modules need.
const ModulesGoVersion = GoVersion + ".0"

func newData(o Options, fields []field.Field) data {
	return data{
		Module:    o.Module,
		Program:   o.Program,
		Mode:      o.Auth,
		DB:        o.DB,
		Router:    o.Router,
		Example:   o.Example,
		GoVersion: GoVersion,
		features:  o.Features,
		has:       featureTags(o),
		fields:    fields,
	}
}

// HasAuth reports whether the project has accounts.
func (d data) HasAuth() bool { return hasAuth(d.Mode) }

// Complete reports whether the project has mail, refresh tokens and sessions.
func (d data) Complete() bool { return d.Mode == project.Complete }

// Service reports whether the project is a service of its own.
func (d data) Service() bool { return true }

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

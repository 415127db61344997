package generator

import (
	"maps"
	"slices"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/render"
)

// The two trees of templates.
const (
	serviceTree = "service"
	modulesTree = "modules"
)

// serviceTags are the tags of a project of its own. The tags of a template
// stand in the order of this list.
//
//	none basic complete          the mode; accounts: one of the latter two
//	sqlite postgres mysql        the database; server: one of the latter two
//	stdlib chi gin echo fiber    the router; nethttp: any but fiber
//	rawpaths                     routers that compare paths as they were sent
//	opens, host-db               the code opens its database, or is given a pool
//	pinned-driver, host-driver   the database's driver is forge's choice, or not
//	fields, optionals            users have fields of their owner's, such as ones that
//	                             may be missing, unless httpkit of resources has the
//	                             type for it
//	resources, owned             there are resources; that of a template belongs to
//	                             users
//	days, times, decimals        users or resources have days, points in time that may
//	                             be missing, or exact numbers
//	agents                       there is AGENTS.md
//	bearers                      there are accounts, and no session is in a cookie
//	login-steps, second-factor   what several features have in common
//	api-keys, cookies, oauth,
//	passkeys, redis, totp        the features of package feature
//	constraints                  the code distinguishes constraints that refuse a row
//	stores                       there are accounts or resources, so there is SQL
//	service, foreign             a project of its own, or accounts in a module
//	                             that forge did not make
//
// What accounts in such a module differ by has tags that begin with "host-"
// (see hostTags); for its own packages it is on net/http.
func serviceTags(o Options, fields []field.Field) render.Tags {
	hold := map[string]bool{
		"accounts": o.Auth != project.None, "server": o.DB != project.SQLite, "nethttp": o.Router != project.Fiber,
		"rawpaths": o.Router != project.Stdlib && o.Router != project.Fiber,
		"agents":   !o.WithoutAgents,
		"bearers":  o.Auth != project.None && !slices.Contains(o.Features, "cookies"),
		"service":  true, "foreign": false, "opens": true, "host-db": false, "pinned-driver": true, "host-driver": false,
	}
	for _, c := range []struct {
		choice Choice
		value  string
	}{{AuthChoice(), string(o.Auth)}, {DBChoice(), string(o.DB)}, {RouterChoice(), string(o.Router)}} {
		for _, name := range c.choice.Names() {
			hold[name] = name == c.value
		}
	}
	for _, tag := range hostOnly() {
		hold[tag] = false
	}
	maps.Copy(hold, fieldTags(fields))
	maps.Copy(hold, resourceTags(o, fields, nil))
	maps.Copy(hold, featureTags(o))
	return render.Tags{Hold: hold, Folders: folderTags()}
}

// hostOnly lists the tags of routers and handles that only a module has that
// forge did not make.
func hostOnly() []string {
	return []string{
		"host-stdlib", "host-handler", "host-gorilla", "host-chi", "host-gin", "host-echo", "host-fiber", "host-nethttp",
		"host-sql", "host-sqlx", "host-pgxpool", "host-gorm", "host-gormv1",
		"host-migrations", "own-migrations",
	}
}

// hostTags are the tags of accounts in a module that forge did not make.
func hostTags(o Options, f Foreign, fields []field.Field) render.Tags {
	tags := serviceTags(o, fields)
	given := f.Handle != "none"
	for tag, holds := range map[string]bool{
		"service": false, "foreign": true, "opens": !given, "host-db": given,
		"pinned-driver": o.DB == project.MySQL, "host-driver": o.DB != project.MySQL, // which has one driver
		"host-" + string(f.Router.Kind): true, "host-" + f.Handle: given,
		"host-stdlib":     f.Router.Kind == project.Stdlib || f.Router.Kind == project.Handler,
		"host-nethttp":    f.Router.Kind == project.Stdlib || f.Router.Kind == project.Handler || f.Router.Kind == project.Gorilla || f.Router.Kind == project.Chi,
		"host-migrations": f.Migrations != "", "own-migrations": f.Migrations == "",
	} {
		tags.Hold[tag] = holds
	}
	return tags
}

// folderTags are the tags that go without saying in a folder: what is neither
// in internal nor in static is the program around the accounts.
func folderTags() []render.Folder {
	return []render.Folder{
		{Path: "internal/accounts", Tags: []string{"foreign"}},
		{Path: "internal/auth/authmail", Tags: []string{"complete"}},
		{Path: "internal/auth", Tags: []string{"accounts"}},
		{Path: "internal/greeting", Tags: []string{"none"}},
		{Path: "internal"},
		{Path: "static", Tags: []string{"complete"}},
		{Tags: []string{"service"}},
	}
}

// modulesOf is the folder of the pinned go.mod and go.sum of a combination.
func modulesOf(o Options) string {
	return modulesTree + "/" + o.Combination()
}

// Combinations lists the answers of every project that can be made, without
// names.
func Combinations() []Options {
	var all []Options
	for _, auth := range AuthChoice().Names() {
		for _, db := range DBChoice().Names() {
			for _, router := range RouterChoice().Names() {
				all = append(all, Options{Auth: project.Mode(auth), DB: project.Database(db), Router: project.Router(router)})
			}
		}
	}
	return all
}

func hasAuth(auth project.Mode) bool { return auth != project.None }

package generator

import (
	"io/fs"
	"strings"
)

// variant is one value of a choice and the layers it brings: every project
// of the value has layers, those with accounts have accountLayers too and
// those without have bareLayers; complete ones have completeLayers on top.
type variant struct {
	value, description                                string
	layers, accountLayers, bareLayers, completeLayers []string
}

// The three tables below are the only place that knows which layers make up
// a project. A value is offered once all its layers are in templates/.

func authVariants() []variant {
	return []variant{
		{value: "none", description: "no accounts: settings, database, health, docs and one example route",
			layers: []string{"base", "none"}},
		{value: "basic", description: "accounts: register, log in and out, own profile, user management",
			layers: []string{"base", "auth", "basic"}},
		{value: "complete", description: "basic, and e-mail verification, password reset, refresh tokens, sessions",
			layers: []string{"base", "auth", "complete"}},
	}
}

func dbVariants() []variant {
	return []variant{
		{value: "sqlite", description: "a file beside the program; for development and one machine",
			layers: []string{"db-sqlite"}, accountLayers: []string{"auth-sqlite"}, bareLayers: []string{"none-sqlite"},
			completeLayers: []string{"complete-sqlite"}},
		{value: "postgres", description: "PostgreSQL; for several replicas",
			layers: []string{"db-server", "db-postgres"}, accountLayers: []string{"auth-server", "auth-postgres"}, bareLayers: []string{"none-postgres"},
			completeLayers: []string{"complete-postgres"}},
		{value: "mysql", description: "MySQL 8 or MariaDB; for several replicas",
			layers: []string{"db-server", "db-mysql"}, accountLayers: []string{"auth-server", "auth-mysql"}, bareLayers: []string{"none-mysql"},
			completeLayers: []string{"complete-mysql"}},
	}
}

func routerVariants() []variant {
	return []variant{
		{value: "stdlib", description: "net/http's own ServeMux",
			layers: []string{"net-http", "router-stdlib"}, accountLayers: []string{"auth-stdlib"},
			completeLayers: []string{"complete-stdlib"}},
		{value: "chi", description: "go-chi/chi",
			layers: []string{"net-http", "router-paths", "router-chi"}, accountLayers: []string{"auth-chi"},
			completeLayers: []string{"complete-chi"}},
		{value: "gin", description: "gin-gonic/gin",
			layers: []string{"net-http", "router-paths", "router-gin"}, accountLayers: []string{"auth-gin"},
			completeLayers: []string{"complete-gin"}},
		{value: "echo", description: "labstack/echo",
			layers: []string{"net-http", "router-paths", "router-echo"}, accountLayers: []string{"auth-echo"},
			completeLayers: []string{"complete-echo"}},
		{value: "fiber", description: "gofiber/fiber",
			layers: []string{"router-fiber"}, accountLayers: []string{"auth-fiber"},
			completeLayers: []string{"complete-fiber"}},
	}
}

// modulesLayer holds the pinned go.mod and go.sum of one combination; it is
// written by scripts/modules.
func modulesLayer(o Options) string {
	return "modules/" + strings.Join([]string{o.Auth, o.DB, o.Router}, "-")
}

// layersOf lists the layers of valid options.
func layersOf(o Options) []string {
	var layers []string
	add := func(table []variant, value string) {
		for _, v := range table {
			if v.value != value {
				continue
			}
			layers = append(layers, v.layers...)
			if hasAuth(o.Auth) {
				layers = append(layers, v.accountLayers...)
			} else {
				layers = append(layers, v.bareLayers...)
			}
			if o.Auth == "complete" {
				layers = append(layers, v.completeLayers...)
			}
		}
	}
	add(authVariants(), o.Auth)
	add(dbVariants(), o.DB)
	add(routerVariants(), o.Router)
	return append(layers, modulesLayer(o))
}

func hasAuth(auth string) bool { return auth != "none" }

// Combinations gives the answers of every project that templates can make,
// without names.
func Combinations(templates fs.FS) []Options {
	var all []Options
	for _, auth := range AuthChoice(templates).Available() {
		for _, db := range DBChoice(templates).Available() {
			for _, router := range RouterChoice(templates).Available() {
				all = append(all, Options{Auth: auth, DB: db, Router: router})
			}
		}
	}
	return all
}

package generator_test

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource/resourcetest"
	"github.com/forge-go/forge/templates"
)

// foreignAnswers are all that a foreign module can be, as far as files differ.
func foreignAnswers() []generator.Foreign {
	routers := []generator.Router{
		{Kind: "stdlib", Import: "net/http"},
		{Kind: "gorilla", Import: "github.com/gorilla/mux"},
		{Kind: "chi", Import: "github.com/go-chi/chi/v5"},
		{Kind: "gin", Import: "github.com/gin-gonic/gin"},
		{Kind: "echo", Import: "github.com/labstack/echo/v4"},
		{Kind: "echo", Import: "github.com/labstack/echo/v5"},
		{Kind: "fiber", Import: "github.com/gofiber/fiber/v2"},
		{Kind: "fiber", Import: "github.com/gofiber/fiber/v3"},
	}
	var all []generator.Foreign
	for _, auth := range []project.Mode{project.Basic, project.Complete} {
		for _, db := range []project.Database{project.SQLite, project.Postgres, project.MySQL} {
			for i, handle := range []string{"none", "sql", "sqlx", "gorm", "gormv1", "pgxpool"} {
				f := generator.Foreign{
					Module: "example.com/shop", Program: "shop", Auth: auth, DB: db, Handle: handle,
					Router: routers[i%len(routers)], AuthDir: generator.DefaultAuthDir,
				}
				all = append(all, f)
				f.Router, f.AuthDir, f.Migrations = routers[(i+1)%len(routers)], "internal/accounts/auth", "db/migrations"
				all = append(all, f)
				f.Router, f.TablePrefix, f.PathPrefix = generator.Router{Kind: "handler", Import: "net/http"}, "accounts_", "/accounts"
				all = append(all, f)
			}
		}
	}
	return all
}

func TestForeignFilesAreComplete(t *testing.T) {
	all := foreignAnswers()
	for i := range 6 { // one for each handle, with resources
		f := all[19*i]
		f.Resources = resourcetest.Some(t, true)
		all = append(all, f)
	}
	for _, f := range all {
		added, err := generator.NewForeign(templates.FS, f)
		if err != nil {
			t.Errorf("%+v: %v", f, err)
			continue
		}
		again, err := generator.NewForeign(templates.FS, f)
		if err != nil || !slices.EqualFunc(added.Files, again.Files, func(a, b generator.File) bool {
			return a.Path == b.Path && bytes.Equal(a.Content, b.Content)
		}) {
			t.Errorf("%+v: the same answers give other files (%v)", f, err)
		}
		if len(added.PinnedMod) == 0 || len(added.PinnedSum) == 0 || len(added.Readme) == 0 {
			t.Errorf("%+v: the modules or the README's section are missing", f)
		}
		if !bytes.Contains(added.PinnedMod, []byte("\ngo "+generator.ModulesGoVersion+"\n")) {
			t.Errorf("%+v: the pinned modules need another Go version than %s", f, generator.ModulesGoVersion)
		}
		checkForeignFiles(t, f, added.Files)
	}
}

// checkForeignFiles holds files to the two folders that are forge's, and their
// imports to the packages that are there.
func checkForeignFiles(t *testing.T, f generator.Foreign, files []generator.File) {
	t.Helper()
	packages := make(map[string]bool)
	for _, file := range files {
		packages[f.Module+"/"+path.Dir(file.Path)] = true
	}
	for _, file := range files {
		ofResource := slices.ContainsFunc(f.Resources, func(r project.Resource) bool { return strings.HasPrefix(file.Path, r.Dir()+"/") })
		if !ofResource && !strings.HasPrefix(file.Path, "internal/accounts/") && !strings.HasPrefix(file.Path, f.AuthDir+"/") {
			t.Errorf("%+v: %s is outside", f, file.Path)
		}
		for _, trace := range []string{"<no value>", "[[", "%!"} {
			if isText(file.Content) && bytes.Contains(file.Content, []byte(trace)) {
				t.Errorf("%+v: %s has %q", f, file.Path, trace)
			}
		}
		for part := range strings.SplitSeq(string(file.Content), `"`) {
			if strings.HasPrefix(part, f.Module+"/") && path.Ext(file.Path) == ".go" && !packages[part] {
				t.Errorf("%+v: %s imports %s, which is not there", f, file.Path, part)
			}
		}
	}
}

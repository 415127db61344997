package guard_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/generator/adopt/guard"
	"github.com/forge-go/forge/generator/adopt/scan"
)

const program = `
-- go.mod --
module example.com/shop

go 1.22
-- internal/accounts/accounts.go --
package accounts

import "net/http"

func RequireUser(next http.Handler) http.Handler { return next }
-- main.go --
package main

import (
	"net/http"

	"example.com/shop/internal/accounts"
)

const items = "/items"

type server struct{ mux *http.ServeMux }

func main() {
	s := server{mux: http.NewServeMux()}
	s.mux.HandleFunc("GET "+items+"/{id}", item)
	s.mux.Handle("DELETE /items/{id}", accounts.RequireUser(http.HandlerFunc(item)))
	s.mux.Handle("/static/", http.FileServer(http.Dir("static")))
	s.mux.HandleFunc("example.com/hosted", http.HandlerFunc(item))
	s.mux.Handle("/api/", accounts.RequireUser(http.StripPrefix("/api", api())))
	open(s.mux)
	http.HandleFunc("/open", item)
	_ = http.ListenAndServe(":8080", s.mux)
}

func item(http.ResponseWriter, *http.Request) {}
-- api.go --
package main

import "net/http"

func api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", item)
	return mux
}
-- open.go --
package main

import web "net/http"

func open(mux *web.ServeMux) {
	mux.HandleFunc("/open", item)
	mux.HandleFunc("GET /{$}", item)
}
`

// find lists the routes of the program.
func find(t *testing.T) []guard.Route {
	t.Helper()
	return findIn(t, program)
}

// findIn lists the routes of a program, the files of a txtar archive.
func findIn(t *testing.T, program string) []guard.Route {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(txtar.Parse([]byte(program)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(root, files); err != nil {
		t.Fatal(err)
	}
	m, err := scan.Load(t.Context(), root, "example.com/shop", func(path string) bool { return strings.HasPrefix(path, "internal/accounts/") })
	if err != nil {
		t.Fatal(err)
	}
	return guard.Find(m, "example.com/shop/internal/accounts")
}

func describe(routes []guard.Route) string {
	var all []string
	for _, r := range routes {
		text := r.String()
		if r.Guard != "" {
			text += " behind " + r.Guard
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n")
}

func TestFind(t *testing.T) {
	want := `POST /api/orders behind RequireUser
GET /items/{id}
DELETE /items/{id} behind RequireUser
/static/
/hosted
/api/ behind RequireUser
/open
/open
GET /{$}`
	if got := describe(find(t)); got != want {
		t.Errorf("routes are\n%s\nwant\n%s", got, want)
	}
}

// A group keeps its prefix even if its methods are called on a struct that embeds it.
func TestFindOnEmbeddedRouters(t *testing.T) {
	routes := findIn(t, `
-- go.mod --
module example.com/shop

go 1.22

require github.com/go-chi/chi/v5 v5.0.0

replace github.com/go-chi/chi/v5 => ./chi
-- chi/go.mod --
module github.com/go-chi/chi/v5

go 1.22
-- chi/chi.go --
package chi

import "net/http"

type Router interface {
	http.Handler
	Get(pattern string, handler http.HandlerFunc)
	Mount(pattern string, handler http.Handler)
	Route(pattern string, fn func(Router)) Router
}

func NewRouter() Router { return nil }
-- main.go --
package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

type app struct{ chi.Router }

func main() {
	a := &app{chi.NewRouter()}
	a.routes()
	_ = http.ListenAndServe(":8080", a)
}

func (a *app) routes() {
	a.Get("/", page)
	a.Mount("/pages", a.pages())
	a.Route("/admin", func(r chi.Router) {
		r.Get("/stats", page)
		r.Route("/deep", deep)
	})
}

func (a *app) pages() http.Handler {
	r := chi.NewRouter()
	r.Get("/{id}", page)
	return r
}

func deep(r chi.Router) { r.Get("/er", page) }

func page(http.ResponseWriter, *http.Request) {}
`)
	want := `GET /
/pages
/admin
GET /admin/stats
/admin/deep
GET /pages/{id}
GET /admin/deep/er`
	if got := describe(routes); got != want {
		t.Errorf("routes are\n%s\nwant\n%s", got, want)
	}
}

func TestSelect(t *testing.T) {
	routes := find(t)
	for _, c := range []struct{ target, want string }{
		{"GET /items/:id", "GET /items/{id}"},
		{"/items/{number}", "GET /items/{id}\nDELETE /items/{id} behind RequireUser"},
		{"/items", "GET /items/{id}\nDELETE /items/{id} behind RequireUser"},
		{"/static", "/static/"},
		{"post /open", "/open\n/open"},
		{"GET /", "GET /{$}"},
		{"/api", "/api/ behind RequireUser"},
		{"PUT /items/{id}", ""},
		{"/nothing", ""},
	} {
		target, err := guard.ParseTarget(c.target)
		if err != nil {
			t.Fatal(err)
		}
		if got := describe(guard.Select(routes, target)); got != c.want {
			t.Errorf("%s means\n%s\nwant\n%s", c.target, got, c.want)
		}
	}
	for _, text := range []string{"", "items", "GET", "GET  items", "G3T /items"} {
		if target, err := guard.ParseTarget(text); err == nil {
			t.Errorf("%q is taken for %v", text, target)
		}
	}
	open, _ := guard.ParseTarget("/open")
	if twice := guard.Ambiguous(guard.Select(routes, open)); len(twice) != 2 {
		t.Errorf("/open is at %d places, not 2", len(twice))
	}
}

func TestEdit(t *testing.T) {
	routes := find(t)
	for _, c := range []struct{ target, file, want string }{
		{"GET /items/{id}", "main.go", `s.mux.Handle("GET "+items+"/{id}", accounts.RequireUser(http.HandlerFunc(item)))`},
		{"/static/", "main.go", `s.mux.Handle("/static/", accounts.RequireUser(http.FileServer(http.Dir("static"))))`},
		{"/hosted", "main.go", `s.mux.Handle("example.com/hosted", accounts.RequireUser(http.HandlerFunc(item)))`},
		{"GET /", "open.go", `mux.Handle("GET /{$}", accounts.RequireUser(web.HandlerFunc(item)))`},
	} {
		target, err := guard.ParseTarget(c.target)
		if err != nil {
			t.Fatal(err)
		}
		changes, err := guard.Edit(guard.Select(routes, target), "example.com/shop/internal/accounts", "RequireUser")
		if err != nil || len(changes) != 1 || changes[0].Path != c.file {
			t.Errorf("%s changes %d files, %v", c.target, len(changes), err)
			continue
		}
		text := string(changes[0].New)
		if !strings.Contains(text, c.want) || strings.Count(text, `"example.com/shop/internal/accounts"`) != 1 {
			t.Errorf("%s becomes\n%s\nwant %s", c.target, text, c.want)
		}
	}
}

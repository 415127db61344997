package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestResourcesOfForeignModules adds resources, and fields to them, to modules that
// forge did not make: on the owner's own database or one apart, with names of tables
// and paths that are taken. They build, pass their tests, keep rows to their owners
// over HTTP, and are undone to the byte.
func TestResourcesOfForeignModules(t *testing.T) {
	leave.ToTestAll(t)
	for _, f := range []foreign{
		{name: "one-mux", mode: "basic"},
		{name: "users-table", mode: "basic", flags: []string{"--prefix=/accounts"}, paths: "/accounts", tables: "accounts_"},
		{name: "pgxpool", mode: "basic", postgres: true},
		{name: "gin-global-database", mode: "basic"},
		{name: "echo5-no-database", mode: "complete"},
		{name: "goose-migrations", mode: "basic"}, // which has to run those of resources, too
	} {
		t.Run(f.name, func(t *testing.T) {
			root := f.copy(t)
			t.Chdir(root)
			forgeIn(t, exitDone, append([]string{"add", "auth", "--mode=" + f.mode, "--yes"}, f.flags...)...)
			goCommand(t, root, "mod", "tidy")
			before := readTree(t, root)
			said := forgeIn(t, exitDone, "add", "resource", "note", "title:string(120)", "at:time?", "price:decimal=1.5", "--unique=title")
			if !strings.Contains(said, "Added notes: title, at, price") || !strings.Contains(said, f.paths+"/api/v1/notes") || strings.Contains(said, "make ") {
				t.Errorf("forge add resource says %s", said)
			}
			forgeIn(t, exitDone, "undo")
			compareTree(t, "undo", before, readTree(t, root))
			forgeIn(t, exitDone, "add", "resource", "note", "title:string(120)", "at:time?", "price:decimal=1.5", "--unique=title")
			forgeIn(t, exitDone, "add", "resource", "task", "note:ref", "state:enum(open,done)=open")
			forgeIn(t, exitDone, "add", "field", "color:string?", "newest:ref(task)?", "--to=note")
			forgeIn(t, exitDone, "rename", "field", "color", "hue", "--of=note")
			forgeIn(t, exitDone, "remove", "field", "price", "--from=note", "--drop-column")
			for _, command := range []string{"upgrade", "doctor", "describe"} {
				said := forgeIn(t, exitDone, command)
				if command == "upgrade" && !strings.Contains(said, "Nothing to do") || command == "describe" && !strings.Contains(said, "newest_id:ref?") {
					t.Errorf("forge %s says %s", command, said)
				}
			}
			forgeIn(t, exitDone, "diff", "--check")
			goCommand(t, root, "vet", "./...")
			f.checkNotes(t, root)
			forgeIn(t, exitDone, "remove", "field", "newest", "--from=note", "--drop-column")
			forgeIn(t, exitDone, "remove", "resource", "task")
			if _, err := os.Stat("internal/task"); !os.IsNotExist(err) {
				t.Errorf("after its removal, internal/task is there: %v", err)
			}
			goCommand(t, root, "build", "./...")
		})
	}
}

// checkNotes runs the tests of the resources and the wiring, and the program, in
// which one user makes a note that another does not see.
func (f foreign) checkNotes(t *testing.T, root string) {
	t.Helper()
	if f.postgres {
		t.Setenv("TEST_DATABASE_URL", os.Getenv("FORGE_POSTGRES_URL"))
	}
	goCommand(t, root, "test", "-vet=off", "-ldflags=-w", "./internal/note/...", "./internal/task/...", "./internal/accounts")
	program := filepath.Join(t.TempDir(), "program.exe")
	goCommand(t, root, "build", "-ldflags=-w", "-o", program, f.mainPackage())
	if f.postgres && os.Getenv("FORGE_POSTGRES_URL") == "" {
		t.Log("LEFT OUT: FORGE_POSTGRES_URL names no server; the program was built, but not run")
		return
	}
	url := start(t, program, f.databaseURL(t))
	notes := url + f.paths + "/api/v1/notes"
	ask(t, "GET", notes, "", "", http.StatusUnauthorized)
	ada := f.logIn(t, url)
	ask(t, "POST", url+f.paths+"/api/v1/auth/register", `{"email":"eve@example.com","username":"eve","password":"SecurePass123!"}`, "", http.StatusCreated)
	var eve struct {
		Token string `json:"access_token"`
	}
	body := ask(t, "POST", url+f.paths+"/api/v1/auth/login", `{"username":"eve","password":"SecurePass123!"}`, "", http.StatusOK)
	if err := json.Unmarshal([]byte(body), &eve); err != nil {
		t.Fatal(err)
	}
	ask(t, "POST", notes, `{"title":"Milk","hue":"white","at":"2026-03-01T12:00:00Z"}`, ada, http.StatusCreated)
	ask(t, "POST", notes, `{"title":"Milk"}`, ada, http.StatusConflict)
	if listed := ask(t, "GET", notes, "", ada, http.StatusOK); !strings.Contains(listed, `"Milk"`) || !strings.Contains(listed, `"2026-03-01T12:00:00Z"`) {
		t.Errorf("ada's notes are %s", listed)
	}
	if listed := ask(t, "GET", notes, "", eve.Token, http.StatusOK); strings.Contains(listed, "Milk") {
		t.Errorf("eve's notes are %s", listed)
	}
	ask(t, "GET", notes+"/1", "", eve.Token, http.StatusNotFound)
	ask(t, "DELETE", notes+"/1", "", eve.Token, http.StatusNotFound)
	ask(t, "GET", notes+"/1", "", ada, http.StatusOK)
	ask(t, "DELETE", url+f.paths+"/api/v1/users/me", "", ada, http.StatusNoContent)
}

// TestResourcesBesideOnesOwn refuses a resource whose table, path or package the
// owner's module has.
func TestResourcesBesideOnesOwn(t *testing.T) {
	leave.ToTestAll(t)
	root := foreign{name: "one-mux"}.copy(t)
	t.Chdir(root)
	forgeIn(t, exitDone, "add", "auth", "--mode=basic", "--yes")
	for name, content := range map[string]string{
		"own/routes.go":           "package own\n\nimport \"net/http\"\n\nfunc routes(mux *http.ServeMux) {\n\tmux.HandleFunc(\"GET /api/v1/pages/{id}\", nil)\n\tconst api = \"/api/v1\"\n\tmux.HandleFunc(\"GET \"+api+\"/books\", nil)\n}\n",
		"own/schema.sql":          "CREATE TABLE notes (id INTEGER PRIMARY KEY);\n",
		"own/query.go":            "package own\n\nconst query = `SELECT id FROM tasks`\n",
		"internal/album/album.go": "package album\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := readTree(t, root)
	for resource, why := range map[string]string{
		"note": "a table notes (own/schema.sql:1)", "page": "a route GET /api/v1/pages/{id} (own/routes.go:6)", "book": "a route GET /api/v1/books (own/routes.go:8)",
		"task": "a query of a table tasks (own/query.go:3)", "album": "internal/album is there already", "client": "internal/accounts/client is there already",
	} {
		said := forgeIn(t, exitUsage, "add", "resource", resource, "title:string")
		if !strings.Contains(said, why) || !strings.Contains(said, "Try: forge add resource my_"+resource+" title:string") {
			t.Errorf("forge add resource %s says %s", resource, said)
		}
	}
	compareTree(t, "a refusal", before, readTree(t, root))
	forgeIn(t, exitDone, "add", "resource", "my_note", "title:string")
}

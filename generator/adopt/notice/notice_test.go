package notice_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/scan"
)

// TestGrades reads programs with something that accounts have, too.
func TestGrades(t *testing.T) {
	const routes = "package main\n\nimport \"net/http\"\n\nfunc main() {\n\tmux := http.NewServeMux()\n"
	for _, tt := range []struct {
		name, main string
		want       []string
	}{
		{"a hash of something", "package main\n\nimport _ \"golang.org/x/crypto/bcrypt\"\n\nfunc main() {}\n", []string{"beside"}},
		{"tokens of others", "package main\n\nimport _ \"github.com/golang-jwt/jwt/v5\"\n\nfunc main() {}\n", []string{"beside"}},
		{"tokens for a password", "package main\n\nimport _ \"github.com/golang-jwt/jwt/v5\"\n\ntype in struct {\n\tPassword string `json:\"password\"`\n}\n\nfunc main() {}\n", []string{"log-in"}},
		{"sessions for a form's password", "package main\n\nimport (\n\t\"net/http\"\n\n\t_ \"github.com/gorilla/sessions\"\n)\n\nfunc in(r *http.Request) string { return r.FormValue(\"password\") }\n\nfunc main() {}\n", []string{"log-in"}},
		{"a library of log-ins", "package main\n\nimport _ \"github.com/markbates/goth\"\n\nfunc main() {}\n", []string{"log-in"}},
		{"names of fields", "package main\n\nimport _ \"github.com/danielgtaylor/huma/v2\"\n\nfunc main() {}\n", []string{"doubt"}},
		{"a log-in path", routes + "\tmux.HandleFunc(\"POST /sign-in\", nil)\n}\n", []string{"log-in"}},
		{"a resource called users", routes + "\tmux.HandleFunc(\"/users\", nil)\n}\n", []string{"beside"}},
		{"users below what may be our prefix", routes + "\tsub := http.NewServeMux()\n\tsub.HandleFunc(\"/users\", nil)\n\tmux.Handle(\"/api/v1/\", http.StripPrefix(\"/api/v1\", sub))\n}\n", []string{"doubt"}},
		{"our own path", routes + "\tmux.HandleFunc(\"GET /api/v1/users\", nil)\n}\n", []string{"clash"}},
		{"our own table", "package main\n\nconst schema = `CREATE TABLE users (id INTEGER)`\n\nfunc main() {}\n", []string{"clash"}},
		{"nothing", routes + "\tmux.HandleFunc(\"GET /todos\", nil)\n}\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "main.go": tt.main} {
				if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			module, err := scan.Load(t.Context(), root, "example.com/m", func(string) bool { return false })
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range notice.Find(module, notice.Names{Mode: "basic"}) {
				got = append(got, string(n.Grade))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q: %+v", got, tt.want, notice.Find(module, notice.Names{Mode: "basic"}))
			}
		})
	}
}

// TestMigrations finds the folder that new migrations join, unless the program may run
// all of it again each time it starts.
func TestMigrations(t *testing.T) {
	const embeds = "package main\n\nimport (\n\t\"embed\"\n\t\"fmt\"\n)\n\n//go:embed migrations/*.sql\nvar files embed.FS\n\nfunc main() { fmt.Println(files, query) }\n\n"
	for _, tt := range []struct {
		name, main string
		want       bool
	}{
		{"a tool runs them", "package main\n\nfunc main() {}\n", true},
		{"the program runs all of them", embeds + "const query = `SELECT title FROM books`\n", false},
		{"the program remembers them", embeds + "const query = `SELECT name FROM schema_migrations`\n", true},
		{"the program keeps a version", embeds + "const query = `PRAGMA user_version`\n", true},
		{"a library runs them", "package main\n\nimport (\n\t\"embed\"\n\n\t\"github.com/golang-migrate/migrate/v4\"\n)\n\n//go:embed migrations\nvar files embed.FS\n\nvar _ migrate.Migrate\n\nfunc main() { _ = files }\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(root, "migrations"), 0o700); err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string]string{
				"go.mod": "module example.com/m\n\ngo 1.24\n", "main.go": tt.main, "migrations/000001_books.up.sql": "CREATE TABLE books (title TEXT);\n",
			} {
				if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			module, err := scan.Load(t.Context(), root, "example.com/m", func(string) bool { return false })
			if err != nil {
				t.Fatal(err)
			}
			found, ok := notice.FindMigrations(module)
			if ok != tt.want || found.Path != "migrations" || found.Tool != "golang-migrate" {
				t.Errorf("found %+v, %v; want %v", found, ok, tt.want)
			}
		})
	}
}

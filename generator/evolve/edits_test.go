package evolve_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/templates"
)

// edit is what a user did to a file: old became new, once. An empty old adds
// new to the end (or makes the file), an empty new removes the text.
type edit struct{ file, old, new string }

const whole = "\x00" // as old: the whole file

// movedAnswers is what the owner has in a file of its own.
const movedAnswers = `// userOutput is the answer of an operation that shows one user.
type userOutput struct {
	Body UserResponse
}

func showUser(u auth.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{Body: newUserResponse(u)}, nil
}
`

// userEdits are changes in all parts of a project, as people make them.
func userEdits() []edit {
	return []edit{
		// Handlers.
		{"internal/auth/authhttp/login.go", `"Log in"`, `"Sign in"`},
		{"internal/auth/authhttp/register.go", `example:"johndoe"`, `example:"ann"`},
		{"internal/auth/authhttp/me.go", `"Show the current user"`, `"Who am I?"`},
		{"internal/auth/authhttp/users.go", `"List users; for superusers"`, `"All users"`},
		{"internal/auth/authhttp/users.go", `"Change another user; for superusers with a recent log-in"`, `"Change another user"`},
		{"internal/auth/authhttp/login.go", "package authhttp\n", "// Logging in and out.\npackage authhttp\n"},
		{"internal/auth/authhttp/authhttp.go", movedAnswers, ""},
		{"internal/auth/authhttp/answers.go", "", "package authhttp\n\nimport \"example.com/myapi/internal/auth\"\n\n" + movedAnswers},
		// Domain.
		{"internal/auth/user.go", "return user.IsActive\n", "return user.IsActive && user.Username != \"banned\"\n"},
		{"internal/auth/user.go", "\tCreatedAt      time.Time\n", "\tCreatedAt      time.Time\n\n\tNickname string\n"},
		{"internal/auth/errors.go", "for your own account\"}\n", "for your own account\"}\n\tErrTeapot             = &Error{Kind: KindRefused, Detail: \"I am a teapot\"}\n"},
		{"internal/auth/password.go", "package auth\n", "package auth\n\n// Our rules are stricter.\n"},
		{"internal/auth/login.go", "\tHistoryLength = 24 * time.Hour\n", "\tHistoryLength = 24 * time.Hour // a day\n"},
		{"internal/auth/session.go", "", "\n// sessionNote is ours.\nconst sessionNote = \"ours\"\n\nvar _ = sessionNote\n"},
		// SQL.
		{"internal/auth/authsql/users.go", "ORDER BY id LIMIT ?", "ORDER BY users.id LIMIT ?"},
		{"internal/auth/authsql/tokens.go", "package authsql\n", "package authsql\n\n// Rows of tokens.\n"},
		{"internal/database/migrations/00001_create_users.sql", "-- never used twice", "-- never, ever used twice"},
		{"internal/database/migrations/20260102030405_add_notes.sql", "", "-- +goose Up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- +goose Down\nDROP TABLE notes;\n"},
		// A column of users.
		{"internal/auth/user.go", "\tIsSuperuser    bool\n", "\tIsSuperuser    bool\n\tIsBanned       bool\n"},
		{"internal/auth/authsql/users.go", "\t\t{\"created_at\", &u.CreatedAt},\n", "\t\t{\"created_at\", &u.CreatedAt},\n\t\t{\"is_banned\", &u.IsBanned},\n"},
		{"internal/auth/authhttp/authhttp.go", "`json:\"created_at\" doc:\"In UTC (RFC 3339).\"`\n", "`json:\"created_at\" doc:\"In UTC (RFC 3339).\"`\n\tIsBanned    bool      `json:\"is_banned\"`\n"},
		{"internal/auth/authhttp/authhttp.go", "CreatedAt: u.CreatedAt,", "CreatedAt: u.CreatedAt, IsBanned: u.IsBanned,"},
		{"internal/auth/authhttp/keys_test.go", "\t\"created_at\",\n", "\t\"created_at\", \"is_banned\",\n"},
		{"internal/database/migrations/20260102030406_add_is_banned.sql", "", "-- +goose Up\nALTER TABLE users ADD COLUMN is_banned BOOLEAN NOT NULL DEFAULT FALSE;\n\n-- +goose Down\nALTER TABLE users DROP COLUMN is_banned;\n"},
		// Settings.
		{"internal/settings/settings.go", "`env:\"RATE_LIMIT_ENABLED\" envDefault:\"true\"`\n", "`env:\"RATE_LIMIT_ENABLED\" envDefault:\"true\"`\n\tGreeting           string     `env:\"GREETING\" envDefault:\"Hello\"`\n"},
		{"internal/settings/settings.go", `envDefault:"8000"`, `envDefault:"9000"`},
		{"internal/settings/settings_test.go", "package settings", "// Settings, tested.\npackage settings"},
		{".env.example", "", "\n# How users are greeted.\nGREETING=Hello\n"},
		{".env.example", "PORT=8000", "PORT=9000"},
		{"docs/settings.md", "", "| `GREETING` | `Hello` | how users are greeted |\n"},
		// Server.
		{"internal/server/routes.go", "\t\"POST /api/v1/auth/token\",\n", "\t\"POST /api/v1/auth/token\",\n\t\"GET /api/v1/notes\",\n"},
		{"internal/server/routes.go", "\ts.registerDocs()\n", "\ts.registerDocs()\n\tnotes.Register(s.api)\n"},
		{"internal/server/routes.go", "\t\"example.com/myapi/internal/auth/authhttp\"\n", "\t\"example.com/myapi/internal/auth/authhttp\"\n\t\"example.com/myapi/internal/notes\"\n"},
		{"internal/notes/notes.go", "", "// Package notes is ours.\npackage notes\n\nimport (\n\t\"context\"\n\n\t\"github.com/danielgtaylor/huma/v2\"\n)\n\n// Register adds the route.\nfunc Register(api huma.API) {\n\thuma.Get(api, \"/api/v1/notes\", func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })\n}\n"},
		{"internal/server/middleware.go", "requestTimeout = 20", "requestTimeout = 25"},
		// Program and tools.
		{"cmd/myapi/main.go", "\n  doctor [-user", "\n  help                      this text\n  doctor [-user"},
		{"cmd/myapi/serve.go", "\t\"time\"\n", "\t\"runtime\"\n\t\"time\"\n"},
		{"cmd/myapi/serve.go", "\taccounts, err := newAccounts", "\tlog.Info(\"starting\", \"go\", runtime.Version())\n\taccounts, err := newAccounts"},
		{"Makefile", "", "\ndeploy: ## send it to production\n\techo deployed\n"},
		{"compose.yaml", "\"127.0.0.1:8000:8000\"", "\"127.0.0.1:9000:8000\""},
		{".github/workflows/ci.yml", "branches: [main]", "branches: [main, develop]"},
		{"go.mod", "github.com/joho/godotenv v1.5.1", "github.com/joho/godotenv v1.5.1 // for .env"},
		{"README.md", "## Quick start\n", "Our service. Ask Ann.\n\n## Quick start\n"},
		{"README.md", "", "\n## Contact\n\nAnn.\n"},
		// Removed and renamed.
		{"internal/auth/authhttp/leak_test.go", whole, ""},
		{".golangci.yml", whole, ""},
	}
}

func (l living) edit(t *testing.T, edits []edit) {
	t.Helper()
	for _, e := range edits {
		var content string
		if f, ok := l.files[e.file]; ok {
			content = string(f.Data)
		}
		switch {
		case e.old == whole:
			delete(l.files, e.file)
			continue
		case e.old == "":
			content += e.new
		case strings.Count(content, e.old) < 1:
			t.Fatalf("%s has no %q", e.file, e.old)
		default:
			content = strings.Replace(content, e.old, e.new, 1)
		}
		l.files[e.file] = &fstest.MapFile{Data: []byte(content)}
	}
}

func (l living) rename(from, to string) {
	l.files[to] = l.files[from]
	delete(l.files, from)
}

// TestUserEditsSurvive edits a basic project in more than thirty places, makes
// it complete, and upgrades it to other templates. Nothing of the user's gets
// lost, nothing of forge's is left out, and nothing conflicts.
func TestUserEditsSurvive(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	l.edit(t, userEdits())
	l.rename("internal/auth/authhttp/password.go", "internal/auth/authhttp/secrets.go")
	l.rename("internal/auth/authhttp/errors.go", "internal/auth/authhttp/problems.go")

	u := l.plan(t, templates.FS, evolve.Request{Auth: "complete"})
	l.apply(t, u)
	l.checkEdits(t)
	if moved := l.files["internal/auth/authhttp/secrets.go"]; !bytes.Contains(moved.Data, []byte("reset-password")) {
		t.Error("what forge changed in a renamed file is missing")
	}
	for _, file := range []string{"internal/auth/authhttp/password.go", "internal/auth/authhttp/errors.go", "internal/auth/authhttp/leak_test.go", ".golangci.yml"} {
		if l.files[file] != nil {
			t.Errorf("%s is there again", file)
		}
	}
	l.buildAndTest(t)

	l.apply(t, l.plan(t, otherTemplates(t), evolve.Request{}))
	l.checkEdits(t)
	for file, text := range map[string]string{
		"internal/server/middleware.go":      "SAMEORIGIN",
		"internal/auth/authhttp/login.go":    "The user's name, or the e-mail.",
		"internal/auth/authhttp/problems.go": "needs its status here",
		"internal/server/added.go":           "package server",
		".github/workflows/ci.yml":           "name: tests",
		"README.md":                          "## Where all things are",
		"go.mod":                             "github.com/rs/cors v1.99.0",
	} {
		if f := l.files[file]; f == nil || !bytes.Contains(f.Data, []byte(text)) {
			t.Errorf("%s lacks what forge changed: %s", file, text)
		}
	}
}

// otherTemplates are the templates as a later forge may have them.
func otherTemplates(t *testing.T) fs.FS {
	t.Helper()
	return changedTemplates(t, []edit{
		{"service/internal/server/middleware.go.nethttp.tmpl", "header.Set(\"X-Frame-Options\", \"DENY\")", "header.Set(\"X-Frame-Options\", \"SAMEORIGIN\")"},
		{"service/internal/auth/authhttp/login.go.tmpl", "The user name or the e-mail.", "The user's name, or the e-mail."},
		{"service/internal/auth/authhttp/errors.go.tmpl", "// A kind of your own needs a status here.", "// A kind of your own needs its status here."},
		{"service/.github/workflows/ci.yml.sqlite.tmpl", "name: ci\n", "name: tests\n"},
		{"service/README.md.accounts.tmpl", "## Where things are\n", "## Where all things are\n"},
		{"modules/complete-sqlite-stdlib/go.mod.tmpl", "github.com/rs/cors v1.11.1", "github.com/rs/cors v1.99.0"},
		{"service/internal/server/added.go.tmpl", "", "package server\n"},
	})
}

// checkEdits looks for everything that the user wrote.
func (l living) checkEdits(t *testing.T) {
	t.Helper()
	for _, e := range userEdits() {
		f, ok := l.files[e.file]
		if e.old == whole {
			if ok {
				t.Errorf("%s is there again", e.file)
			}
			continue
		}
		for line := range strings.Lines(e.new) {
			if !ok || !bytes.Contains(f.Data, []byte(strings.TrimSpace(line))) {
				t.Errorf("%s has lost %q", e.file, line)
			}
		}
	}
}

func (l living) buildAndTest(t *testing.T) {
	t.Helper()
	if testing.Short() {
		return // make test-all builds it
	}
	dir := t.TempDir()
	for file, f := range l.files {
		name := filepath.Join(dir, filepath.FromSlash(file))
		must(t, os.MkdirAll(filepath.Dir(name), 0o755))
		must(t, os.WriteFile(name, f.Data, 0o644))
	}
	for _, args := range [][]string{{"vet", "-trimpath", "./..."}, {"test", "-trimpath", "-vet=off", "-ldflags=-w", "./internal/auth/...", "./internal/server", "./cmd/..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %v: %v\n%s", args, err, output)
		}
	}
}

// TestConflictsAreOnesThatPeopleCallConflicts changes the very statements that
// forge changes.
func TestConflictsAreOnesThatPeopleCallConflicts(t *testing.T) {
	l := livingOf(t, templates.FS, optionsOf("basic"))
	l.edit(t, []edit{
		{"internal/auth/register.go", "user.ID, err = tx.CreateUser(ctx, user)\n\t\treturn err\n", "user.ID, err = tx.CreateUser(ctx, user)\n\t\treturn wrap(err)\n"},
		{"internal/auth/authhttp/sessions.go", "", "package authhttp\n\n// ours\n"},
		{"internal/auth/authhttp/ends_test.go", "package authhttp_test\n", "package authhttp_test\n\n// ours\n"},
		{"internal/auth/profile.go", whole, ""},
	})
	u := l.plan(t, templates.FS, evolve.Request{Auth: "complete"})
	var got []string
	for _, d := range u.Conflicts() {
		got = append(got, d.Path+" "+d.Reason)
		if !merge.HasMarkers(d.New) || len(d.Lines) == 0 {
			t.Errorf("%s has no markers, or no lines: %v", d.Path, d.Lines)
		}
	}
	want := []string{
		"internal/auth/authhttp/ends_test.go you changed it, and forge has it no more",
		"internal/auth/authhttp/sessions.go you have a file where forge adds one",
		"internal/auth/register.go you and forge both changed it",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !slices.ContainsFunc(u.Files, func(d evolve.Outcome) bool {
		return d.Action == evolve.LeftOut && d.Path == "internal/auth/profile.go"
	}) {
		t.Error("nothing is said of a removed file that forge changed")
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

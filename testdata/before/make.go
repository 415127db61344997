//go:build ignore

// Make writes projects.tar.gz: projects as a forge of before wrote them and
// their owners changed them, which upgrades are judged by.
//
//	go build -o /tmp/forge-before ./cmd/forge    # at commit fed36c8
//	go run testdata/before/make.go /tmp/forge-before testdata/before/projects.tar.gz
//
// The archive has, of each project, what git would have of it: NAME/now/PATH is
// a file that its owner made or changed, or that forge added by surgery;
// NAME/base/PATH one that forge wrote (the content of .forge/base.txtar.gz);
// NAME/edits has the lines that the owner wrote, and
// NAME/removed lists those of the base that are not there any more. All other
// files are as in the base. It is sorted by PATH, so that files which are alike
// stand side by side and pack well.
package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// edit is what an owner did to a file: old became new; an empty old adds new to
// its end, or makes it.
type edit struct{ file, old, new string }

type fixture struct {
	name     string
	from     string     // a folder to begin with; empty: none
	commands [][]string // of forge, the first of which makes the project
	edits    []edit
	moves    [][2]string
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run make.go FORGE ARCHIVE")
	}
	work, err := os.MkdirTemp("", "forge-before-")
	check(err)
	defer os.RemoveAll(work)
	entries := make(map[string][]byte)
	for _, f := range fixtures() {
		f.make(os.Args[1], filepath.Join(work, f.name))
		f.collect(filepath.Join(work, f.name), entries)
	}
	check(os.WriteFile(os.Args[2], pack(entries), 0o644))
}

func fixtures() []fixture {
	return []fixture{
		{
			name: "complete-sqlite-stdlib",
			commands: [][]string{
				{"new", "example.com/myapi", "--auth=complete", "--yes", "--dir", "."},
				{"add", "field", "first_name:string?"},
				{"add", "field", "phone:string?", "--unique"},
				{"add", "field", "plan:string=free", "--superuser"},
				{"add", "field", "birthday:date?"},
			},
			edits: slices.Concat(ownColumn("?"), ownPackage(), []edit{
				{"internal/auth/login.go", "if !matches || !Allowed(user) {", "if !matches || !Allowed(user) || user.Username == \"banned\" {"},
				{"internal/auth/lock.go", "longLock  = time.Hour", "longLock  = 2 * time.Hour"},
				{"internal/auth/authhttp/logout.go", `Summary:`, "Deprecated: false,\n\t\tSummary:"},
				{"internal/auth/authhttp/sessions.go", "", "\n// sessionsNote is ours.\nconst sessionsNote = \"ours\"\n\nvar _ = sessionsNote\n"},
				{"internal/auth/authmail/pages.go", "package authmail\n", "package authmail\n\n// Our pages have our colours.\n"},
				{"static/email_template/verification.html", "", "<!-- ours -->\n"},
				{"README.md", "## Quick start\n", "Ask Ann before you change the log-in.\n\n## Quick start\n"},
				{".env.example", "", "\n# How users are greeted.\nGREETING=Hello\n"},
				{"compose.yaml", "\"127.0.0.1:8000:8000\"", "\"127.0.0.1:9000:8000\""},
			}),
			moves: [][2]string{
				{"internal/auth/authhttp/get_user.go", "internal/auth/authhttp/show_user.go"},
				{"internal/auth/authhttp/delete_user.go", "internal/auth/authhttp/remove_user.go"},
			},
		},
		{
			name: "basic-postgres-chi",
			commands: [][]string{
				{"new", "example.com/myapi", "--auth=basic", "--db=postgres", "--router=chi", "--yes", "--dir", "."},
				{"add", "field", "score:int=5", "nickname:string?", "--index"},
				{"add", "field", "seen:time?"},
			},
			edits: slices.Concat(ownPackage(), []edit{
				{"internal/auth/user.go", "return user.IsActive\n", "return user.IsActive && user.Username != \"banned\"\n"},
				{"internal/auth/session.go", "// Logout ends the session; its tokens are refused from now on.", "// Logout ends the session. Ours tells the audit log, too."},
				{"internal/auth/errors.go", "Detail: \"Invalid credentials\"", "Detail: \"Wrong name or password\""},
				{"internal/auth/errors.go", "\tErrOwnAccount         =", "\tErrTeapot             = &Error{Kind: KindRefused, Detail: \"I am a teapot\"}\n\tErrOwnAccount         ="},
				{"internal/auth/password.go", "package auth\n", "package auth\n\n// Our rules are stricter.\n"},
				{"internal/auth/authsql/users.go", "ORDER BY id LIMIT", "ORDER BY users.id LIMIT"},
				{"internal/auth/authhttp/login.go", `"Log in"`, `"Sign in"`},
				{"internal/auth/authhttp/me.go", `"Show the current user"`, `"Who am I?"`},
				{"internal/settings/settings.go", "`env:\"RATE_LIMIT_ENABLED\" envDefault:\"true\"`\n", "`env:\"RATE_LIMIT_ENABLED\" envDefault:\"true\"`\n\tGreeting             string     `env:\"GREETING\" envDefault:\"Hello\"`\n"},
				{"internal/settings/settings.go", `envDefault:"8000"`, `envDefault:"9000"`},
				{".env.example", "", "\n# How users are greeted.\nGREETING=Hello\n"},
				{"internal/server/limit.go", "requestTimeout = 20", "requestTimeout = 25"},
				{"cmd/myapi/serve.go", "\taccounts, err := newAccounts", "\tlog.Info(\"starting\", \"greeting\", config.Greeting)\n\taccounts, err := newAccounts"},
				{"go.mod", "github.com/joho/godotenv v1.5.1", "github.com/joho/godotenv v1.5.1 // for .env"},
				{"README.md", "", "\n## Contact\n\nAnn.\n"},
			}),
		},
		{
			name:     "foreign-gin",
			from:     "testdata/foreign/gin-routes-elsewhere",
			commands: [][]string{{"add", "auth", "--mode=basic", "--yes"}},
			edits: []edit{
				{"internal/auth/user.go", "return user.IsActive\n", "return user.IsActive && user.Username != \"banned\"\n"},
				{"internal/accounts/accounts.go", "10*time.Minute", "20*time.Minute"},
				{"internal/accounts/README.md", "# Accounts\n", "# Accounts\n\nAsk Ann.\n"},
				{"main.go", "routes.Register(r, db)", "routes.Register(r, db) // after the accounts' own"},
			},
		},
		{
			name:     "complete-mysql-fiber",
			commands: [][]string{{"new", "example.com/myapi", "--auth=complete", "--db=mysql", "--router=fiber", "--yes", "--dir", "."}},
		},
	}
}

// ownColumn is a column of users that their owner added by hand.
func ownColumn(parameter string) []edit {
	return []edit{
		{"internal/auth/user.go", "\tIsSuperuser    bool\n", "\tIsSuperuser    bool\n\tIsBanned       bool\n"},
		{"internal/auth/authsql/user_row.go", "\tusers.is_active, users.is_superuser,\n", "\tusers.is_active, users.is_superuser, users.is_banned,\n"},
		{"internal/auth/authsql/user_row.go", "\t\t&u.IsActive, &u.IsSuperuser,\n", "\t\t&u.IsActive, &u.IsSuperuser, &u.IsBanned,\n"},
		{"internal/auth/authsql/user_row.go", "is_superuser = " + parameter, "is_superuser = " + parameter + ", is_banned = " + parameter},
		{"internal/auth/authsql/user_row.go", "u.IsSuperuser,\n\t\tu.FirstName", "u.IsSuperuser, u.IsBanned,\n\t\tu.FirstName"},
		{"internal/auth/authhttp/user_response.go", "IsSuperuser bool      `json:\"is_superuser\"`\n", "IsSuperuser bool      `json:\"is_superuser\"`\n\tIsBanned    bool      `json:\"is_banned\"`\n"},
		{"internal/auth/authhttp/user_response.go", "IsSuperuser: u.IsSuperuser,", "IsSuperuser: u.IsSuperuser, IsBanned: u.IsBanned,"},
		{"internal/auth/authhttp/keys_test.go", "\"is_superuser\",\n", "\"is_superuser\", \"is_banned\",\n"},
		{"internal/database/migrations/20260102030406_add_is_banned.sql", "", "-- +goose Up\nALTER TABLE users ADD COLUMN is_banned BOOLEAN NOT NULL DEFAULT FALSE;\n\n-- +goose Down\nALTER TABLE users DROP COLUMN is_banned;\n"},
	}
}

// ownPackage is a package with a route.
func ownPackage() []edit {
	return []edit{
		{"internal/server/routes.go", "\t\"POST /api/v1/auth/token\",\n", "\t\"POST /api/v1/auth/token\",\n\t\"GET /api/v1/notes\",\n"},
		{"internal/server/routes.go", "\ts.registerDocs()\n", "\ts.registerDocs()\n\tnotes.Register(s.api)\n"},
		{"internal/server/routes.go", "\t\"example.com/myapi/internal/auth/authhttp\"\n", "\t\"example.com/myapi/internal/auth/authhttp\"\n\t\"example.com/myapi/internal/notes\"\n"},
		{"internal/notes/notes.go", "", "// Package notes is ours.\npackage notes\n\nimport (\n\t\"context\"\n\n\t\"github.com/danielgtaylor/huma/v2\"\n)\n\n// Register adds the route.\nfunc Register(api huma.API) {\n\thuma.Get(api, \"/api/v1/notes\", func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })\n}\n"},
	}
}

// make makes the project in dir.
func (f fixture) make(forge, dir string) {
	if f.from != "" {
		check(os.CopyFS(dir, os.DirFS(f.from)))
	} else {
		check(os.Mkdir(dir, 0o755))
	}
	for _, args := range f.commands {
		cmd := exec.Command(forge, args...)
		cmd.Dir = dir
		if output, err := cmd.CombinedOutput(); err != nil {
			log.Fatalf("forge %v: %v\n%s", args, err, output)
		}
	}
	for _, e := range f.edits {
		name := filepath.Join(dir, filepath.FromSlash(e.file))
		content, err := os.ReadFile(name)
		if e.old != "" {
			check(err)
		}
		text := string(content)
		switch {
		case e.old == "":
			text += e.new
		case !strings.Contains(text, e.old):
			log.Fatalf("%s: %s has no %q", f.name, e.file, e.old)
		default:
			text = strings.Replace(text, e.old, e.new, 1)
		}
		check(os.MkdirAll(filepath.Dir(name), 0o755))
		check(os.WriteFile(name, []byte(text), 0o644))
	}
	for _, move := range f.moves {
		check(os.Rename(filepath.Join(dir, move[0]), filepath.Join(dir, move[1])))
	}
}

// collect adds the project's files to the entries of the archive.
func (f fixture) collect(dir string, entries map[string][]byte) {
	base := make(map[string][]byte)
	if encoded, err := os.ReadFile(filepath.Join(dir, project.BasePath)); err == nil {
		base, err = project.DecodeBase(encoded)
		check(err)
	}
	there := make(map[string]bool)
	check(fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == project.BasePath || strings.HasPrefix(name, ".forge/undo") || strings.HasPrefix(name, ".forge/redo") || project.ClassOf(name) == project.Secret {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		there[name] = true
		if written, ok := base[name]; !ok || !bytes.Equal(written, content) {
			entries[f.name+"/now/"+name] = content
		}
		return err
	}))
	var removed []string
	for _, name := range slices.Sorted(maps.Keys(base)) {
		entries[f.name+"/base/"+name] = base[name]
		if !there[name] {
			removed = append(removed, name+"\n")
		}
	}
	var lines []string
	for _, e := range f.edits {
		lines = append(lines, e.new)
	}
	entries[f.name+"/edits"] = []byte(strings.Join(lines, "\n"))
	entries[f.name+"/removed"] = []byte(strings.Join(removed, ""))
}

func pack(entries map[string][]byte) []byte {
	byPath := func(a, b string) int {
		x, y := strings.SplitN(a, "/", 3), strings.SplitN(b, "/", 3)
		return cmp.Or(cmp.Compare(x[len(x)-1], y[len(y)-1]), cmp.Compare(a, b))
	}
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	check(err)
	archive := tar.NewWriter(zip)
	for _, name := range slices.SortedFunc(maps.Keys(entries), byPath) {
		check(archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(entries[name]))}))
		_, err := archive.Write(entries[name])
		check(err)
	}
	check(archive.Close())
	check(zip.Close())
	fmt.Printf("%d files, %d bytes\n", len(entries), out.Len())
	return out.Bytes()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

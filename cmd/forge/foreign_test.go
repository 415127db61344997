package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/scripts/test/leave"
)

// foreign is a module of testdata/foreign and what forge add auth must make of
// it: line is the place and the text of its one line, or why says why the line
// is left to the user.
type foreign struct {
	name, dir, mode string
	flags           []string
	prepare         func(t *testing.T, root string)
	line, why       string
	broken          bool   // the module does not build as a whole
	postgres        bool   // it needs a server, which FORGE_POSTGRES_URL names
	mysql           bool   // and so, with FORGE_MYSQL_URL
	front           bool   // accounts would go in front of its own handler
	tables, paths   string // the prefixes that it gets
	was             string // what the line was before, if it is one of the module's
	kept            string // the line in which the router had no name yet
}

func foreignModules() []foreign {
	return []foreign{
		{name: "one-mux", mode: "complete", line: "main.go:24 accounts.Mount(mux, db)"},
		{name: "several-muxes", mode: "basic", line: "main.go:49 accounts.Mount(public, db)"},
		{name: "factory", mode: "complete", line: "internal/web/handler.go:17 accounts.Mount(mux, store)"},
		{name: "default-mux", mode: "basic", line: "main.go:12 accounts.Mount(http.DefaultServeMux)"},
		{name: "closure", mode: "basic", line: "main.go:49 accounts.Mount(mux, db)"},
		{name: "gorilla", mode: "complete", line: "api/api.go:33 accounts.Mount(router, s.notes.db)"},
		{name: "chi-subrouters", mode: "complete", line: "main.go:25 accounts.Mount(r, db)"},
		{name: "chi-wrapper", mode: "basic", line: "server/server.go:33 accounts.Mount(s.router, store.conn)"},
		{name: "pgxpool", mode: "basic", line: "main.go:32 accounts.Mount(r, s.Pool)", postgres: true},
		{name: "gin-routes-elsewhere", mode: "complete", line: "main.go:27 accounts.Mount(r, db)"},
		{name: "gin-global-database", mode: "basic", line: "main.go:17 accounts.Mount(router, database.DB)"},
		{name: "echo-handle-elsewhere", mode: "complete", line: "main.go:24 accounts.Mount(e, a.db)"},
		{name: "echo5-no-database", mode: "basic", line: "main.go:19 accounts.Mount(e)"},
		{name: "fiber2-catch-all", mode: "basic", line: "main.go:23 accounts.Mount(app, db)"},
		{name: "fiber3", mode: "complete", line: "main.go:25 accounts.Mount(a.fi, a.db)"},
		{name: "goose-migrations", mode: "complete", line: "main.go:33 forgeaccounts.Mount(mux, db)"},
		{name: "workspace", dir: "api", mode: "basic", line: "main.go:15 accounts.Mount(mux)"},
		{name: "vendored", mode: "basic", line: "main.go:15 accounts.Mount(r)", prepare: vendor},
		{name: "unformatted", mode: "basic", line: "main.go:14 accounts.Mount(mux, db)"},
		{name: "one-mux", mode: "basic", line: "main.go:24 accounts.Mount(mux, db)", prepare: toCRLF},
		{name: "broken-elsewhere", mode: "basic", line: "main.go:12 accounts.Mount(http.DefaultServeMux)", broken: true},
		{name: "broken-main", mode: "basic", why: "not all known", broken: true},
		{name: "go-1.26", mode: "basic", line: "main.go:13 accounts.Mount(mux)"},
		{name: "go-1.16", mode: "basic", line: "main.go:15 accounts.Mount(mux)"},
		{name: "old-workspace", mode: "basic", line: "main.go:15 accounts.Mount(mux)"},
		{name: "old-go", mode: "basic", line: "main.go:12 accounts.Mount(http.DefaultServeMux)"},
		{name: "old-go", mode: "basic", flags: []string{"--keep-go"}, why: `go.mod:4: the module is for Go 1.24, but the new packages need Go 1.26.0: make that line "go 1.26.0"`},
		{name: "existing-login", mode: "basic", why: "log-in code already: a route POST /login (main.go:20)"},
		{name: "existing-login", mode: "basic", flags: []string{"--at", "main.go:18"}, line: "main.go:20 accounts.Mount(mux, db)"},
		{name: "auth-taken", mode: "basic", line: "main.go:15 accounts.Mount(mux)"},
		{name: "auth-taken", mode: "basic", flags: []string{"--at", "main.go:13"}, line: "main.go:15 accounts.Mount(mux)"},
		{name: "accounts-taken", mode: "complete", line: "main.go:14 forgeaccounts.Mount(mux)"},
		{name: "users-table", mode: "complete", line: "main.go:28 accounts.Mount(mux, db)", tables: "accounts_"},
		{name: "users-table", mode: "basic", flags: []string{"--table-prefix=login_"}, line: "main.go:28 accounts.Mount(mux, db)", tables: "login_"},
		{name: "users-routes", mode: "complete", line: "main.go:17 accounts.Mount(r)", paths: "/accounts"},
		{name: "users-routes", mode: "basic", flags: []string{"--prefix=/people"}, why: "a route /people/api/v1/users/me already (main.go:22)"},
		{name: "own-tests", mode: "complete", line: "web/web.go:13 accounts.Mount(mux)"},
		{name: "golden-routes", mode: "basic", why: "tests of yours would fail that pass now (--no-test leaves them out): example.com/service TestRoutes"},
		{name: "own-handler", mode: "complete", line: "main.go:26 server := &http.Server{Addr: address(), Handler: accounts.Handler(logged(a), db)}", was: "server := &http.Server{Addr: address(), Handler: logged(a)}"},
		{name: "httprouter", mode: "basic", line: "main.go:20 log.Fatal(http.ListenAndServe(addr, accounts.Handler(router)))", was: "log.Fatal(http.ListenAndServe(addr, router))"},
		{name: "host-patterns", mode: "basic", why: `a route is for one host, where it would hide accounts: "www.example.com/" (main.go:13)`},
		{name: "host-patterns", mode: "basic", flags: []string{"--at", "main.go:12"}, line: "main.go:14 accounts.Mount(mux)"},
		{name: "embedded", mode: "basic", line: "main.go:24 accounts.Mount(s.ServeMux)"},
		{name: "getter", mode: "basic", line: "api.go:13 accounts.Mount(a.router)"},
		{name: "chain", mode: "basic", line: "main.go:13 accounts.Mount(mux)"},
		{name: "groups", mode: "complete", line: "main.go:15 accounts.Mount(mux)"},
		{name: "generated", mode: "basic", line: "main.go:13 accounts.Mount(mux)"},
		{name: "sub-folder", dir: "service", mode: "basic", line: "main.go:13 accounts.Mount(mux)"},
		{name: "own-dispatch", mode: "basic", line: "main.go:16 log.Fatal(http.ListenAndServe(addr, accounts.Handler(dispatcher{})))", was: "log.Fatal(http.ListenAndServe(addr, dispatcher{}))"},
		{name: "mux-one-call-up", mode: "complete", line: "main.go:22 Handler: logged(accounts.Handler(web.NewHandler(store.New(db)), db)),", was: "Handler: logged(web.NewHandler(store.New(db))),"},
		{name: "chi-served-first", mode: "basic", line: "main.go:29 accounts.Mount(r, db)"},
		{name: "chi-one-call-up", mode: "basic", line: "main.go:21 accounts.Mount(router, db)", kept: "log.Fatal(http.ListenAndServe(address(), web.Routes(store.New(db))))"},
		{name: "bun", mode: "complete", line: "main.go:31 accounts.Mount(mux, db.DB)"},
		{name: "ent", mode: "basic", line: "main.go:24 accounts.Mount(mux, driver.DB())"},
		{name: "fiber-embedded", mode: "basic", line: "server/server.go:21 accounts.Mount(s.App)"},
		{name: "wire", mode: "basic", line: "providers.go:38 accounts.Mount(mux, g.db)"},
		{name: "sqlc", mode: "basic", line: "internal/api/api.go:25 accounts.Mount(r)"},
		{name: "negroni", mode: "basic", line: "main.go:16 accounts.Mount(router)"},
		{name: "experiment", mode: "basic", why: "(it is behind the experiment jsonv2)", broken: true},
		{name: "lib-pq", mode: "complete", line: "main.go:27 accounts.Mount(mux, db)", postgres: true},
		{name: "gorm-postgres", mode: "basic", line: "main.go:26 accounts.Mount(e, db)", postgres: true},
		{name: "gorm-mysql", mode: "complete", line: "main.go:26 accounts.Mount(e, db)", mysql: true},
		{name: "mongo", mode: "basic", line: "main.go:31 accounts.Mount(router)"},
		{name: "cobra-serve", mode: "basic", line: "cmd/serve.go:25 accounts.Mount(mux, db)"},
		{name: "profiles-only", mode: "basic", why: "mux in profiles: for metrics or debugging", front: true},
		{name: "two-programs", mode: "basic", why: "equally likely"},
	}
}

func TestForeignModules(t *testing.T) {
	leave.ToTestAll(t)
	for _, f := range foreignModules() {
		t.Run(strings.Join(append([]string{f.name, f.mode}, f.flags...), " "), func(t *testing.T) {
			root := f.copy(t)
			t.Chdir(filepath.Join(root, f.dir))
			before := readTree(t, root)
			facts, code, stderr := addAuth(t, append(f.flags, "--mode="+f.mode)...)
			if f.why != "" {
				if code != exitRefused || !strings.Contains(stderr, f.why) {
					t.Fatalf("exit %d, %s; want exit 3, %q", code, stderr, f.why)
				}
				compareTree(t, "the refusal", before, readTree(t, root))
				if facts.Dir != "" {
					f.checkPackages(t, root, before)
				}
				return
			}
			if got := facts.At + " " + facts.Line; code != exitDone || got != f.line {
				t.Fatalf("exit %d, %q; want %q\n%s", code, got, f.line, stderr)
			}
			if facts.Tables != f.tables || facts.Prefix != f.paths {
				t.Errorf("the prefixes are %q and %q; want %q and %q", facts.Tables, facts.Prefix, f.tables, f.paths)
			}
			after := readTree(t, root)
			f.checkEdits(t, before, after)
			f.checkWorks(t, facts)
			if f.was == "" { // In front of a handler, forge knows none of its routes.
				f.checkProtects(t, root)
			}
			if again, code, stderr := addAuth(t, "--mode="+f.mode); code != exitDone || !again.Wired {
				t.Errorf("a second run: exit %d, %s", code, stderr)
			}
			compareTree(t, "a second run", after, readTree(t, root))
			undo(t)
			compareTree(t, "undo", before, readTree(t, root))
		})
	}
}

func vendor(t *testing.T, root string) { goCommand(t, root, "mod", "vendor") }

// toCRLF converts a module to the line ends of Windows.
func toCRLF(t *testing.T, root string) {
	for _, name := range []string{"main.go", "go.mod", "README.md"} {
		name = filepath.Join(root, name)
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// copy returns a copy of the module that may be changed.
func (f foreign) copy(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join("..", "..", "testdata", "foreign", f.name)
	if archive, err := txtar.ParseFile(source + ".txtar"); err == nil {
		files, err := txtar.FS(archive)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(root, files); err != nil {
			t.Fatal(err)
		}
	} else if err := os.CopyFS(root, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	// One way of compiling, so that all copies share the build cache.
	t.Setenv("GOFLAGS", strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath"))
	// The modules may have to come over the network once.
	goCommand(t, filepath.Join(root, f.dir), "mod", "download")
	if f.prepare != nil {
		f.prepare(t, root)
	}
	return root
}

func addAuth(t *testing.T, flags ...string) (facts foreignFacts, code int, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(append([]string{"add", "auth", "--yes", "--json"}, flags...), strings.NewReader(""), &out, &errs)
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &facts); err != nil {
			t.Fatalf("%v in %s", err, &out)
		}
	}
	return facts, code, errs.String()
}

func undo(t *testing.T) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run([]string{"undo"}, strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("undo: exit %d, %s", code, &errs)
	}
}

// checkEdits holds what changed of the user's files to two new lines of Go, a
// section in the README, and the modules.
func (f foreign) checkEdits(t *testing.T, before, after map[string]string) {
	t.Helper()
	edited, _, _ := strings.Cut(f.line, ":")
	for name, old := range before {
		switch now := after[name]; {
		case now == old || strings.HasSuffix(name, "go.mod") || strings.HasSuffix(name, "go.sum") || name == "go.work":
		case strings.HasSuffix(name, edited):
			if f.was != "" {
				line := f.line[strings.Index(f.line, " ")+1:]
				if strings.Count(now, line) != 1 || strings.Count(old, f.was) != 1 {
					t.Errorf("%s: %q is not there in the place of %q\n%s", name, line, f.was, now)
				}
				old = strings.Replace(old, f.was, line, 1)
			}
			want := 2
			switch {
			case f.was != "":
				want = 1
			case f.kept != "":
				old = strings.Replace(old, f.kept, "log.Fatal(http.ListenAndServe(address(), router))", 1)
				want = 3
			}
			if added := addedLines(old, now); added != want {
				t.Errorf("%s: %d lines added; want %d, and nothing else\n%s", name, added, want, now)
			}
		case strings.HasSuffix(name, "README.md") && strings.HasPrefix(now, old):
			if strings.Contains(old, "\r\n") && strings.Count(now, "\n") != strings.Count(now, "\r\n") {
				t.Errorf("%s has two kinds of line ends", name)
			}
		default:
			t.Errorf("%s has changed", name)
		}
	}
}

// addedLines counts the lines that were added to a text; -1: it is otherwise
// changed.
func addedLines(old, now string) int {
	rest := strings.SplitAfter(old, "\n")
	added := 0
	for line := range strings.SplitAfterSeq(now, "\n") {
		if len(rest) > 0 && line == rest[0] {
			rest = rest[1:]
		} else {
			added++
		}
	}
	if len(rest) > 0 {
		return -1
	}
	return added
}

// checkPackages writes the packages all the same, and holds the user's files to
// what they were but for the requirements, and the printed lines to compiling
// where they are pasted.
func (f foreign) checkPackages(t *testing.T, root string, before map[string]string) {
	t.Helper()
	facts, code, stderr := addAuth(t, append(f.flags, "--mode="+f.mode, "--write-packages")...)
	if code != exitRefused || (len(facts.Lines) == 0) != f.front || len(facts.Created) == 0 {
		t.Fatalf("--write-packages: exit %d, %d lines, %d new files\n%s", code, len(facts.Lines), len(facts.Created), stderr)
	}
	after := readTree(t, root)
	for name, old := range before {
		if after[name] != old && name != "go.mod" && name != "go.sum" {
			t.Errorf("%s has changed", name)
		}
	}
	if !f.broken {
		goCommand(t, ".", "build", "./...")
	}
	for _, lines := range facts.Lines {
		name := filepath.FromSlash(lines.File)
		old, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := slices.Insert(strings.SplitAfter(string(old), "\n"), lines.Import.Number-1, lines.Import.Text+"\n")
		text = slices.Insert(text, lines.Call.Number-1, lines.Call.Text+"\n")
		if err := os.WriteFile(name, []byte(strings.Join(text, "")), 0o644); err != nil {
			t.Fatal(err)
		}
		if !f.broken {
			goCommand(t, ".", "vet", "./...")
		}
		if err := os.WriteFile(name, old, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	undo(t)
	compareTree(t, "undo", before, readTree(t, root))
}

// readTree reads all files but forge's own memory.
func readTree(t *testing.T, root string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".forge" || entry.Name() == "vendor" { // go mod vendor is left to the user
				return fs.SkipDir
			}
			return nil
		}
		content, err := fs.ReadFile(tree, name)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func compareTree(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	if !maps.Equal(want, got) {
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s changed %s", what, name)
			}
		}
		for name := range got {
			if _, ok := want[name]; !ok {
				t.Errorf("%s made %s", what, name)
			}
		}
	}
}

func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

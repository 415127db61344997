package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/scripts/test/leave"
)

// forgeIn runs forge in the working folder, and returns what it printed.
func forgeIn(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &errs); code != want {
		t.Fatalf("forge %q: exit %d, not %d\n%s%s", args, code, want, &out, &errs)
	}
	return out.String() + errs.String()
}

// TestForeignModulesLiveOn adds accounts to a module that forge did not make, and
// changes them like those of any project: a field, another mode, an upgrade, an
// undo. The owner's edits stay, and all of it builds and passes its tests.
func TestForeignModulesLiveOn(t *testing.T) {
	leave.ToTestAll(t)
	root := foreign{name: "one-mux"}.copy(t)
	t.Chdir(root)
	forgeIn(t, exitDone, "add", "auth", "--mode=basic", "--yes")
	if said := forgeIn(t, exitDone, "diff", "--check"); !strings.Contains(said, "up to date") {
		t.Errorf("after adding accounts, forge diff says %s", said)
	}
	if said := forgeIn(t, exitDone, "add", "auth", "--mode=basic"); !strings.Contains(said, "main.go:24") {
		t.Errorf("adding the mode that is there says %s", said)
	}
	const user = "internal/auth/user.go"
	if err := replaceIn(user, "return user.IsActive\n", "return user.IsActive && user.Username != \"banned\"\n"); err != nil {
		t.Fatal(err)
	}
	before := readTree(t, root)
	forgeIn(t, exitDone, "add", "field", "nickname:string?")
	forgeIn(t, exitDone, "undo")
	compareTree(t, "undo", before, readTree(t, root))
	forgeIn(t, exitDone, "add", "field", "nickname:string?")
	forgeIn(t, exitDone, "rename", "field", "nickname", "nick")
	forgeIn(t, exitDone, "remove", "field", "nick")
	forgeIn(t, exitDone, "add", "field", "nick:string?")
	forgeIn(t, exitDone, "add", "auth", "--mode=complete")
	if said := forgeIn(t, exitDone, "diff", "--check"); !strings.Contains(said, "1 file changed by you") || !strings.Contains(said, "banned") {
		t.Errorf("forge diff says %s", said)
	}
	if said := forgeIn(t, exitDone, "doctor"); !strings.Contains(said, "accounts complete") || strings.Contains(said, "wrong") {
		t.Errorf("forge doctor says %s", said)
	}
	if said := forgeIn(t, exitDone, "upgrade"); !strings.Contains(said, "Nothing to do") {
		t.Errorf("forge upgrade says %s", said)
	}
	goCommand(t, root, "vet", "./...")
	goCommand(t, root, "test", "-vet=off", "-ldflags=-w", "./internal/auth/authhttp", "-run", "OwnFields|Keys|Verify")
}

// TestPrefixesLiveOn adds accounts to a module with a table and paths of their
// names, and a field and a mode after that: all of it keeps the prefixes, and the
// service's own tests pass with them.
func TestPrefixesLiveOn(t *testing.T) {
	leave.ToTestAll(t)
	root := foreign{name: "users-table"}.copy(t)
	t.Chdir(root)
	if said := forgeIn(t, exitDone, "add", "auth", "--mode=basic", "--yes", "--prefix=/accounts"); !strings.Contains(said, "tables begin with accounts_, since there is a table users (main.go:24); --table-prefix=") {
		t.Errorf("forge add auth says %s", said)
	}
	forgeIn(t, exitDone, "add", "field", "nickname:string?", "--unique")
	forgeIn(t, exitDone, "add", "auth", "--mode=complete")
	if said := forgeIn(t, exitDone, "upgrade"); !strings.Contains(said, "Nothing to do") {
		t.Errorf("forge upgrade says %s", said)
	}
	bare := regexp.MustCompile(`(?i)\b(from|into|update|join|table|on|references|exists)\s+(users|tokens|login_failures|login_networks|outbox)\b`)
	comments := regexp.MustCompile(`(?m)//.*`)
	for name, content := range readTree(t, filepath.Join(root, "internal")) {
		if found := bare.FindString(comments.ReplaceAllString(content, "")); found != "" && (strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".sql")) {
			t.Errorf("%s has %q, without the prefix", name, found)
		}
	}
	goCommand(t, root, "vet", "./...")
	goCommand(t, root, "test", "-vet=off", "-ldflags=-w", "./internal/accounts", "./internal/auth/authsql", "./internal/auth/authhttp")
}

// TestModulesOfBeforeAreTakenOver upgrades a module to which an earlier forge
// added accounts: it kept hashes and nothing else. What nobody changed moves
// on; what the owner changed conflicts, in those files alone.
func TestModulesOfBeforeAreTakenOver(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unpackBefore(t, "foreign-gin", root)
	t.Chdir(root)
	before := readTree(t, root)
	said := forgeIn(t, exitConflicts, "upgrade")
	edited := []string{"internal/accounts/README.md", "internal/accounts/accounts.go", "internal/auth/user.go"}
	for line := range strings.Lines(said) {
		if at, _, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok && !slices.Contains(edited, at+".go") {
			t.Errorf("a conflict where nobody changed anything: %s", line)
		}
	}
	for _, name := range edited {
		if !strings.Contains(said, name+":") {
			t.Errorf("nothing is said of %s:\n%s", name, said)
		}
	}
	compareTree(t, "a refused upgrade", before, readTree(t, root))

	forgeIn(t, exitConflicts, "upgrade", "--conflicts=inline")
	p, err := project.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	want := project.Answers{
		Module: "example.com/service", Program: "service", Auth: "basic", DB: "sqlite", Router: "gin",
		Features: []string{"redis"}, // which all had
		Foreign:  &project.Foreign{Import: "github.com/gin-gonic/gin", Handle: "gorm", AuthDir: "internal/auth"},
	}
	if !p.Manifest.Answers.Equal(want) {
		t.Errorf("the answers are %+v, %+v", p.Manifest.Answers, p.Manifest.Answers.Foreign)
	}
	if _, err := os.Stat("internal/accounts/forge.json"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the hashes of before are left over: %v", err)
	}
	if content, err := os.ReadFile("internal/auth/user.go"); err != nil || !bytes.Contains(content, []byte("banned")) {
		t.Errorf("the owner's edit is lost: %v", err)
	}
	forgeIn(t, exitDone, "upgrade", "--abort")
	compareTree(t, "an upgrade that was given up", before, readTree(t, root))
}

// unpackBefore unpacks what is there now of one of testdata/before's projects.
func unpackBefore(t *testing.T, name, root string) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "testdata", "before", "projects.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(zip); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		inside, ok := strings.CutPrefix(header.Name, name+"/now/")
		if !ok {
			continue
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(root, filepath.FromSlash(inside))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, content, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

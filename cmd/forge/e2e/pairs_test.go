package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
)

// combination is the choices that one project is made of.
type combination struct{ mode, db, router string }

func (c combination) String() string { return c.mode + "-" + c.db + "-" + c.router }

// pairs returns combinations in which every two choices meet: each mode and
// database, each mode and router, each database and router. All combinations
// are compared with what they were (TestMatrix in package generator); these
// are built and run.
//
// Every database has to meet every router, so there can't be fewer than the
// product of their numbers. Counting the mode on in both directions makes a
// Latin square of them: along each row and each column, each mode comes up.
func pairs() []combination {
	modes := generator.AuthChoice().Names()
	var all []combination
	for i, db := range generator.DBChoice().Names() {
		for j, router := range generator.RouterChoice().Names() {
			all = append(all, combination{modes[(i+j)%len(modes)], db, router})
		}
	}
	return all
}

func TestPairsMeet(t *testing.T) {
	met := make(map[[2]string]bool)
	for _, c := range pairs() {
		for _, pair := range [][2]string{{c.mode, c.db}, {c.mode, c.router}, {c.db, c.router}} {
			met[pair] = true
		}
	}
	for _, o := range generator.Combinations() {
		for _, pair := range [][2]string{{string(o.Auth), string(o.DB)}, {string(o.Auth), string(o.Router)}, {string(o.DB), string(o.Router)}} {
			if !met[pair] {
				t.Errorf("no project has both %s and %s", pair[0], pair[1])
			}
		}
	}
}

// untested returns the packages with tests whose files, together with those
// of all packages that they and their tests import, were not in tested, and
// puts them there. Kind is what else the tests depend on.
func (p project) untested(t *testing.T, kind string, tested map[string]bool) []string {
	t.Helper()
	type listed struct {
		ImportPath, Dir, ForTest string
		Standard                 bool
		Deps, EmbedFiles         []string
	}
	all := make(map[string]listed)
	printed := p.run(t, "go", "list", "-deps", "-test", "-json=ImportPath,Dir,ForTest,Standard,Deps,EmbedFiles", "./...")
	for decoder := json.NewDecoder(strings.NewReader(printed)); ; {
		var one listed
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all[one.ImportPath] = one
	}
	var packages []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		pkg, isTest := strings.CutSuffix(name, ".test")
		if !isTest {
			continue
		}
		sum := sha256.New()
		fmt.Fprintln(sum, kind, pkg)
		for _, dep := range slices.Sorted(slices.Values(all[name].Deps)) {
			if d := all[dep]; !d.Standard {
				p.sum(t, sum, d.Dir, d.EmbedFiles)
			}
		}
		if key := string(sum.Sum(nil)); !tested[key] {
			tested[key] = true
			packages = append(packages, pkg)
		}
	}
	return packages
}

// sum adds the files of a package's folder to a hash. Those of other modules
// are named by their version.
func (p project) sum(t *testing.T, sum hash.Hash, dir string, embedded []string) {
	t.Helper()
	inside, ok := strings.CutPrefix(dir, p.dir)
	if !ok {
		fmt.Fprintln(sum, dir)
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Clone(embedded)
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(sum, filepath.Join(inside, name), len(content))
		_, _ = io.Copy(sum, bytes.NewReader(content)) // A hash takes all.
	}
}

// TestUntestedPackages changes a file, and looks for the packages that have to
// be tested again.
func TestUntestedPackages(t *testing.T) {
	p, tested := newProject(t, "none"), make(map[string]bool)
	if first := p.untested(t, "", tested); !slices.Contains(first, "example.com/myapi/internal/server") {
		t.Errorf("a project that was never tested has %v", first)
	}
	if again := p.untested(t, "", tested); len(again) != 0 {
		t.Errorf("the same project has %v", again)
	}
	p.write(t, "internal/greeting/more.go", "package greeting\n")
	changed := p.untested(t, "", tested)
	if !slices.Contains(changed, "example.com/myapi/internal/server") || slices.Contains(changed, "example.com/myapi/internal/client") {
		t.Errorf("a change of internal/greeting has %v", changed)
	}
	if other := p.untested(t, "other", tested); !slices.Contains(other, "example.com/myapi/internal/client") {
		t.Errorf("another kind has %v", other)
	}
}

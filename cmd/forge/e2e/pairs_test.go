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
	"sync"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
	answers "github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource/resourcetest"
)

// combination is the choices that one project is made of.
type combination struct {
	mode, db, router string
	features         []string
	resources        bool
}

func (c combination) String() string {
	name := strings.Join(append([]string{c.mode, c.db, c.router}, c.features...), "-")
	if c.resources {
		name += "-resources"
	}
	return name
}

// pair is two choices of one project, each as "what=which".
type pair [2]string

// pairs lists every two choices of the combination.
func (c combination) pairs() []pair {
	choices := []string{"mode=" + c.mode, "db=" + c.db, "router=" + c.router, fmt.Sprint("resources=", c.resources)}
	for _, f := range feature.All() {
		choices = append(choices, fmt.Sprint(f.Name, "=", slices.Contains(c.features, f.Name)))
	}
	var all []pair
	for i, one := range choices {
		for _, other := range choices[i+1:] {
			all = append(all, pair{one, other})
		}
	}
	return all
}

// combinations lists all projects that can be made, but for what is in their fields
// and resources.
func combinations() []combination {
	var all []combination
	for _, mode := range generator.AuthChoice().Names() {
		for _, db := range generator.DBChoice().Names() {
			for _, router := range generator.RouterChoice().Names() {
				for _, features := range subsets(feature.Names(feature.For(mode))) {
					all = append(all, combination{mode, db, router, features, false}, combination{mode, db, router, features, true})
				}
			}
		}
	}
	return all
}

func subsets(names []string) [][]string {
	all := [][]string{nil}
	for _, name := range names {
		for _, set := range slices.Clone(all) {
			all = append(all, append(slices.Clone(set), name))
		}
	}
	return all
}

// pairs returns few combinations in which every two choices meet that can meet. The
// next is always one in which the most pairs meet that have not met. All combinations
// without features are compared with what they were (TestMatrix in package generator);
// these are built and run.
func pairs() []combination {
	all, met := combinations(), make(map[pair]bool)
	for _, c := range all {
		for _, p := range c.pairs() {
			met[p] = false
		}
	}
	var chosen []combination
	for {
		best, most := combination{}, 0
		for _, c := range all {
			missing := 0
			for _, p := range c.pairs() {
				if !met[p] {
					missing++
				}
			}
			if missing > most {
				best, most = c, missing
			}
		}
		if most == 0 {
			return chosen
		}
		for _, p := range best.pairs() {
			met[p] = true
		}
		chosen = append(chosen, best)
	}
}

// project writes the combination's project.
func (c combination) project(t testing.TB) project {
	t.Helper()
	o := generator.Options{Auth: answers.Mode(c.mode), DB: answers.Database(c.db), Router: answers.Router(c.router), Features: c.features}
	if c.resources {
		o.Resources = resourcetest.Some(t, c.mode != "none")
	}
	return newProjectOf(t, o)
}

// TestPairsMeet holds pairs to what it says, with few projects.
func TestPairsMeet(t *testing.T) {
	met, chosen := make(map[pair]bool), pairs()
	for _, c := range chosen {
		t.Log(c)
		for _, p := range c.pairs() {
			met[p] = true
		}
	}
	for _, c := range combinations() {
		for _, p := range c.pairs() {
			if !met[p] {
				t.Fatalf("no project has both %s and %s", p[0], p[1])
			}
		}
	}
	if least := len(generator.DBChoice().Names()) * len(generator.RouterChoice().Names()); len(chosen) > least+8 {
		t.Errorf("%d projects, where %d have to be", len(chosen), least)
	}
}

// testedPackages are hashes of packages, with all that their tests depend on.
type testedPackages struct {
	mu     sync.Mutex
	hashes map[string]bool
}

// add reports whether the hash is new.
func (t *testedPackages) add(hash string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hashes[hash] {
		return false
	}
	if t.hashes == nil {
		t.hashes = make(map[string]bool)
	}
	t.hashes[hash] = true
	return true
}

// untested returns the packages with tests whose files, together with those
// of all packages that they and their tests import, were not in tested, and
// puts them there. Kind is what else the tests depend on.
func (p project) untested(t *testing.T, kind string, tested *testedPackages) []string {
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
		if tested.add(string(sum.Sum(nil))) {
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
	p, tested := newProject(t, "none"), new(testedPackages)
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

package generator_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// The tests of this package run on the real templates.

// named sets the same names in every combination.
func named(o generator.Options) generator.Options {
	o.Module, o.Program, o.Version = "example.com/myapi", "myapi", "v0.0.0-test"
	return o
}

// combinations returns the options of every project that can be made.
func combinations() []generator.Options {
	all := generator.Combinations()
	for i := range all {
		all[i] = named(all[i])
	}
	return all
}

// defaults returns one project for each mode.
func defaults() []generator.Options {
	var all []generator.Options
	for _, mode := range []project.Mode{project.None, project.Basic, project.Complete} {
		all = append(all, named(generator.Options{Auth: mode, DB: project.SQLite, Router: project.Stdlib}))
	}
	return all
}

func planFor(t testing.TB, o generator.Options) *generator.Plan {
	t.Helper()
	plan, err := generator.NewPlan(templates.FS, o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// fixedKey is what fixedRandom makes a secret of; no other text looks like it.
const fixedKey = "forge's tests look for these bytes everywhere!!!"

type fixedRandom struct{}

func (fixedRandom) Read(p []byte) (int, error) { return copy(p, fixedKey), nil }

// write writes the plan with a known secret.
func write(t testing.TB, plan *generator.Plan, target string) {
	t.Helper()
	if err := newdir.Write(context.Background(), plan.Files, target, newdir.Writing{Random: fixedRandom{}}); err != nil {
		t.Fatal(err)
	}
}

// fileOf returns the content of one file of a plan.
func fileOf(t testing.TB, plan *generator.Plan, path string) []byte {
	t.Helper()
	for _, f := range plan.Files {
		if f.Path == path {
			return f.Content
		}
	}
	t.Fatalf("the plan has no %s", path)
	return nil
}

// baseOf returns what a plan's project remembers, by path.
func baseOf(t testing.TB, plan *generator.Plan) map[string][]byte {
	t.Helper()
	base, err := project.DecodeBase(fileOf(t, plan, project.BasePath))
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func TestBaseIsWhatIsWritten(t *testing.T) {
	for _, o := range combinations() {
		plan := planFor(t, o)
		base := baseOf(t, plan)
		for _, f := range plan.Files {
			content, ok := base[f.Path]
			kept := f.Class != project.Secret && filepath.Dir(f.Path) != ".forge"
			if ok != kept || kept && !bytes.Equal(content, f.Content) {
				t.Errorf("%s: %s is remembered as %q", o.Combination(), f.Path, content)
			}
		}
	}
}

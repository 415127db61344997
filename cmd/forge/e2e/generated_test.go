package e2e

import (
	"os"
	"os/exec"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
)

// TestGeneratedProjects builds, vets and tests the project of each mode on
// the default database and router, as it is on a fresh machine: nothing may
// be downloaded any more, and go.mod and go.sum may not change.
func TestGeneratedProjects(t *testing.T) {
	for _, mode := range generator.AuthChoice().Names() {
		t.Run(mode, func(t *testing.T) {
			p := newProject(t, mode)
			before := p.read(t, "go.mod") + p.read(t, "go.sum")
			// The modules may have to come over the network once; from here on, not.
			p.run(t, "go", "mod", "download")
			for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}, {"test", "-vet=off", "-ldflags=-w", "./..."}} {
				cmd := p.command("go", args...)
				cmd.Env = append(cmd.Env, "GOPROXY=off", "GOFLAGS=-trimpath -mod=readonly")
				output(t, cmd)
			}
			if p.read(t, "go.mod")+p.read(t, "go.sum") != before {
				t.Error("building changed go.mod or go.sum")
			}
		})
	}
}

// TestGeneratedPairs vets and tests the projects of pairs, on real servers of
// their databases. A package of which an earlier project had the same is not
// tested again.
func TestGeneratedPairs(t *testing.T) {
	leftToTestAll(t)
	tested := make(map[string]bool)
	for _, c := range pairs() {
		t.Run(c.String(), func(t *testing.T) {
			p := newProjectWith(t, c.mode, c.db, c.router)
			p.run(t, "go", "vet", "./...")
			packages := p.untested(t, c.mode+" "+c.db, tested)
			if len(packages) == 0 {
				t.Fatal("no package differs from those of the projects before")
			}
			cmd := p.command("go", append([]string{"test", "-vet=off", "-ldflags=-w"}, packages...)...)
			if url := databaseServer(t, c.db); url != "" {
				cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+url)
			}
			output(t, cmd)
		})
	}
}

// TestGeneratedPairsWithFeatures vets the same projects with all features that they
// can have, and runs what features come with and what stands around it.
func TestGeneratedPairsWithFeatures(t *testing.T) {
	leftToTestAll(t)
	for _, c := range pairs() {
		features := feature.Names(feature.For(c.mode))
		t.Run(c.String(), func(t *testing.T) {
			p := newProjectWith(t, c.mode, c.db, c.router, features...)
			p.run(t, "go", "vet", "./...")
			p.run(t, "go", "mod", "tidy", "-diff")
			cmd := p.command("go", "test", "-vet=off", "-ldflags=-w", "-run=Key|Scope|Factor|Code|TOTP|Login|Guard|Route|Document|Public|Settings|Doctor|Redis|Shared|ServerTells|NobodyAnswers",
				"./internal/...", "./cmd/myapi")
			cmd.Env = append(cmd.Env, "TEST_REDIS_URL="+os.Getenv("FORGE_REDIS_URL"))
			if url := databaseServer(t, c.db); url != "" {
				cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+url)
			}
			output(t, cmd)
		})
	}
}

// TestGeneratedModulesAreTidy holds the projects of pairs to what
// scripts/modules has written; "make generate" does the same for all.
func TestGeneratedModulesAreTidy(t *testing.T) {
	leftToTestAll(t)
	for _, c := range pairs() {
		t.Run(c.String(), func(t *testing.T) {
			p := newProjectWith(t, c.mode, c.db, c.router)
			if text, err := p.command("go", "mod", "tidy", "-diff").CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\nTry: make modules", err, text)
			}
		})
	}
}

// TestGeneratedProjectsHaveNoRace runs the fullest mode's tests under the race
// detector, and where requests meet, those of the routers that use their
// contexts again.
func TestGeneratedProjectsHaveNoRace(t *testing.T) {
	leftToTestAll(t)
	if _, err := exec.LookPath("gcc"); err != nil {
		leaveOut(t, "a C compiler is missing: the race detector is not used")
	}
	for _, c := range []struct {
		router string
		tests  [][]string
	}{
		{"stdlib", [][]string{{"./..."}}},
		{"gin", racesOfRouters()},
		{"fiber", racesOfRouters()},
	} {
		t.Run(c.router, func(t *testing.T) {
			p := newProjectOn(t, "complete", c.router)
			for _, args := range c.tests {
				cmd := p.command("go", append([]string{"test", "-race", "-vet=off", "-ldflags=-w"}, args...)...)
				cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
				output(t, cmd)
			}
		})
	}
}

func racesOfRouters() [][]string {
	return [][]string{
		{"./internal/server", "./internal/client", "./internal/ratelimit"},
		{"-run=Guard|Verified|Parallel|Race", "./internal/auth/authhttp"},
	}
}

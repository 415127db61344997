package e2e

import (
	"os"
	"os/exec"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/scripts/test/leave"
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

// TestGeneratedPairs vets the projects of pairs, looks for code that a choice left
// without a use, holds them to what scripts/modules has written, and runs their tests
// on real servers of their databases. A package of which an earlier project had the
// same is not tested again.
func TestGeneratedPairs(t *testing.T) {
	leftToTestAll(t)
	var tested testedPackages
	deadCode := buildUnused(t)
	two := make(chan struct{}, 2) // more would have the memory of one machine
	for _, c := range pairs() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			two <- struct{}{}
			defer func() { <-two }()
			p := c.project(t)
			p.run(t, "go", "vet", "./...")
			if text, err := p.command("go", "mod", "tidy", "-diff").CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\nTry: make modules", err, text)
			}
			if text, err := p.command(deadCode, "-checks", "U1000", "./...").CombinedOutput(); err != nil || len(text) > 0 {
				t.Errorf("%v: %s", err, text)
			}
			packages := p.untested(t, c.mode+" "+c.db, &tested)
			if len(packages) == 0 {
				t.Fatal("no package differs from those of the projects before")
			}
			cmd := p.command("go", append([]string{"test", "-vet=off", "-ldflags=-w", "-timeout=30m"}, packages...)...)
			cmd.Env = append(cmd.Env, "TEST_REDIS_URL="+os.Getenv("FORGE_REDIS_URL"))
			if url := databaseServer(t, c.db); url != "" {
				cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+url)
			}
			output(t, cmd)
		})
	}
}

// staticcheck is the version of honnef.co/go/tools whose U1000 looks for code that
// nothing uses. It is no requirement of forge's, which has more use for short lists.
const staticcheck = "honnef.co/go/tools v0.8.2"

// unused is staticcheck with that check alone. With -checks, staticcheck runs all of them
// and only prints less.
const unused = `package main

import (
	"os"

	"honnef.co/go/tools/lintcmd"
	"honnef.co/go/tools/unused"
)

func main() {
	cmd := lintcmd.NewCommand("unused")
	cmd.ParseFlags(os.Args[1:])
	cmd.AddAnalyzers(unused.Analyzer)
	cmd.Run()
}
`

// buildUnused returns the path of the program.
func buildUnused(t *testing.T) string {
	t.Helper()
	p := project{dir: t.TempDir()}
	p.write(t, "go.mod", "module example.com/unused\n\ngo 1.26.0\n\nrequire "+staticcheck+"\n")
	p.write(t, "main.go", unused)
	if printed, err := p.command("go", "build", "-mod=mod", "-ldflags=-w", "-o", "unused", ".").CombinedOutput(); err != nil {
		leave.Unavailable(t, "staticcheck can't be built: dead code is not looked for: "+string(printed))
	}
	return p.path("unused")
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

package generator_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
)

// The tests of this file build generated projects and run their own tests.
// They take minutes on a cold build cache; -short leaves them out.

// TestGeneratedProjects builds, vets and tests the project of each mode on
// the default database and router, as it is on a fresh machine: nothing may
// be downloaded any more, and go.mod and go.sum may not change.
func TestGeneratedProjects(t *testing.T) {
	leaveOutWhenShort(t)
	for _, o := range defaults() {
		t.Run(o.Auth, func(t *testing.T) {
			project := writeProject(t, o)
			before := modulesOf(t, project)
			project.run(t, "build", "-trimpath", "./...")
			project.test(t)
			if !bytes.Equal(before, modulesOf(t, project)) {
				t.Error("building changed go.mod or go.sum")
			}
		})
	}
}

// TestGeneratedProjectsOnEachRouter tests the projects with accounts on the
// routers that are nobody's default. Packages that are equal on all routers
// come out of the cache.
func TestGeneratedProjectsOnEachRouter(t *testing.T) {
	leaveOutWhenShort(t)
	for _, o := range onEachRouter() {
		t.Run(nameOf(o), func(t *testing.T) {
			project := writeProject(t, o)
			project.test(t)
		})
	}
}

// TestGeneratedProjectsOnServers tests the projects on the databases that are
// servers. Each goes with another router, so that every database meets every
// kind of router.
func TestGeneratedProjectsOnServers(t *testing.T) {
	leaveOutWhenShort(t)
	for _, o := range onServers() {
		t.Run(nameOf(o), func(t *testing.T) {
			project := writeProject(t, o)
			project.environment = append(project.environment, "TEST_DATABASE_URL="+serverOf(t, o.DB))
			project.test(t)
		})
	}
}

// TestRoutersHaveNoRace tries the routers that use their contexts again, where
// requests meet, under the race detector.
func TestRoutersHaveNoRace(t *testing.T) {
	leaveOutWhenShort(t)
	leaveOutWithoutC(t)
	for _, o := range onEachRouter() {
		if o.Auth != "complete" || o.Router != "gin" && o.Router != "fiber" {
			continue
		}
		t.Run(o.Router, func(t *testing.T) {
			project := writeProject(t, o)
			project.environment = append(project.environment, "CGO_ENABLED=1")
			project.run(t, "test", "-race", "-trimpath", "-vet=off", "-ldflags=-w", "./internal/server", "./internal/client", "./internal/ratelimit")
			project.run(t, "test", "-race", "-trimpath", "-vet=off", "-ldflags=-w", "-run", "Guard|Verified|Parallel|Race", "./internal/auth/authhttp")
		})
	}
}

// TestGeneratedProjectsHaveNoRace runs the fullest mode's tests under the
// race detector.
func TestGeneratedProjectsHaveNoRace(t *testing.T) {
	leaveOutWhenShort(t)
	leaveOutWithoutC(t)
	all := defaults()
	project := writeProject(t, all[len(all)-1])
	project.environment = append(project.environment, "CGO_ENABLED=1")
	project.run(t, "test", "-race", "-trimpath", "-vet=off", "-ldflags=-w", "./...")
}

// TestGeneratedMatrix builds and vets what the tests above leave.
func TestGeneratedMatrix(t *testing.T) {
	leaveOutWhenShort(t)
	tested := make(map[string]bool)
	for _, o := range slices.Concat(defaults(), onEachRouter(), onServers()) {
		tested[nameOf(o)] = true
	}
	for _, o := range combinations() {
		if tested[nameOf(o)] {
			continue
		}
		t.Run(nameOf(o), func(t *testing.T) {
			project := writeProject(t, o)
			project.run(t, "vet", "-trimpath", "./...")
		})
	}
}

// TestGeneratedModulesAreTidy holds for every combination what
// scripts/modules has written.
func TestGeneratedModulesAreTidy(t *testing.T) {
	leaveOutWhenShort(t)
	for _, o := range combinations() {
		t.Run(nameOf(o), func(t *testing.T) {
			project := writeProject(t, o)
			if output, err := project.command(t, nil, "mod", "tidy", "-diff").CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\nTry: go run ./scripts/modules", err, output)
			}
		})
	}
}

func leaveOutWhenShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("LEFT OUT: -short; generated projects are not built")
	}
}

func leaveOutWithoutC(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("LEFT OUT: the race detector needs a C compiler")
	}
}

// onEachRouter gives the combinations with accounts and the default database
// on every router but the default.
func onEachRouter() []generator.Options {
	standard := defaults()[0]
	var all []generator.Options
	for _, o := range combinations() {
		if o.Auth != "none" && o.DB == standard.DB && o.Router != standard.Router {
			all = append(all, o)
		}
	}
	return all
}

// onServers pairs the databases that are servers with modes and routers.
func onServers() []generator.Options {
	var all []generator.Options
	for _, names := range [][3]string{
		{"complete", "postgres", "stdlib"}, {"basic", "postgres", "gin"}, {"none", "postgres", "echo"},
		{"complete", "mysql", "fiber"}, {"basic", "mysql", "chi"}, {"none", "mysql", "stdlib"},
	} {
		all = append(all, named(generator.Options{Auth: names[0], DB: names[1], Router: names[2]}))
	}
	return all
}

// serverOf gives the server of a database that scripts/services has started.
func serverOf(t *testing.T, db string) string {
	t.Helper()
	variable := "FORGE_" + strings.ToUpper(db) + "_URL"
	url := os.Getenv(variable)
	if url == "" {
		t.Skipf("LEFT OUT: no server of %s (%s)", db, variable)
	}
	return url
}

// generatedProject is a project on disk. All have the same module path, so
// that equal packages share the build cache.
type generatedProject struct {
	dir         string
	environment []string
}

func writeProject(t *testing.T, o generator.Options) generatedProject {
	t.Helper()
	project := generatedProject{dir: filepath.Join(t.TempDir(), "myapi")}
	write(t, planFor(t, o), project.dir)
	// The modules may have to come over the network once; from here on, not.
	if output, err := project.command(t, nil, "mod", "download").CombinedOutput(); err != nil {
		t.Fatalf("downloading modules: %v\n%s", err, output)
	}
	project.environment = []string{"GOPROXY=off", "GOFLAGS=-mod=readonly"}
	return project
}

func (p generatedProject) command(t *testing.T, environment []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), "go", args...)
	cmd.Dir = p.dir
	cmd.Env = append(withoutSettings(os.Environ()), "GOWORK=off")
	cmd.Env = append(cmd.Env, environment...)
	return cmd
}

func (p generatedProject) run(t *testing.T, args ...string) {
	t.Helper()
	if output, err := p.command(t, p.environment, args...).CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

// test vets the project and runs its tests. go test -vet=all would say the
// same, but what vet finds out about the modules is kept for go vet alone.
func (p generatedProject) test(t *testing.T) {
	t.Helper()
	p.run(t, "vet", "-trimpath", "./...")
	p.run(t, "test", "-trimpath", "-vet=off", "-ldflags=-w", "./...")
}

// withoutSettings takes away what a generated service would read.
func withoutSettings(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if !isSetting(name) {
			kept = append(kept, variable)
		}
	}
	return kept
}

func isSetting(name string) bool {
	switch name {
	case "ENVIRONMENT", "APP_NAME", "HOST", "PORT", "DATABASE_URL", "SECRET_KEY", "LOG_LEVEL", "LOG_FORMAT", "REDIS_URL",
		"SHUTDOWN_DELAY_SECONDS", "TEST_DATABASE_URL", "GOFLAGS":
		return true
	}
	return false
}

func modulesOf(t *testing.T, p generatedProject) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(p.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

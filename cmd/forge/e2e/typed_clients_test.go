//go:build unix

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestTypedClients makes typed clients of a service with resources, with the
// commands of its page on clients. They compile, log in, refresh, create and
// page. Where no registry has the generators, that is listed at the end.
func TestTypedClients(t *testing.T) {
	leftToTestAll(t)
	p := newProjectWithResources(t, "cookies") // whose log-ins have two good answers
	p.readme = parseReadme(p.read(t, "docs/clients.md"))
	s := p.start(t, "RATE_LIMIT_ENABLED=false")
	makes := clientCommands(t, p)
	p.run(t, "sh", "-euc", makes[0])
	for _, c := range []struct {
		language, generator, user string
		test                      func(*testing.T, service, string)
	}{
		{"TypeScript", "openapi-typescript", "ada", typeScript},
		{"Python", "openapi-python-client", "monty", pythonClient},
		{"Go", "oapi-codegen", "gopher", goClient},
	} {
		t.Run(c.language, func(t *testing.T) {
			s.register(t, c.user)
			i := slices.IndexFunc(makes, func(command string) bool { return strings.Contains(command, c.generator) })
			if i < 0 {
				t.Fatalf("no command of the page runs %s", c.generator)
			}
			c.test(t, s, makes[i])
		})
	}
}

// clientCommands are the page's: one that writes the document, and one for each
// client, in one string where it changes the folder.
func clientCommands(t *testing.T, p project) []string {
	t.Helper()
	text := p.readme.only(t, "Typed clients", "sh")
	first, rest, _ := strings.Cut(text, "mkdir ")
	commands := append(strings.Split(strings.TrimSpace(first), "\n"), "mkdir "+rest)
	if len(commands) != 4 {
		t.Fatalf("the page has these commands: %q", commands)
	}
	return commands
}

// install gets what a client is made with, or leaves the test out where no
// registry has it.
func install(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if printed, err := cmd.CombinedOutput(); err != nil {
		leave.Unavailable(t, fmt.Sprintf("%s %s: %v\n%.2000s", name, strings.Join(args, " "), err, printed))
	}
}

// checked runs a generator or a client, which must succeed.
func (s service) checked(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "API="+s.url(""), "GOWORK=off", "GOFLAGS=-trimpath")
	if printed, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%.4000s", name, strings.Join(args, " "), err, printed)
	}
}

func typeScript(t *testing.T, s service, command string) {
	p, dir := s.project, s.project.path("client")
	p.write(t, "client/package.json", `{"type": "module", "private": true}`)
	install(t, dir, "npm", "install", "--no-audit", "--no-fund", "typescript@5.9.3", "openapi-fetch@0.17.0")
	s.checked(t, p.dir, "sh", "-euc", command)
	p.write(t, "client/client.ts", p.readme.only(t, "Typed clients", "ts"))
	p.take(t, "client/main.ts", "clients/main.ts")
	s.checked(t, dir, filepath.Join(dir, "node_modules", ".bin", "tsc"), "--strict", "--noUncheckedIndexedAccess", "--target", "es2022",
		"--lib", "es2023,dom,dom.iterable", "--module", "nodenext", "client.ts", "main.ts")
	s.checked(t, dir, "node", "main.js")
}

func pythonClient(t *testing.T, s service, command string) {
	home := t.TempDir()
	python := filepath.Join(home, "bin", "python")
	install(t, home, "python3", "-m", "venv", home)
	spec := strings.Fields(strings.TrimPrefix(command, "pipx run "))
	install(t, home, python, "-m", "pip", "install", "--quiet", spec[0], "ruff")
	name, _, _ := strings.Cut(spec[0], "==")
	args := strings.Join(spec[1:], " ")
	s.checked(t, s.project.dir, "sh", "-euc", "PATH='"+filepath.Join(home, "bin")+"':$PATH "+name+" "+args)
	s.project.take(t, "client/main.py", "clients/main.py")
	s.checked(t, s.project.path("client"), python, "main.py")
}

func goClient(t *testing.T, s service, command string) {
	generator := regexp.MustCompile(`(github\.com/\S+)/cmd/\S+@(\S+)`).FindStringSubmatch(command)
	if generator == nil {
		t.Fatalf("the command names no generator: %s", command)
	}
	install(t, s.project.dir, "go", "mod", "download", generator[1]+"@"+generator[2])
	s.checked(t, s.project.dir, "sh", "-euc", command)
	s.project.take(t, "client/golang/main/main.go", "clients/main.go")
	dir := s.project.path("client/golang")
	s.checked(t, dir, "go", "vet", "./...")
	s.checked(t, dir, "go", "run", "./main")
}

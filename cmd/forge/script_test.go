package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/forge-go/forge/generator/project"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"forge": main})
}

// TestScripts runs testdata/script: each file is a session on the command
// line, with stdin closed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"fails": fails, "replace": replace, "older": older},
		Setup: func(env *testscript.Env) error {
			forge, err := exec.LookPath("forge")
			env.Setenv("FORGE", forge)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("GOFLAGS", os.Getenv("GOFLAGS"))
			// The go command's caches are under the real HOME.
			for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
				value, goErr := exec.Command("go", "env", name).Output()
				env.Setenv(name, strings.TrimSpace(string(value)))
				err = errors.Join(err, goErr)
			}
			return err
		},
	})
}

// fails runs a command that must end with an exit code: fails 2 forge nwe.
func fails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fails code command [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); !errors.As(err, &exit) || exit.ExitCode() != want {
		ts.Fatalf("got %v, want exit code %d", err, want)
	}
}

// replace changes a text in a file: replace FILE OLD NEW.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace file old new")
	}
	content := ts.ReadFile(args[0])
	if !strings.Contains(content, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(content, args[1], args[2])), 0o644))
}

// older makes the project in the working folder one that an older forge wrote:
// one with another text in a file. older FILE NOW THEN.
func older(ts *testscript.TestScript, neg bool, args []string) {
	replace(ts, neg, args)
	p, err := project.Open(ts.MkAbs("."))
	ts.Check(err)
	var files []project.File
	for _, e := range p.Manifest.Files {
		content := p.Base[e.Path]
		if e.Path == args[0] {
			content = []byte(strings.ReplaceAll(string(content), args[1], args[2]))
		}
		files = append(files, project.File{Path: e.Path, Class: e.Class, Content: content})
	}
	manifest, err := project.NewManifest("v0.0.1", p.Manifest.Answers, files).Encode()
	ts.Check(err)
	base, err := project.EncodeBase(files)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(project.ManifestPath), manifest, 0o644))
	ts.Check(os.WriteFile(ts.MkAbs(project.BasePath), base, 0o644))
}

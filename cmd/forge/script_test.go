package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/forge-go/forge/generator/project"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"forge": checkedMain})
}

// checkedMain is main, but for holding what is printed with --json to the schema
// that "forge help json" prints.
func checkedMain() {
	var printed bytes.Buffer
	code := run(os.Args[1:], os.Stdin, io.MultiWriter(os.Stdout, &printed), os.Stderr)
	if slices.Contains(os.Args, "--json") {
		if err := checkSchema(printed.Bytes()); err != nil {
			fmt.Fprintf(os.Stderr, "this is not what forge help json says: %v\n", err)
			code = 99
		}
	}
	os.Exit(code)
}

func checkSchema(printed []byte) error {
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", parsed); err != nil {
		return err
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		return err
	}
	object, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed))
	if err != nil {
		return err
	}
	return compiled.Validate(object)
}

// TestScripts runs testdata/script: each file is a session on the command
// line, with stdin closed.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		Condition: func(condition string) (bool, error) {
			if condition != "privileged" { // for whom no permission is missing
				return false, fmt.Errorf("unknown condition %q", condition)
			}
			return os.Geteuid() == 0, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"fails": fails, "replace": replace, "older": older},
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
	ts.Check(replaceIn(ts.MkAbs(args[0]), args[1], args[2]))
}

// older makes the project in the working folder one that an older forge wrote:
// one with another text in a file. older FILE NOW THEN.
func older(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: older file now then")
	}
	ts.Check(makeOlder(ts.MkAbs("."), args[0], args[1], args[2]))
}

// makeOlder changes the text of a file, in the project and in the record of
// what forge wrote; if now is empty, the file is one that forge no longer
// writes.
func makeOlder(dir, file, now, then string) error {
	var err error
	if at := filepath.Join(dir, file); now == "" {
		err = os.WriteFile(at, []byte(then), 0o644)
	} else {
		err = replaceIn(at, now, then)
	}
	return errors.Join(err, rememberOlder(dir, file, now, then))
}

// rememberOlder replaces the text of a file in the record of what forge wrote.
func rememberOlder(dir, file, now, then string) error {
	p, err := project.Open(dir)
	if err != nil {
		return err
	}
	if now == "" {
		p.Manifest.Files = append(p.Manifest.Files, project.Entry{Path: file, Class: project.Owned})
	}
	var files []project.File
	for _, e := range p.Manifest.Files {
		content := p.Base[e.Path]
		if e.Path == file && content == nil {
			content = []byte(then)
		} else if e.Path == file {
			content = bytes.ReplaceAll(content, []byte(now), []byte(then))
		}
		files = append(files, project.File{Path: e.Path, Class: e.Class, Content: content})
	}
	manifest, err := project.NewManifest("v0.0.1", p.Manifest.Answers, files).Encode()
	if err != nil {
		return err
	}
	base, err := project.EncodeBase(files)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(dir, project.ManifestPath), manifest, 0o644),
		os.WriteFile(filepath.Join(dir, project.BasePath), base, 0o644))
}

// replaceIn changes a text, which must be there, in a file.
func replaceIn(name, old, new string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Contains(content, []byte(old)) {
		return fmt.Errorf("%s has no %q", name, old)
	}
	return os.WriteFile(name, bytes.ReplaceAll(content, []byte(old), []byte(new)), 0o644)
}

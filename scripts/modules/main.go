// Command modules writes templates/modules/<mode>-<db>-<router>/, the go.mod
// and go.sum of every combination forge can write: it renders each project
// with the pins of templates/modules/versions.mod and runs "go mod tidy" in
// it. Run it from the repository's root after a template's imports or a pin
// changed; a test fails when that was forgotten.
//
//	go run ./scripts/modules            write them all
//	go run ./scripts/modules -keep DIR  and leave the projects in DIR
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
)

const (
	templatesDir = "templates"
	pinFile      = "modules/versions.mod"
	modulePath   = "example.com/modules/program"
)

func main() {
	keep := flag.String("keep", "", "a folder to leave the projects in")
	flag.Parse()
	if err := run(context.Background(), *keep); err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, keep string) (err error) {
	templates := os.DirFS(templatesDir)
	if keep == "" {
		if keep, err = os.MkdirTemp("", "forge-modules-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(keep)) }()
	}
	var written []string
	for _, o := range generator.Combinations() {
		name := o.Combination()
		if err := combination(ctx, templates, o, name, filepath.Join(keep, name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Println(filepath.Join(templatesDir, "modules", name))
		written = append(written, name)
	}
	return removeOthers(filepath.Join(templatesDir, "modules"), written)
}

// combination renders one project, tidies its modules and keeps the result.
func combination(ctx context.Context, templates fs.FS, o generator.Options, name, project string) error {
	o.Module, o.Program = modulePath, "program"
	pinned, err := withPins(templates, name)
	if err != nil {
		return err
	}
	plan, err := generator.NewPlan(pinned, o)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(project); err != nil {
		return err
	}
	if err := newdir.Write(ctx, plan.Files, project, newdir.Writing{Random: rand.Reader}); err != nil {
		return err
	}
	tidy := exec.CommandContext(ctx, "go", "mod", "tidy")
	tidy.Dir = project
	tidy.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if output, err := tidy.CombinedOutput(); err != nil {
		return fmt.Errorf("running go mod tidy: %w\n%s", err, output)
	}
	return store(project, filepath.Join(templatesDir, "modules", name))
}

// withPins returns the templates with the pins in the place of the modules
// of a combination, and a go.sum that is yet empty.
func withPins(templates fs.FS, name string) (fs.FS, error) {
	pins, err := fs.ReadFile(templates, pinFile)
	if err != nil {
		return nil, err
	}
	all := fstest.MapFS{}
	err = fs.WalkDir(templates, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || strings.HasPrefix(path, "modules/") {
			return err
		}
		if entry.IsDir() {
			all[path] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
			return nil
		}
		content, err := fs.ReadFile(templates, path)
		all[path] = &fstest.MapFile{Data: content}
		return err
	})
	all["modules/"+name+"/go.mod.tmpl"] = &fstest.MapFile{Data: pins}
	return all, err
}

func store(project, folder string) error {
	mod, err := os.ReadFile(filepath.Join(project, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(project, "go.sum"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	mod = bytes.Replace(mod, []byte("module "+modulePath), []byte("module [[ .Module ]]"), 1)
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "go.mod.tmpl"), mod, 0o644),
		os.WriteFile(filepath.Join(folder, "go.sum"), sum, 0o644))
}

// removeOthers deletes the folders of combinations that are no more.
func removeOthers(dir string, wanted []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() && !slices.Contains(wanted, entry.Name()) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
		}
	}
	return err
}

// Command modules writes templates/modules/<mode>-<db>-<router>/, the go.mod
// and go.sum of every combination forge can write: it renders each project
// with the pins of templates/modules/versions.mod and runs "go mod tidy" in
// it. Run it from the repository's root after a template's imports or a pin
// changed; a test fails when that was forgotten. What a feature requires besides, in
// any combination, goes to templates/modules/with-<feature>/.
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
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/gomod"
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
		if err := errors.Join(tidied(ctx, templates, o, name, filepath.Join(keep, name)),
			store(filepath.Join(keep, name), filepath.Join(templatesDir, "modules", name))); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Println(filepath.Join(templatesDir, "modules", name))
		written = append(written, name)
	}
	for _, f := range feature.All() {
		name, err := withFeature(ctx, templates, f, keep)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		written = append(written, name)
	}
	return removeOthers(filepath.Join(templatesDir, "modules"), written)
}

// tidied renders one project with the pins of a combination, and tidies its modules.
func tidied(ctx context.Context, templates fs.FS, o generator.Options, name, project string) error {
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
	return nil
}

// withFeature stores what a feature requires that combinations do not, and returns
// the name of its folder. net/http brings least of the routers, so what others bring
// themselves is among it.
func withFeature(ctx context.Context, templates fs.FS, f feature.Feature, keep string) (string, error) {
	name, mod, sum := "with-"+f.Name, []byte("module with\n"), []byte(nil)
	for _, o := range generator.Combinations() {
		if o.Router != "stdlib" || !f.Fits(string(o.Auth)) {
			continue
		}
		plain := o.Combination()
		o.Features = []string{f.Name}
		project := filepath.Join(keep, plain+"-"+name)
		if err := tidied(ctx, templates, o, plain, project); err != nil {
			return "", err
		}
		more, err := gomod.Beyond(read(project, "go.mod"), read(filepath.Join(keep, plain), "go.mod"))
		if err == nil {
			mod, err = gomod.Unite(mod, more)
		}
		if err != nil {
			return "", err
		}
		for line := range bytes.Lines(read(project, "go.sum")) {
			if !bytes.Contains(read(filepath.Join(keep, plain), "go.sum"), line) {
				sum = gomod.AddSums(sum, line)
			}
		}
	}
	folder := filepath.Join(templatesDir, "modules", name)
	if !bytes.Contains(mod, []byte("require")) {
		return name, os.RemoveAll(folder)
	}
	fmt.Println(folder)
	return name, errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, "go.mod.tmpl"), mod, 0o644), os.WriteFile(filepath.Join(folder, "go.sum"), sum, 0o644))
}

// read reads a file of a project that was just written; a missing one is empty.
func read(project, name string) []byte {
	content, _ := os.ReadFile(filepath.Join(project, name))
	return content
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

// Command foreign tries "forge add auth" on modules that forge was not written
// for, and prints what becomes of each. It downloads them as any program would, to
// copies in a temporary folder. A folder of a module is tried as a module of its own.
//
//	go run ./scripts/foreign                            the programs that required modules have
//	go run ./scripts/foreign MODULE@VERSION[/FOLDER]...
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, modules []string, stdout, stderr io.Writer) int {
	if len(modules) == 0 {
		modules = shipped()
	}
	for _, module := range modules {
		if !strings.Contains(module, "@") {
			fmt.Fprintln(stderr, `usage: foreign MODULE@VERSION[/FOLDER]..., or make foreign MODULES="MODULE@VERSION ..."`)
			return 2
		}
	}
	if err := tryAll(ctx, modules, stdout); err != nil {
		fmt.Fprintln(stderr, "foreign:", err)
		return 1
	}
	return 0
}

// tryAll tries each module with a forge of this checkout.
func tryAll(ctx context.Context, modules []string, stdout io.Writer) (err error) {
	work, err := os.MkdirTemp("", "forge-foreign-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	forge := filepath.Join(work, "forge.exe")
	if output, err := exec.CommandContext(ctx, "go", "build", "-o", forge, "github.com/forge-go/forge/cmd/forge").CombinedOutput(); err != nil {
		return fmt.Errorf("building forge: %w\n%s", err, output)
	}
	added := 0
	for i, module := range modules {
		outcome, ok, err := try(ctx, forge, module, filepath.Join(work, fmt.Sprint(i)))
		if err != nil {
			return fmt.Errorf("%s: %w", module, err)
		}
		if ok {
			added++
		}
		fmt.Fprintf(stdout, "%s: %s\n", module, outcome)
	}
	fmt.Fprintf(stdout, "%d of %d\n", added, len(modules))
	return nil
}

// try adds accounts to a copy of a module, and describes what became of it.
func try(ctx context.Context, forge, module, dir string) (outcome string, added bool, err error) {
	if err := take(ctx, module, dir); err != nil {
		return "", false, err
	}
	cmd := exec.CommandContext(ctx, forge, "add", "auth", "--mode=basic", "--yes", "--json")
	cmd.Dir = dir
	output, err := cmd.Output()
	var said struct {
		At, Line string
		Error    struct {
			Message string
			Details []string
			Try     string
		}
	}
	if decodeErr := json.Unmarshal(output, &said); decodeErr != nil {
		return "", false, errors.Join(err, decodeErr)
	}
	if err == nil {
		return fmt.Sprintf("%s %s", said.At, said.Line), true, nil
	}
	outcome = "refused: " + said.Error.Message
	for _, detail := range said.Error.Details {
		outcome += "; " + detail
	}
	return outcome + " (try: " + said.Error.Try + ")", false, nil
}

// take copies a module, or a folder of it as a module of its own.
func take(ctx context.Context, module, dir string) error {
	name, version, _ := strings.Cut(module, "@")
	version, folder, isFolder := strings.Cut(version, "/")
	output, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", name+"@"+version).Output()
	var downloaded struct{ Dir, GoMod, Error string }
	if decodeErr := json.Unmarshal(output, &downloaded); decodeErr != nil || downloaded.Error != "" {
		return fmt.Errorf("downloading: %w", errors.Join(err, errors.New(downloaded.Error)))
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(downloaded.Dir, filepath.FromSlash(folder)))); err != nil {
		return err
	}
	if err := makeWritable(dir); err != nil || !isFolder {
		return err
	}
	return makeModule(ctx, dir, name+"@"+version, downloaded.GoMod)
}

// makeModule makes a folder of a module a module of its own, which requires that one
// and has its Go version.
func makeModule(ctx context.Context, dir, module, goMod string) error {
	content, err := os.ReadFile(goMod)
	if err != nil {
		return err
	}
	version := "1.20"
	if file, err := modfile.ParseLax(goMod, content, nil); err == nil && file.Go != nil {
		version = file.Go.Version
	}
	for _, args := range [][]string{{"init", "example.com/program"}, {"edit", "-go=" + version, "-require=" + module}, {"tidy"}} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"mod"}, args...)...)
		cmd.Dir = dir
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, output)
		}
	}
	return nil
}

// makeWritable lets the owner write what is read-only in the module cache.
func makeWritable(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if entry.IsDir() {
			mode = 0o755
		}
		return os.Chmod(path, mode)
	})
}

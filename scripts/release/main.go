// Command release builds what is published of forge: an archive for each
// system, packages for Debian and Fedora, an SBOM for each program, and
// checksums. The same commit gives the same bytes, whoever builds it with the
// same Go.
//
//	go run ./scripts/release FOLDER
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintln(stderr, "usage: release FOLDER")
		return 2
	}
	r, err := newRelease(ctx, ".", args[0])
	if err == nil {
		err = r.build(ctx, targets())
	}
	if err == nil {
		err = r.packages(ctx)
	}
	if err == nil {
		err = r.checksums()
	}
	if err != nil {
		fmt.Fprintln(stderr, "release:", err)
		return 1
	}
	for _, name := range r.made {
		fmt.Fprintln(stdout, filepath.Join(args[0], name))
	}
	return 0
}

// target is a system that forge is built for.
type target struct{ os, arch string }

func targets() []target {
	return []target{
		{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
	}
}

// release is one run. Everything in it carries the time of the commit.
type release struct {
	source, folder string
	version        string // as the program says it, without the v
	time           time.Time
	extras         []file // what archives hold beside the program
	programs       map[target]string
	made           []string // names in folder
}

// file is one file of an archive.
type file struct {
	name    string
	content []byte
	mode    int64
}

func newRelease(ctx context.Context, source, folder string) (*release, error) {
	r := &release{source: source, folder: folder, programs: map[target]string{}}
	seconds, err := r.output(ctx, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return nil, err
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("reading the commit's time: %w", err)
	}
	r.time = time.Unix(unix, 0).UTC()
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o755)); err != nil {
		return nil, err
	}
	return r, r.gather(ctx)
}

// gather makes completions and manual pages, and reads the texts.
func (r *release) gather(ctx context.Context) (err error) {
	work, err := os.MkdirTemp("", "forge-release-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	program := filepath.Join(work, "forge")
	if _, err := r.output(ctx, "go", "build", "-trimpath", "-o", program, "./cmd/forge"); err != nil {
		return err
	}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		if err := r.extra(filepath.Join(r.source, name), name); err != nil {
			return err
		}
	}
	for shell, name := range map[string]string{"bash": "forge.bash", "zsh": "_forge", "fish": "forge.fish", "powershell": "forge.ps1"} {
		text, err := r.output(ctx, program, "completion", shell)
		if err != nil {
			return err
		}
		r.extras = append(r.extras, file{"completions/" + name, []byte(text + "\n"), 0o644})
	}
	man := filepath.Join(work, "man")
	if _, err := r.output(ctx, "go", "test", "-trimpath", "-count=1", "./cmd/forge", "-run", "^TestManPages$", "-man", man); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(man, "*.1"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		if err := r.extra(page, "man/man1/"+filepath.Base(page)); err != nil {
			return err
		}
	}
	return nil
}

func (r *release) extra(path, name string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r.extras = append(r.extras, file{name, content, 0o644})
	return nil
}

// output runs a command in the source and gives what it prints.
func (r *release) output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = r.source
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s%s", err, out, exit.Stderr)
	}
	if err != nil {
		return "", fmt.Errorf("running %s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

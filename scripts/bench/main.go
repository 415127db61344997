// Command bench runs all benchmarks and writes BENCHMARKS.md: what was
// measured, on which machine, and whether the aims hold. Run it from the
// repository's root on a quiet machine, beside the servers of databases:
//
//	go run ./scripts/services go run ./scripts/bench BENCHMARKS.md
//	go run ./scripts/bench -from bench.txt BENCHMARKS.md   from what go test printed before
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// suite is one run of go test.
type suite struct {
	dir, packages, benchmarks, rounds string
	count                             int
	added                             string // a folder of files to compile with the package
}

// Result is the name under which the suite's duration is among the results.
func (s suite) Result() string { return "Suite/" + s.benchmarks }

// Label names the suite on the page.
func (s suite) Label() string { return strings.ReplaceAll(s.benchmarks, "|", ", ") }

// suites are what the page needs, the quick ones first.
func suites() []suite {
	return []suite{
		{dir: ".", packages: "./generator", benchmarks: "New", rounds: "5x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Forge|Start|Memory", rounds: "9x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Limit|LimitServers", rounds: "9x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Routers", rounds: "9x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Requests", rounds: "9x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Features", rounds: "31x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Peers", rounds: "9x"},
		{dir: "testdata/golden/complete", packages: "./internal/auth", benchmarks: "LoginStorm", rounds: "10s", count: 3, added: "scripts/bench/testdata/storm"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Scale", rounds: "1x"},
	}
}

func main() {
	from := flag.String("from", "", "take the results from this file instead of running the benchmarks")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: bench [-from RESULTS] PAGE")
		os.Exit(2)
	}
	if err := run(ctx, *from, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, from, page string) error {
	var printed []byte
	var err error
	if from != "" {
		printed, err = os.ReadFile(from)
	} else {
		printed, err = benchmarks(ctx)
	}
	if err != nil {
		return err
	}
	results, err := parse(bytes.NewReader(printed))
	if err != nil {
		return err
	}
	content, err := render(results, newMachine(ctx, time.Now()))
	if err != nil && from == "" {
		err = errors.Join(err, os.WriteFile("bench.txt", printed, 0o644), errors.New("what was measured is in bench.txt; once the page is mended: bench -from bench.txt "+page))
	}
	if err != nil {
		return err
	}
	return os.WriteFile(page, content, 0o644)
}

// benchmarks runs the suites and returns what they print, which they show too.
func benchmarks(ctx context.Context) (output []byte, err error) {
	dir, err := os.MkdirTemp("", "forge-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var printed bytes.Buffer
	for _, s := range suites() {
		args := []string{"test", "-trimpath", "-ldflags=-w", "-timeout=90m", "-run=^$",
			"-bench=^Benchmark(" + s.benchmarks + ")$", "-benchtime=" + s.rounds, fmt.Sprintf("-count=%d", max(1, s.count))}
		if s.added != "" {
			overlay := filepath.Join(dir, "overlay.json")
			if err := s.writeOverlay(overlay); err != nil {
				return nil, err
			}
			args = append(args, "-overlay="+overlay)
		}
		cmd := exec.CommandContext(ctx, "go", append(args, s.packages)...)
		cmd.Dir = filepath.FromSlash(s.dir)
		all := io.MultiWriter(os.Stdout, &printed)
		cmd.Stdout, cmd.Stderr = all, os.Stderr
		began := time.Now()
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), errors.Join(err, ctx.Err()))
		}
		// As a result, so that the page and a file of results have it too.
		fmt.Fprintf(all, "Benchmark%s 1 %.0f s\n", s.Result(), time.Since(began).Seconds())
	}
	return printed.Bytes(), nil
}

// writeOverlay writes the file for go test's -overlay that puts the added files
// into the package.
func (s suite) writeOverlay(name string) error {
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(s.added), "*.go"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s has no files", s.added)
	}
	replace := make(map[string]string)
	for _, file := range files {
		from, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		to, err := filepath.Abs(filepath.Join(filepath.FromSlash(s.dir), filepath.FromSlash(s.packages), filepath.Base(file)))
		if err != nil {
			return err
		}
		replace[to] = from
	}
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o600)
}

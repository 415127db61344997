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
}

// suites are what the page needs, the quick ones first.
func suites() []suite {
	return []suite{
		{dir: ".", packages: "./generator", benchmarks: "New", rounds: "5x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Forge|Start|Memory", rounds: "9x"},
		{dir: ".", packages: "./cmd/forge/e2e", benchmarks: "Routers|Requests", rounds: "9x"},
		{dir: "testdata/golden/complete", packages: "./internal/auth", benchmarks: "LoginStorm", rounds: "10s", count: 3},
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
	if err != nil {
		return err
	}
	return os.WriteFile(page, content, 0o644)
}

// benchmarks runs the suites and gives what they print, which they show too.
func benchmarks(ctx context.Context) ([]byte, error) {
	var printed bytes.Buffer
	for _, s := range suites() {
		cmd := exec.CommandContext(ctx, "go", "test", "-trimpath", "-ldflags=-w", "-timeout=90m", "-run=^$",
			"-bench=^Benchmark("+s.benchmarks+")$", "-benchtime="+s.rounds, fmt.Sprintf("-count=%d", max(1, s.count)), s.packages)
		cmd.Dir = filepath.FromSlash(s.dir)
		cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, &printed), os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), errors.Join(err, ctx.Err()))
		}
	}
	return printed.Bytes(), nil
}

package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/forge-go/forge/scripts/services/server"
)

// machine is where and when the benchmarks ran.
type machine struct {
	Date, Commit, System, Processor, Go string
	Processors                          int
	Servers                             []string
}

// newMachine describes the machine. What can't be found out stays empty.
func newMachine(ctx context.Context, now time.Time) machine {
	return machine{
		Date:       now.UTC().Format(time.DateOnly),
		Commit:     firstLine(ctx, "git", "rev-parse", "--short", "HEAD"),
		System:     runtime.GOOS + "/" + runtime.GOARCH,
		Processor:  processor(),
		Go:         strings.TrimPrefix(runtime.Version(), "go"),
		Processors: runtime.NumCPU(),
		Servers:    server.Versions(ctx),
	}
}

func firstLine(ctx context.Context, name string, args ...string) string {
	printed, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(printed), "\n")
	return line
}

// processor is the model's name, on Linux.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

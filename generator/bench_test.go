package generator_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	"github.com/forge-go/forge/scripts/bench/measure"
	"github.com/forge-go/forge/templates"
)

// BenchmarkNew makes the fullest project, one with ten times its files and one
// with a hundred times, and beside each writes the same bytes with no
// rendering, staging or rename: in memory, where the system has such a folder,
// since a disk has its own mind. Each figure is how many times as long as that
// a phase takes; "x" is all of it.
func BenchmarkNew(b *testing.B) {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		b.Setenv("TMPDIR", "/dev/shm")
	}
	o := generator.Options{Module: "example.com/myapi", Program: "myapi", Version: "v0.0.0-bench", Auth: "complete", DB: "sqlite", Router: "stdlib"}
	for _, times := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("files=%dx", times), func(b *testing.B) {
			measureNew(b, multiplied(b, times), o)
		})
	}
}

func measureNew(b *testing.B, source fs.FS, o generator.Options) {
	phases := measure.Rounds{}
	var plan *generator.Plan
	for b.Loop() {
		folder := b.TempDir()
		start := time.Now()
		var err error
		if plan, err = generator.NewPlan(source, o); err != nil {
			b.Fatal(err)
		}
		planned := time.Since(start)
		start = time.Now()
		if err := newdir.Write(context.Background(), plan.Files, filepath.Join(folder, "forge"), newdir.Writing{Random: zeros{}}); err != nil {
			b.Fatal(err)
		}
		applied := time.Since(start)
		start = time.Now()
		writePlainly(b, plan, filepath.Join(folder, "plain"))
		plain := time.Since(start)
		for phase, took := range generator.PlanPhases(b, source, o) {
			phases.Add(phase, float64(took)/float64(plain))
		}
		phases.Add("write-x", float64(applied)/float64(plain))
		phases.Add("x", float64(planned+applied)/float64(plain))
		phases.Add("plain-ms", float64(plain.Microseconds())/1000)
		if err := os.RemoveAll(folder); err != nil { // or the disk gets busy
			b.Fatal(err)
		}
	}
	phases.Report(b)
	b.ReportMetric(float64(len(plan.Files)), "files")
}

// multiplied has each file of the service so many times. The copies lie on
// disk, since fstest.MapFS takes longer the more files it has.
func multiplied(b *testing.B, times int) fs.FS {
	b.Helper()
	if times == 1 {
		return templates.FS
	}
	folder := b.TempDir()
	if err := os.CopyFS(folder, templates.FS); err != nil {
		b.Fatal(err)
	}
	err := fs.WalkDir(templates.FS, "service", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(name, "_parts_") {
			return err
		}
		content, err := fs.ReadFile(templates.FS, name)
		for i := 1; err == nil && i < times; i++ {
			copied := filepath.Join(folder, filepath.FromSlash(path.Dir(name)), "copy"+strconv.Itoa(i), path.Base(name))
			err = errors.Join(os.MkdirAll(filepath.Dir(copied), 0o755), os.WriteFile(copied, content, 0o644))
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return os.DirFS(folder)
}

// zeros is a source of secrets that costs nothing.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func writePlainly(b *testing.B, plan *generator.Plan, target string) {
	b.Helper()
	for _, f := range plan.Files {
		name := filepath.Join(target, f.Path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, f.Content, f.Perm); err != nil {
			b.Fatal(err)
		}
	}
}

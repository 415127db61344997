package generator_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/templates"
)

// BenchmarkNew plans and applies the fullest project, and beside it writes
// the same bytes with no rendering, staging or rename. "x-plain" is how many
// times longer forge takes.
func BenchmarkNew(b *testing.B) {
	all := defaults()
	o := all[len(all)-1]
	plan := planFor(b, o)
	folder := b.TempDir()
	var forge, plain time.Duration
	i := 0
	for b.Loop() {
		i++
		start := time.Now()
		planned, err := generator.NewPlan(templates.FS, o)
		if err != nil {
			b.Fatal(err)
		}
		target := filepath.Join(folder, "forge"+strconv.Itoa(i))
		if err := generator.Apply(context.Background(), planned, target, generator.Writing{Random: fixedRandom{}}); err != nil {
			b.Fatal(err)
		}
		forge += time.Since(start)

		start = time.Now()
		writePlainly(b, plan, filepath.Join(folder, "plain"+strconv.Itoa(i)))
		plain += time.Since(start)
	}
	b.ReportMetric(float64(forge.Microseconds())/1000/float64(i), "forge-ms")
	b.ReportMetric(float64(plain.Microseconds())/1000/float64(i), "plain-ms")
	b.ReportMetric(float64(forge)/float64(plain), "x-plain")
}

func BenchmarkPlan(b *testing.B) {
	all := defaults()
	o := all[len(all)-1]
	for b.Loop() {
		if _, err := generator.NewPlan(templates.FS, o); err != nil {
			b.Fatal(err)
		}
	}
}

func writePlainly(b *testing.B, plan *generator.Plan, target string) {
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

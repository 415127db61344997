package generator

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"time"
)

// LayersOf is layersOf, for the benchmark beside the package.
func LayersOf(o Options) []string { return layersOf(o) }

// PlanPhases does what NewPlan does, and renders once more what is parsed by then.
func PlanPhases(b testing.TB, source fs.FS, o Options) map[string]time.Duration {
	b.Helper()
	r := renderer{templates: source, data: newData(o), set: newSet(), program: o.Program}
	start := time.Now()
	files, err := r.all(layersOf(o))
	if err != nil {
		b.Fatal(err)
	}
	both := time.Since(start)
	start = time.Now()
	for _, t := range r.set.Templates() {
		if !strings.HasSuffix(t.Name(), templateSuffix) {
			continue // a part
		}
		var out bytes.Buffer
		if err := t.Execute(&out, r.data); err != nil {
			b.Fatal(err)
		}
	}
	rendered := time.Since(start)
	start = time.Now()
	if _, err := remember(o, sortByPath(files)); err != nil {
		b.Fatal(err)
	}
	return map[string]time.Duration{"parse-x": both - rendered, "render-x": rendered, "remember-x": time.Since(start)}
}

package generator

import (
	"io/fs"
	"testing"
	"time"
)

// PlanPhases does what NewPlan does, one phase after the other.
func PlanPhases(b testing.TB, source fs.FS, o Options) map[string]time.Duration {
	b.Helper()
	start := time.Now()
	files, err := renderFiles(source, serviceRequest(o, nil, nil), o)
	if err != nil {
		b.Fatal(err)
	}
	rendered := time.Since(start)
	start = time.Now()
	if _, err := remember(o, sortByPath(files)); err != nil {
		b.Fatal(err)
	}
	return map[string]time.Duration{"render-x": rendered, "remember-x": time.Since(start)}
}

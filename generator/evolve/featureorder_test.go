package evolve_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// toComplete stands for forge add auth --mode=complete among the features of an order.
const toComplete = "complete"

// TestFeaturesInAnyOrder begins with an edited project on each database with each
// router, and adds all features in an order that a seed decides; every other project
// is basic and becomes complete on the way. It becomes what it would be with all of it
// from the start and the same edits. The seed of a failure repeats it: FORGE_SEED=… go
// test ./generator/evolve -run AnyOrder.
func TestFeaturesInAnyOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("FORGE_SEED"); given != "" {
		parsed, err := strconv.ParseUint(given, 10, 64)
		must(t, err)
		seed = parsed
	}
	random := rand.New(rand.NewPCG(seed, 0))
	var rows []generator.Options
	for _, db := range generator.DBChoice().Names() {
		for _, router := range generator.RouterChoice().Names() {
			rows = append(rows, generator.Options{Auth: "basic", DB: project.Database(db), Router: project.Router(router)})
		}
	}
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	if testing.Short() {
		rows = rows[:2]
	}
	for i, o := range rows {
		order := randomOrder(random)
		if i%2 == 0 {
			o.Auth, order = "complete", slices.DeleteFunc(order, func(step string) bool { return step == toComplete })
		}
		t.Run(fmt.Sprintf("%s-%s-%s", o.DB, o.Router, strings.Join(order, "-")), func(t *testing.T) {
			t.Logf("FORGE_SEED=%d", seed)
			l := addInOrder(t, o, order)
			if i == 0 && !testing.Short() {
				l.compiles(t)
			}
		})
	}
}

// randomOrder is an order of all features and the mode that some of them need first.
func randomOrder(random *rand.Rand) []string {
	order := append(feature.Names(feature.All()), toComplete)
	random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	// What needs the mode comes after it.
	mode := "basic"
	early := slices.DeleteFunc(slices.Clone(order[:slices.Index(order, toComplete)]), func(name string) bool {
		f, _ := feature.Find(name)
		return !f.Fits(mode)
	})
	late := slices.DeleteFunc(order, func(name string) bool { return name == toComplete || slices.Contains(early, name) })
	return slices.Concat(early, []string{toComplete}, late)
}

// addInOrder makes the project of the options, edits it, and takes the steps; then it
// compares it with the one that has all from the start.
func addInOrder(t *testing.T, o generator.Options, order []string) living {
	t.Helper()
	l := livingOf(t, templates.FS, o)
	edits := l.fitting(userEdits())
	if len(edits) < 40 {
		t.Errorf("only %d edits fit", len(edits))
	}
	l.edit(t, edits)
	l.rename("internal/auth/authhttp/errors.go", "internal/auth/authhttp/problems.go")
	for i, step := range order {
		r := evolve.Request{Now: time.Date(2026, 3, 1+i, 12, 0, 0, 0, time.UTC)}
		if step == toComplete {
			r.Auth = "complete"
		} else {
			r.Features = []string{step}
		}
		l.apply(t, l.plan(t, templates.FS, r))
	}
	o.Auth, o.Features = "complete", feature.Names(feature.All())
	start := livingOf(t, templates.FS, o)
	start.edit(t, edits)
	start.rename("internal/auth/authhttp/errors.go", "internal/auth/authhttp/problems.go")
	if slices.Contains(order, toComplete) { // Imports that a change brings come after the owner's.
		l.same(t, start, sortedLines)
	} else {
		l.same(t, start, bytes.Clone)
	}
	return l
}

// fitting are the edits of a project on SQLite and net/http that others have the text
// for.
func (l living) fitting(edits []edit) []edit {
	return slices.DeleteFunc(edits, func(e edit) bool {
		f, ok := l.files[e.file]
		return e.old == whole && !ok || e.old != "" && e.old != whole && (!ok || !bytes.Contains(f.Data, []byte(e.old)))
	})
}

// sortedLines are the lines of a text without blank ones, in alphabetical order.
func sortedLines(text []byte) []byte {
	lines := slices.DeleteFunc(bytes.Split(text, []byte("\n")), func(line []byte) bool { return len(line) == 0 })
	slices.SortFunc(lines, bytes.Compare)
	return bytes.Join(lines, []byte("\n"))
}

// same fails for each file that differs from that of another project in the form that
// is compared, without regard to migrations' numbers.
func (l living) same(t *testing.T, from living, form func([]byte) []byte) {
	t.Helper()
	later, first := l.unnumbered(), from.unnumbered()
	for _, name := range slices.Sorted(maps.Keys(first)) {
		if name == "go.mod" {
			later[name], first[name] = required(t, later[name]), required(t, first[name])
		}
		if !bytes.Equal(form(later[name]), form(first[name])) {
			t.Errorf("%s is not what it would be from the start", name)
		}
		delete(later, name)
	}
	if len(later) > 0 {
		t.Errorf("beside what there would be from the start: %q", slices.Sorted(maps.Keys(later)))
	}
}

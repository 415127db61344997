package evolve_test

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// TestFeatureAddedLater adds each feature to a project that its owner has edited
// in more than forty places. It becomes what it would be with the feature from the
// start and the same edits.
func TestFeatureAddedLater(t *testing.T) {
	for _, f := range feature.All() {
		for _, mode := range []string{"basic", "complete"} {
			if !f.Fits(mode) {
				continue
			}
			t.Run(f.Name+"/"+mode, func(t *testing.T) {
				l := livingOf(t, templates.FS, optionsOf(project.Mode(mode)))
				l.edit(t, userEdits())
				l.rename("internal/auth/authhttp/errors.go", "internal/auth/authhttp/problems.go")
				l.apply(t, l.plan(t, templates.FS, evolve.Request{Features: []string{f.Name}, Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}))
				l.checkEdits(t)
				if again := l.plan(t, templates.FS, evolve.Request{Features: []string{f.Name}}); !again.IsEmpty() {
					t.Errorf("added twice, it changes %+v", again.Files)
				}
				l.buildAndTest(t)

				with := optionsOf(project.Mode(mode))
				with.Features = []string{f.Name}
				start := livingOf(t, templates.FS, with)
				start.edit(t, userEdits())
				start.rename("internal/auth/authhttp/errors.go", "internal/auth/authhttp/problems.go")
				l.same(t, start, bytes.Clone)
			})
		}
	}
}

// required lists what a go.mod requires. Beside a comment of the owner's, package
// modfile adds requirements in a block of their own.
func required(t *testing.T, content []byte) []byte {
	mod, err := modfile.Parse("go.mod", content, nil)
	must(t, err)
	var lines []string
	for _, r := range mod.Require {
		lines = append(lines, fmt.Sprintf("%s %s %t\n", r.Mod.Path, r.Mod.Version, r.Indirect))
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

var migrationNumber = regexp.MustCompile(`^[0-9]+_`)

// unnumbered are the files of a project, without forge's own, with migrations under
// their titles.
func (l living) unnumbered() map[string][]byte {
	files := make(map[string][]byte)
	for name, f := range l.files {
		if strings.HasPrefix(name, ".forge/") || name == project.SecretPath { // Its values are random.
			continue
		}
		if dir, base := path.Split(name); path.Base(dir) == "migrations" {
			name = dir + migrationNumber.ReplaceAllString(base, "")
		}
		files[name] = f.Data
	}
	return files
}

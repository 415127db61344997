package main

import (
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/scripts/test/leave"
)

// TestFeaturesOfForeignModules adds features to modules that forge did not make,
// one of which has the names of tables and paths itself. An undo takes them back,
// another mode comes later, and the tests of accounts and features pass.
func TestFeaturesOfForeignModules(t *testing.T) {
	leave.ToTestAll(t)
	for name, flags := range map[string][]string{"users-table": {"--prefix=/accounts"}, "fiber3": nil} {
		t.Run(name, func(t *testing.T) {
			root := foreign{name: name}.copy(t)
			t.Chdir(root)
			forgeIn(t, exitDone, append([]string{"add", "auth", "--mode=basic", "--yes"}, flags...)...)
			for _, f := range feature.For("basic") {
				before := readTree(t, root)
				if said := forgeIn(t, exitDone, "add", f.Name); !strings.Contains(said, "Added "+f.Name) || !strings.Contains(said, "go test ./internal/...") {
					t.Errorf("forge add %s says %s", f.Name, said)
				}
				forgeIn(t, exitDone, "undo")
				compareTree(t, "undo", before, readTree(t, root))
				forgeIn(t, exitDone, "add", f.Name)
				isTidy(t, root)
				if said := forgeIn(t, exitDone, "add", f.Name); !strings.Contains(said, "Nothing to do") {
					t.Errorf("the second forge add %s says %s", f.Name, said)
				}
			}
			forgeIn(t, exitDone, "add", "auth", "--mode=complete")
			isTidy(t, root)
			if said := forgeIn(t, exitDone, "upgrade"); !strings.Contains(said, "Nothing to do") {
				t.Errorf("forge upgrade says %s", said)
			}
			for _, f := range feature.For("complete") {
				if !f.Fits("basic") {
					forgeIn(t, exitDone, "add", f.Name)
					isTidy(t, root)
				}
			}
			goCommand(t, root, "vet", "./...")
			goCommand(t, root, "test", "-vet=off", "-ldflags=-w", "./internal/auth/...", "-run", "Keys?|Scope|Guard|Session|Ends|Cookie|CrossOrigin|CSRF|Provider|Identit|Passkey|Ceremony")
		})
	}
}

// isTidy checks that go mod tidy has nothing to add to a module or to take out of it.
func isTidy(t *testing.T, root string) {
	t.Helper()
	goCommand(t, root, "mod", "tidy", "-diff")
}

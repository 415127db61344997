package generator_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource/resourcetest"
)

var update = flag.Bool("update", false, "write testdata/golden and testdata/matrix.golden")

const testdata = "../testdata"

// notGolden are files that golden trees leave out: secrets, and the base, a
// packed copy of all other files (TestBaseIsWhatIsWritten).
func notGolden() []string { return []string{project.SecretPath, project.BasePath} }

// goldens are the projects whose text is reviewed: one for each mode, and one
// with resources and all features.
func goldens(t testing.TB) map[string]generator.Options {
	t.Helper()
	all := make(map[string]generator.Options)
	for _, o := range defaults() {
		all[string(o.Auth)] = o
	}
	full := all["complete"]
	full = withFeatures(full)
	full.Resources = resourcetest.Some(t, true)
	all["full"] = full
	return all
}

func TestGoldenProjects(t *testing.T) {
	for name, o := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			written := filepath.Join(t.TempDir(), "myapi")
			write(t, planFor(t, o), written)
			for _, path := range notGolden() {
				if err := os.Remove(filepath.Join(written, path)); err != nil {
					t.Fatal(err)
				}
			}
			golden := filepath.Join(testdata, "golden", name)
			if *update {
				replaceTree(t, golden, written)
			}
			compareTrees(t, golden, written)
		})
	}
}

func TestGoldenFolderHasNothingElse(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(testdata, "golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := goldens(t)[entry.Name()]; !ok {
			t.Errorf("testdata/golden/%s is no golden project", entry.Name())
		}
	}
}

// TestMatrix compares the hash of each distinct file of all combinations with
// the ledger: "hash path: combinations".
func TestMatrix(t *testing.T) {
	using := make(map[string][]string)
	for _, o := range combinations() {
		for _, f := range planFor(t, o).Files {
			if slices.Contains(notGolden(), f.Path) {
				continue
			}
			sum := sha256.Sum256(f.Content)
			line := f.Path + " " + hex.EncodeToString(sum[:8])
			using[line] = append(using[line], o.Combination())
		}
	}
	var lines []string
	for line, names := range using {
		lines = append(lines, fmt.Sprintf("%s: %s\n", line, strings.Join(names, " ")))
	}
	slices.Sort(lines)
	got := []byte(strings.Join(lines, ""))
	ledger := filepath.Join(testdata, "matrix.golden")
	if *update {
		if err := os.WriteFile(ledger, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(ledger)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is out of date (%v)%s", ledger, err, howToUpdate)
	}
}

func TestGoldenFilesHoldNoSecret(t *testing.T) {
	walk(t, filepath.Join(testdata, "golden"), func(path string, content []byte) {
		checkNoSecret(t, path, content)
		if filepath.Base(path) == project.SecretPath {
			t.Errorf("%s is golden", path)
		}
	})
}

const howToUpdate = "\nTry: go test ./generator -run '^Test(Golden|Matrix)' -update && git diff testdata"

func compareTrees(t *testing.T, golden, written string) {
	t.Helper()
	want := make(map[string][]byte)
	if _, err := os.Stat(golden); err != nil {
		t.Fatal(err, howToUpdate)
	}
	walk(t, golden, func(path string, content []byte) { want[path] = content })
	wrong := false
	walk(t, written, func(path string, content []byte) {
		expected, ok := want[path]
		delete(want, path)
		if !ok || !bytes.Equal(content, expected) {
			t.Errorf("%s differs from its golden file", path)
			wrong = true
		}
	})
	for path := range want {
		t.Errorf("%s is golden, but not written any more", path)
		wrong = true
	}
	if wrong {
		t.Log(howToUpdate)
	}
}

func replaceTree(t *testing.T, golden, written string) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	walk(t, written, func(path string, content []byte) {
		target := filepath.Join(golden, path)
		info, err := os.Stat(filepath.Join(written, path))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, info.Mode()&fs.ModePerm); err != nil {
			t.Fatal(err)
		}
	})
}

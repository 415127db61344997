package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestReleaseIsReproducible builds this machine's archive twice, in two
// folders: same bytes, and the program in it works.
func TestReleaseIsReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("left to make test-all")
	}
	if _, err := exec.Command("git", "-C", "../..", "rev-parse", "HEAD").Output(); err != nil {
		t.Skip("LEFT OUT: this is no git checkout; no release is built")
	}
	this := target{runtime.GOOS, runtime.GOARCH}
	first, second := buildHere(t, this), buildHere(t, this)
	for name, content := range first {
		if !bytes.Equal(content, second[name]) {
			t.Errorf("%s differs from one build to the next", name)
		}
	}
	if len(first) != 3 || !slices.Equal(slices.Sorted(maps.Keys(first)), slices.Sorted(maps.Keys(second))) {
		t.Fatalf("built %v", slices.Sorted(maps.Keys(first)))
	}
	for name, content := range first {
		if strings.HasSuffix(name, ".tar.gz") {
			checkProgram(t, unpack(t, content))
		}
		if strings.HasSuffix(name, ".cdx.json") {
			checkSBOM(t, content)
		}
	}
}

func buildHere(t *testing.T, this target) map[string][]byte {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "release")
	r, err := newRelease(t.Context(), "../..", folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.build(t.Context(), []target{this}); err != nil {
		t.Fatal(err)
	}
	if err := r.checksums(); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range r.made {
		if files[name], err = os.ReadFile(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// unpack gives the folder that the archive becomes.
func unpack(t *testing.T, archive []byte) string {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	dir, top := t.TempDir(), ""
	var names []string
	for files := tar.NewReader(zipped); ; {
		header, err := files.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, header.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, header.FileInfo().Mode()); err != nil {
			t.Fatal(err)
		}
		folder, name, _ := strings.Cut(header.Name, "/")
		top, names = folder, append(names, name)
	}
	for _, want := range []string{"forge", "LICENSE", "README.md", "CHANGELOG.md", "completions/forge.bash", "completions/_forge", "completions/forge.fish", "completions/forge.ps1", "man/man1/forge.1", "man/man1/forge-new.1"} {
		if !slices.Contains(names, want) {
			t.Errorf("the archive lacks %s: %v", want, names)
		}
	}
	return filepath.Join(dir, top)
}

func checkProgram(t *testing.T, folder string) {
	t.Helper()
	forge := filepath.Join(folder, "forge")
	text, err := exec.Command(forge, "version", "--json").Output()
	var facts struct{ Version, Commit, Go string }
	if err != nil || json.Unmarshal(text, &facts) != nil || facts.Go != runtime.Version() {
		t.Errorf("forge version --json: %v %s", err, text)
	}
	cmd := exec.Command(forge, "new", "myapi", "--yes")
	cmd.Dir = t.TempDir()
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("forge new: %v\n%s", err, text)
	}
}

func checkSBOM(t *testing.T, content []byte) {
	t.Helper()
	var b bom
	if err := json.Unmarshal(content, &b); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range b.Components {
		names = append(names, c.Name)
	}
	if b.Format != "CycloneDX" || !slices.Contains(names, "github.com/spf13/cobra") || !slices.Contains(names, "std") || slices.Contains(names, "github.com/creack/pty") {
		t.Errorf("the SBOM lists %v", names)
	}
}

package project

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHostileManifestsAreRefused(t *testing.T) {
	sum := strings.Repeat("0", 64)
	entry := func(path, class, sum string) string {
		return `{"path": "` + path + `", "class": "` + class + `", "sha256": "` + sum + `"}`
	}
	for name, files := range map[string]string{
		"absolute":       entry("/etc/passwd", "owned", sum),
		"dot dot":        entry("a/../../b", "owned", sum),
		"backslash":      entry(`a\\b`, "owned", sum),
		"device":         entry("con", "owned", sum),
		"git":            entry(".git/config", "owned", sum),
		"GIT":            entry(".Git/hooks/x", "owned", sum),
		"forge":          entry(".forge/manifest.json", "owned", sum),
		"empty path":     entry("", "owned", sum),
		"unknown class":  entry("a", "mine", sum),
		"no class":       entry("a", "", sum),
		"twice":          entry("a", "owned", sum) + "," + entry("a", "owned", sum),
		"twice, by case": entry("a", "owned", sum) + "," + entry("A", "owned", sum),
		"secret hash":    entry(".env.development", "secret", sum),
		"no hash":        entry("a", "owned", ""),
	} {
		if m, err := DecodeManifest([]byte(`{"files": [` + files + `]}`)); err == nil {
			t.Errorf("%s: taken as %+v", name, m)
		}
	}
	for _, text := range []string{"", "[]", "{", `{"files": []} {}`, "null x"} {
		if m, err := DecodeManifest([]byte(text)); err == nil {
			t.Errorf("%q: taken as %+v", text, m)
		}
	}
}

func TestHostileBasesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"dot dot": "-- ../x --\nbad\n", "absolute": "-- /x --\nbad\n", "git": "-- .git/hooks/pre-commit --\nbad\n",
		"twice": "-- a --\n1\n-- a --\n2\n", "base64": "-- a;base64 --\n?\n",
	} {
		if contents, err := DecodeBase(packed(t, []byte(text))); err == nil {
			t.Errorf("%s: taken as %q", name, contents)
		}
	}
	bomb := packed(t, append([]byte("-- a --\n"), make([]byte, mostBase)...))
	if _, err := DecodeBase(bomb); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a bomb of %d bytes: %v", len(bomb), err)
	}
	if _, err := DecodeBase([]byte("no gzip")); err == nil {
		t.Error("what is not packed is taken")
	}
}

func packed(t *testing.T, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := zip.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOpenRefusesWhatContradictsItself(t *testing.T) {
	files := []File{{Path: "a", Class: Owned, Content: []byte("a\n")}, {Path: "b", Class: Owned, Content: []byte("b\n")}}
	for name, c := range map[string]struct {
		manifest, base []File
		want           string
	}{
		"true":                {files, files, ""},
		"other content":       {files, []File{files[0], {Path: "b", Class: Owned, Content: []byte("c\n")}}, "contradict"},
		"missing in base":     {files, files[:1], "contradict"},
		"missing in manifest": {files[:1], files, "does not"},
	} {
		dir := t.TempDir()
		remember(t, dir, c.manifest, c.base)
		_, err := Open(dir)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenReadsThroughNoLink(t *testing.T) {
	dir := t.TempDir()
	files := []File{{Path: "a", Class: Owned, Content: []byte("a\n")}}
	remember(t, dir, files, files)
	manifest := filepath.Join(dir, filepath.FromSlash(ManifestPath))
	if err := os.Rename(manifest, manifest+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("manifest.json.moved", manifest); err != nil {
		t.Skip(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "link") {
		t.Errorf("got %v", err)
	}
}

func TestHostileConflictsAreRefused(t *testing.T) {
	for _, text := range []string{
		`[{"path": "a", "at": "../x"}]`, `[{"path": "/a", "at": "a"}]`, `[{"path": "a", "at": ".git/x"}]`, `{}`,
	} {
		if c, err := decodeConflicts([]byte(text)); err == nil {
			t.Errorf("%s: taken as %+v", text, c)
		}
	}
}

func remember(t *testing.T, dir string, manifest, base []File) {
	t.Helper()
	m, err := NewManifest("v1", Answers{Auth: "none"}, manifest).Encode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := EncodeBase(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".forge"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{ManifestPath: m, BasePath: b} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"files": [{"path": "a", "class": "owned", "sha256": "x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := DecodeManifest(data); err == nil {
			for _, e := range m.Files {
				if !filepath.IsLocal(filepath.FromSlash(e.Path)) {
					t.Errorf("%q is taken", e.Path)
				}
			}
		}
		_, _ = DecodeBase(data)
		_, _ = decodeConflicts(data)
	})
}

package generator_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/newdir"
	"github.com/forge-go/forge/generator/project"
)

// fingerprint is the hash of every byte of every project.
func fingerprint(t *testing.T) string {
	t.Helper()
	hash := sha256.New()
	for _, o := range combinations() {
		for _, f := range planFor(t, o).Files {
			fmt.Fprintf(hash, "%s %v %s %d\n", f.Path, f.Perm, f.Class, len(f.Content))
			hash.Write(f.Content)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func TestPlansAreTheSameInAnyEnvironment(t *testing.T) {
	const marker = "FORGE_TEST_FINGERPRINT"
	if os.Getenv(marker) != "" {
		fmt.Println(marker, fingerprint(t))
		return
	}
	want := marker + " " + fingerprint(t)
	for _, env := range [][]string{
		{"TZ=Pacific/Kiritimati", "HOME=/nonexistent", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "USER=other"},
		{"TZ=America/St_Johns", "HOME=/", "LANG=C", "PATH=", "GODEBUG=randautoseed=0"},
	} {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(env, marker+"=1")
		cmd.Dir = t.TempDir()
		output, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(output), want) {
			t.Errorf("%v: got %s, want %s (%v)", env, output, want, err)
		}
	}
}

func TestRenderedFilesHaveNoTraceOfTemplates(t *testing.T) {
	for _, o := range combinations() {
		for _, f := range planFor(t, o).Files {
			for _, trace := range []string{"<no value>", "[[", "]]", "_program_", "%!"} {
				if trace == "]]" && strings.HasSuffix(f.Path, ".go") {
					continue // a[b[c]] is Go
				}
				if !strings.HasPrefix(f.Path, ".forge/") && isText(f.Content) && bytes.Contains(f.Content, []byte(trace)) {
					t.Errorf("%s: %s has %q", o.Combination(), f.Path, trace)
				}
			}
		}
	}
}

func isText(content []byte) bool { return !bytes.ContainsRune(content, 0) && len(content) < 200_000 }

func TestRenderedGoIsFormatted(t *testing.T) {
	seen := make(map[string]bool) // Most files are the same in most projects.
	for _, o := range combinations() {
		for _, names := range [][2]string{
			{"example.com/myapi", "myapi"},
			{"a", "a"},
			{"github.com/Some-Organisation/a-rather.long_name/v3", "a-rather.long_name"},
		} {
			o.Module, o.Program = names[0], names[1]
			for _, f := range planFor(t, o).Files {
				if filepath.Ext(f.Path) != ".go" || seen[string(f.Content)] {
					continue
				}
				seen[string(f.Content)] = true
				formatted, err := format.Source(f.Content)
				if err != nil {
					t.Errorf("%s: %s: %v", o.Combination(), f.Path, err)
				} else if !bytes.Equal(formatted, f.Content) {
					t.Errorf("%s: %s is not formatted (module %s)", o.Combination(), f.Path, o.Module)
				}
			}
		}
	}
}

func TestTextFilesEndWithOneLineEnd(t *testing.T) {
	for _, o := range combinations() {
		for _, f := range planFor(t, o).Files {
			if len(f.Content) == 0 || !isText(f.Content) || filepath.Ext(f.Path) == ".gz" {
				continue
			}
			if !bytes.HasSuffix(f.Content, []byte("\n")) || bytes.HasSuffix(f.Content, []byte("\n\n")) {
				t.Errorf("%s: %s does not end with one line end", o.Combination(), f.Path)
			}
		}
	}
}

// spellings are the ways a secret may show itself.
func spellings(secret []byte) []string {
	return []string{
		string(secret),
		base64.StdEncoding.EncodeToString(secret),
		base64.URLEncoding.EncodeToString(secret),
		hex.EncodeToString(secret),
		strings.ToUpper(hex.EncodeToString(secret)),
	}
}

func checkNoSecret(t *testing.T, where string, content []byte) {
	t.Helper()
	for _, spelling := range spellings([]byte(fixedKey)) {
		if bytes.Contains(content, []byte(spelling)) {
			t.Errorf("%s holds the secret", where)
		}
	}
}

func TestOnlyTheSecretFileHoldsTheSecret(t *testing.T) {
	for _, o := range defaults() {
		plan := planFor(t, o)
		target := filepath.Join(t.TempDir(), "myapi")
		write(t, plan, target)
		for _, f := range plan.Files {
			checkNoSecret(t, "the plan's "+f.Path, f.Content)
		}
		for path, content := range baseOf(t, plan) {
			checkNoSecret(t, "the base's "+path, content)
		}
		found := false
		walk(t, target, func(path string, content []byte) {
			if path != ".env.development" {
				checkNoSecret(t, path, content)
				return
			}
			found = bytes.Contains(content, []byte(spellings([]byte(fixedKey))[1]))
		})
		if found != (o.Auth != "none") {
			t.Errorf("%s: .env.development has a secret: %v", o.Combination(), found)
		}
	}
}

func TestASecretIsANewOneEachTime(t *testing.T) {
	o := defaults()[len(defaults())-1]
	plan := planFor(t, o)
	seen := make(map[string]bool)
	for _, name := range []string{"a", "b"} {
		target := filepath.Join(t.TempDir(), name)
		if err := newdir.Write(t.Context(), plan.Files, target, newdir.Writing{Random: rand.Reader}); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(target, ".env.development"))
		if err != nil || seen[string(content)] {
			t.Errorf("the secret came twice (%v)", err)
		}
		seen[string(content)] = true
	}
}

// walk calls visit for each file below folder.
func walk(t testing.TB, folder string, visit func(path string, content []byte)) {
	t.Helper()
	tree := os.DirFS(folder)
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(tree, path)
		visit(path, content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// PostgreSQL has no "?" for parameters: a statement in which one is left was not
// recognised as one.
func TestPlaceholdersOfPostgres(t *testing.T) {
	left := regexp.MustCompile(`([=<>] |LIMIT |VALUES \()\?`)
	for _, o := range combinations() {
		if o.DB != project.Postgres {
			continue
		}
		for _, o := range []generator.Options{o, withFeatures(o)} {
			for _, f := range planFor(t, o).Files {
				if found := left.Find(f.Content); found != nil && path.Ext(f.Path) == ".go" {
					t.Errorf("%s, with %q: %s has %q", o.Combination(), o.Features, f.Path, found)
				}
			}
		}
	}
}

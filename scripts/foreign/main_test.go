package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestModules serves two modules from a folder, one of which has a log-in.
func TestModules(t *testing.T) {
	leave.ToTestAll(t)
	proxy := t.TempDir()
	plain, login := publish(t, proxy, "/hello"), publish(t, proxy, "/login")
	before := os.Getenv("GOPROXY")
	if before == "" {
		before = "https://proxy.golang.org,direct"
	}
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(proxy)+","+before)
	t.Setenv("GONOSUMDB", "example.com")
	var out, errs strings.Builder
	if code := run(t.Context(), []string{plain, login, plain + "/" + example}, &out, &errs); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, &out, &errs)
	}
	for _, want := range []string{
		plain + ": main.go:11 accounts.Mount(mux)\n",
		login + ": refused: the line is left to you, since there is log-in code already: a route /login (main.go:10)",
		plain + "/" + example + ": main.go:11 accounts.Mount(mux)\n",
		"\n2 of 3\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

func TestModuleWithoutAVersion(t *testing.T) {
	var errs strings.Builder
	if code := run(t.Context(), []string{"example.com/program"}, &errs, &errs); code != 2 || !strings.Contains(errs.String(), "MODULE@VERSION") {
		t.Errorf("exit %d, %s", code, &errs)
	}
}

// example is a folder of the modules with a program that Go takes for none of theirs.
const example = "_examples/hello"

// publish adds a module with one route to what a proxy serves, and returns its name
// with the version. The name follows from the content, since the module stays in the
// cache.
func publish(t *testing.T, proxy, route string) string {
	t.Helper()
	path := fmt.Sprintf("example.com/foreign-%x", sha256.Sum256([]byte(example+program(route))))[:36]
	dir, at := t.TempDir(), filepath.Join(proxy, filepath.FromSlash(path), "@v")
	mod := "module " + path + "\n\ngo 1.26.0\n"
	files := map[string]string{
		filepath.Join(dir, "go.mod"):           mod,
		filepath.Join(dir, "main.go"):          program(route),
		filepath.Join(dir, example, "main.go"): program(route),
		filepath.Join(at, "list"):              "v1.0.0\n",
		filepath.Join(at, "v1.0.0.info"):       `{"Version":"v1.0.0"}`,
		filepath.Join(at, "v1.0.0.mod"):        mod,
	}
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := os.Create(filepath.Join(at, "v1.0.0.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromDir(archive, module.Version{Path: path, Version: "v1.0.0"}, dir); err != nil {
		t.Fatal(err)
	}
	return path + "@v1.0.0"
}

func program(route string) string {
	return `package main

import (
	"log"
	"net/http"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("` + route + `", http.NotFound)
	log.Fatal(http.ListenAndServe(":8080", mux))
}
`
}

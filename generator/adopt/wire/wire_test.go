package wire_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/adopt/wire"
)

// load writes a module of a txtar archive to disk and reads it.
func load(t *testing.T, archive *txtar.Archive) *scan.Module {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(root, files); err != nil {
		t.Fatal(err)
	}
	module, err := scan.Load(t.Context(), root, "example.com/shape", func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// A name that only a build tag or an experiment brings is told with the setting.
func TestTagsAreNamed(t *testing.T) {
	for constraint, cure := range map[string]string{
		"premium":              "GOFLAGS=-tags=premium ",
		"go1.18 && premium":    "GOFLAGS=-tags=premium ",
		"!never && (premium)":  "GOFLAGS=-tags=premium ",
		"goexperiment.jsonv2":  "GOEXPERIMENT=jsonv2 ",
		"premium && preview":   "go vet ./..., and once that succeeds: ",
		"ignore && neverbuilt": "go vet ./..., and once that succeeds: ",
	} {
		archive := txtar.Parse([]byte(`-- go.mod --
module example.com/shape

go 1.26.0
-- main.go --
package main

import (
	"log"
	"net/http"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", hello)
	log.Fatal(http.ListenAndServe(":8080", mux))
}
-- hello.go --
//go:build ` + constraint + `

package main

import "net/http"

func hello(http.ResponseWriter, *http.Request) {}
`))
		why := wire.Choose(wire.Candidates(load(t, archive))).Why
		if !strings.Contains(why.Text, "undefined: hello") || why.Cure != cure {
			t.Errorf("%s: %q", constraint, why)
		}
	}
}

// Where a line has several statements, gofmt is named only if it parts them.
func TestStatementsOnOneLine(t *testing.T) {
	for code, gofmtHelps := range map[string]bool{
		"func main() { mux := http.NewServeMux(); http.ListenAndServe(\":8080\", mux) }":     false,
		"func main() {\n\tmux := http.NewServeMux(); http.ListenAndServe(\":8080\", mux)\n}": true,
	} {
		archive := txtar.Parse([]byte("-- go.mod --\nmodule example.com/shape\n\ngo 1.26.0\n-- main.go --\npackage main\n\nimport \"net/http\"\n\n" + code + "\n"))
		choice := wire.Choose(wire.Candidates(load(t, archive)))
		if choice.Taken == nil {
			t.Fatalf("%s: %s", code, choice.Why.Text)
		}
		_, err := choice.Taken.Edit("example.com/shape/internal/accounts")
		if err == nil || !strings.Contains(err.Error(), "more than one statement on a line") {
			t.Fatalf("%s: %v", code, err)
		}
		if _, helps := errors.AsType[*wire.UnformattedError](err); helps != gofmtHelps {
			t.Errorf("%s: gofmt helps = %t: %v", code, helps, err)
		}
	}
}

// What asks MySQL's driver for times is seen wherever it stands.
func TestParsesTime(t *testing.T) {
	for code, want := range map[string]bool{
		`var dsn = "app@tcp(db)/app?parseTime=true"`:        true,
		"const options = `?charset=utf8mb4&parseTime=True`": true,
		`var config = struct{ ParseTime bool }{true}`:       true,
		`var dsn = "app@tcp(db)/app"`:                       false,
	} {
		archive := txtar.Parse([]byte("-- go.mod --\nmodule example.com/shape\n\ngo 1.26.0\n-- main.go --\npackage main\n\n" + code + "\n\nfunc main() {}\n"))
		if got := load(t, archive).ParsesTime(); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}

// TestShapes reads the modules of testdata: the first line of each says after
// which line the router gets what, or that nothing is to be done without a
// question.
func TestShapes(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.TrimSpace(strings.TrimPrefix(string(archive.Comment), "want: "))
			candidates := wire.Candidates(load(t, archive))
			got := "nothing"
			choice := wire.Choose(candidates)
			if c := choice.Taken; c != nil {
				got = strings.TrimSpace(fmt.Sprintf("%s %s %s", c.After, c.Expr, c.Handle.Expr))
			}
			if got != want {
				t.Errorf("got %s, want %s (%s)", got, want, choice.Why)
				for _, c := range candidates {
					t.Logf("%d %s after %s with %s: %q %s", c.Score, c.Expr, c.After, c.Handle.Expr, c.Reasons, c.Doubt)
				}
			}
		})
	}
}

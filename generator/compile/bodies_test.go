package compile

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestWithoutBodies reads the standard library with and without what functions do: what
// is declared is the same.
func TestWithoutBodies(t *testing.T) {
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	all, kept := 0, 0
	for _, dir := range []string{"net/http", "go/types", "encoding/json", "reflect", "text/template", "go/doc/comment"} {
		names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src", filepath.FromSlash(dir), "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no files, %v", dir, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue // Nobody imports it.
			}
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			less := withoutBodies(src)
			all, kept = all+len(src), kept+len(less)
			if want, got := declared(t, src), declared(t, less); !slices.Equal(want, got) {
				t.Errorf("%s declares %v, without bodies %v", name, want, got)
			}
		}
	}
	if kept > all/2 {
		t.Errorf("%d of %d bytes are kept", kept, all)
	}
}

func declared(t *testing.T, src []byte) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			names = append(names, fmt.Sprintf("%s %d %d", decl.Name, decl.Type.Params.NumFields(), decl.Type.Results.NumFields()))
		case *ast.GenDecl:
			names = append(names, fmt.Sprint(decl.Tok, len(decl.Specs)))
		}
	}
	return names
}

func TestWithoutBodiesKeepsTheRest(t *testing.T) {
	for src, want := range map[string]string{
		"package a\n\nfunc f() int {\n\treturn 1\n}\n\nvar x = 1\n":                 "package a\n\nfunc f() int {\n}\n\nvar x = 1\n",
		"package a\n\nfunc f() {\n}\n":                                              "package a\n\nfunc f() {\n}\n",
		"package a\n\nfunc f() { g() }\nfunc g() {\n\tf()\n}\n":                     "package a\n\nfunc f() { g() }\nfunc g() {\n}\n",
		"package a\n\nfunc f(x interface {\n\tM()\n}) {\n\tx.M()\n}\n":              "",
		"package a\n\nfunc f(\n\tx int,\n) {\n\tg()\n}\n":                           "",
		"package a\n\nfunc f() {\n\tg()\n}":                                         "",
		"package a\n\nfunc f() {":                                                   "",
		"package a\r\n\r\nfunc f() {\r\n\tg()\r\n}\r\n":                             "",
		"func f() {\n\tg()\n}\n":                                                    "func f() {\n}\n",
		"package a\n\nvar s = `\nfunc f() {\n\tg()\n}\n`\n\nfunc h() {\n\tg()\n}\n": "package a\n\nvar s = `\nfunc f() {\n}\n`\n\nfunc h() {\n}\n",
	} {
		if want == "" {
			want = src
		}
		if got := string(withoutBodies([]byte(src))); got != want {
			t.Errorf("%q becomes %q, want %q", src, got, want)
		}
	}
}

// A body with a string that looks like its end is read whole.
func TestParseBodiesThatLookEnded(t *testing.T) {
	src := "package a\n\nfunc f() string {\n\treturn `\n}\n`\n}\n\nconst Last = 1\n"
	s := source{root: t.TempDir(), set: token.NewFileSet(), parsed: new(sync.Map)}
	file, err := s.parse(s.set, "a.go", []byte(src))
	if err != nil || len(file.Decls) != 2 || !strings.Contains(fmt.Sprint(file.Decls[1].(*ast.GenDecl).Specs[0].(*ast.ValueSpec).Names), "Last") {
		t.Errorf("%v, %v", file, err)
	}
}

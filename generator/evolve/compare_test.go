package evolve

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/evolve/moves"
	"github.com/forge-go/forge/generator/project"
)

// TestCompare decides about one file named f.txt (or as the case says): what
// forge wrote, what is there, what forge would write. "-" is no file.
func TestCompare(t *testing.T) {
	const text, mine, theirs = "1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n"
	for name, c := range map[string]struct {
		file, base, current, next string
		want                      Action
		content                   string // afterwards; "-" is no file
	}{
		"nothing new":            {"f.txt", text, text, text, "", ""},
		"changed by forge":       {"f.txt", text, text, theirs, Updated, theirs},
		"changed by the user":    {"f.txt", text, mine, text, "", ""},
		"changed by both, apart": {"f.txt", text, mine, theirs, Merged, "one\n2\n3\n4\nfive\n"},
		"changed by both, alike": {"f.txt", text, mine, mine, "", ""},
		"changed by both, there": {"f.txt", text, mine, "uno\n2\n3\n4\n5\n", Conflicting, ""},
		"added":                  {"f.txt", "-", "-", text, Added, text},
		"added, and there":       {"f.txt", "-", text, text, "", ""},
		"added, and other there": {"f.txt", "-", mine, text, Conflicting, ""},
		"removed by forge":       {"f.txt", text, text, "-", Removed, "-"},
		"removed, changed":       {"f.txt", text, mine, "-", Conflicting, ""},
		"removed by the user":    {"f.txt", text, "-", text, "", ""},
		"removed, forge changed": {"f.txt", text, "-", theirs, LeftOut, ""},
		"removed by both":        {"f.txt", text, "-", "-", "", ""},
		"crlf, untouched":        {"f.txt", text, "1\r\n2\r\n3\r\n4\r\n5\r\n", theirs, Updated, "1\r\n2\r\n3\r\n4\r\nfive\r\n"},
		"crlf, forge removed":    {"f.txt", text, "1\r\n2\r\n3\r\n4\r\n5\r\n", "-", Removed, "-"},
		"empty by the user":      {"f.txt", text, "", theirs, Conflicting, ""},
		"migration changed":      {project.MigrationsDir + "/00001_x.sql", text, mine, theirs, "", ""},
		"migration removed":      {project.MigrationsDir + "/00001_x.sql", text, text, "-", "", ""},
		"migration added":        {project.MigrationsDir + "/00002_y.sql", "-", "-", text, Added, text},
		"secret":                 {project.SecretPath, "-", mine, text, "", ""},
		"no Go together":         {"f.go", "package p\n\nfunc a() {\n\tb()\n\tc()\n\td()\n}\n", "package p\n\nfunc a() {\n\tif x {\n\t\tb()\n\t}\n\tc()\n\td()\n}\n", "package p\n\nfunc a() {\n\tb()\n\tc()\n\te()\n}\n", Merged, "package p\n\nfunc a() {\n\tif x {\n\t\tb()\n\t}\n\tc()\n\te()\n}\n"},
		"clean but no Go": {"f.go", "package p\n\nfunc a() {\n\tb()\n\tc()\n\td()\n\te()\n}\n",
			"package p\n\nfunc a() {\n\tx := `\n\tb()\n\tc()\n\td()\n\te()\n\t`\n}\n",
			"package p\n\nfunc a() {\n\tb()\n\tc()\n\tlog(\"`\")\n\td()\n\te()\n}\n", Conflicting, ""},
		"imports of both": {"f.go", goWith("a"), goWith("a", "b"), goWith("a", "c"), Merged, goWith("a", "b", "c")},
		"first imports": {"f.go", goLike(), goLike("a"), strings.Replace(goLike(), "// F", "// F is", 1), Merged,
			strings.Replace(goLike("a"), "// F", "// F is", 1)},
		"first imports of both":   {"f.go", goLike(), goLike("a"), goLike("b"), Merged, goLike("a", "b")},
		"no imports":              {"f.go", goLike(), strings.Replace(goLike(), "// F", "// F is", 1), goLike() + "\nvar x int\n", Merged, strings.Replace(goLike(), "// F", "// F is", 1) + "\nvar x int\n"},
		"last import gone":        {"f.go", goLike("a"), goLike("a") + "\nvar x int\n", goLike(), Merged, goLike() + "\nvar x int\n"},
		"crlf, no imports":        {"f.go", goLike(), crlf(goLike() + "\nvar x int\n"), strings.Replace(goLike(), "// F", "// F is", 1), Merged, crlf(strings.Replace(goLike(), "// F", "// F is", 1) + "\nvar x int\n")},
		"crlf, first import":      {"f.go", goLike(), crlf(goLike() + "\nvar x int\n"), goLike("a"), Merged, crlf(goLike("a") + "\nvar x int\n")},
		"conflicts about imports": {"f.go", goLike(), "package p // mine\n\n// F of mine\nfunc F() {\n}\n", "package p // theirs\n\n// F of theirs\nfunc F() {\n}\n", Conflicting, ""},
		"declarations of both":    {"f.go", "package p\n\nimport \"a\"\n\nvar _ = a.A\n", "package p\n\nimport \"a\"\n\nvar _ = a.A\n\nfunc mine() {\n}\n", "package p\n\nimport \"a\"\n\nvar _ = a.A\n\nfunc theirs() {\n}\n", Merged, "package p\n\nimport \"a\"\n\nvar _ = a.A\n\nfunc theirs() {\n}\n\nfunc mine() {\n}\n"},
		"one declaration of both": {"f.go", "package p\n\nimport \"a\"\n\nvar _ = a.A\n", "package p\n\nimport \"a\"\n\nvar _ = a.A\n\nfunc f() {\n}\n", "package p\n\nimport \"a\"\n\nvar _ = a.A\n\nfunc f() int {\n}\n", Conflicting, ""},
		"go.mod": {"go.mod", "module m\n\ngo 1.26.0\n\nrequire a.example/x v1.0.0\n",
			"module m\n\ngo 1.26.0\n\nrequire (\n\ta.example/x v1.0.0 // pinned\n\tb.example/mine v1.0.0\n)\n",
			"module m\n\ngo 1.26.1\n\nrequire (\n\ta.example/x v1.1.0\n\tc.example/theirs v1.0.0\n)\n", Merged,
			"module m\n\ngo 1.26.1\n\nrequire (\n\ta.example/x v1.1.0 // pinned\n\tb.example/mine v1.0.0\n\tc.example/theirs v1.0.0\n)\n"},
		"go.mod, newer": {"go.mod", "module m\n\nrequire a.example/x v1.0.0\n", "module m\n\nrequire a.example/x v1.5.0\n", "module m\n\nrequire a.example/x v1.1.0\n", "", ""},
		"go.sum": {"go.sum", "a.example/x v1.0.0 h1:1=\n", "a.example/x v1.0.0 h1:1=\nb.example/y v1.0.0 h1:2=\n", "a.example/x v1.0.0 h1:1=\na.example/x v1.1.0 h1:3=\n", Merged,
			"a.example/x v1.0.0 h1:1=\na.example/x v1.1.0 h1:3=\nb.example/y v1.0.0 h1:2=\n"},
	} {
		base, current := make(map[string][]byte), make(fstest.MapFS)
		var next []generator.File
		if c.base != "-" {
			base[c.file] = []byte(c.base)
		}
		if c.current != "-" {
			current[c.file] = &fstest.MapFile{Data: []byte(c.current)}
		}
		if c.next != "-" {
			next = append(next, generator.File{Path: c.file, Class: project.ClassOf(c.file), Content: []byte(c.next)})
		}
		decisions, err := compareLocated(base, current, next, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var d Outcome
		if len(decisions) > 0 {
			d = decisions[0]
		}
		if d.Action != c.want {
			t.Errorf("%s: %q, want %q\n%s", name, d.Action, c.want, d.New)
		}
		switch {
		case d.Action == Conflicting && (!merge.HasMarkers(d.New) || len(d.Lines) == 0):
			t.Errorf("%s: a conflict without markers or lines: %v\n%s", name, d.Lines, d.New)
		case c.content == "-" && d.New != nil:
			t.Errorf("%s: left %q", name, d.New)
		case c.content != "" && c.content != "-" && string(d.New) != c.content:
			t.Errorf("%s: got\n%s\nwant\n%s", name, d.New, c.content)
		}
	}
}

func goWith(imports ...string) string {
	var out strings.Builder
	out.WriteString("package p\n\nimport (\n")
	for _, path := range imports {
		out.WriteString("\t\"" + path + "\"\n")
	}
	out.WriteString(")\n")
	for _, path := range []string{"a"} {
		out.WriteString("\nvar _ = " + path + ".X\n")
	}
	return out.String()
}

// goLike has the imports, if any, and a function that uses none of them.
func goLike(imports ...string) string {
	text := "package p\n"
	switch len(imports) {
	case 0:
	case 1:
		text += "\nimport \"" + imports[0] + "\"\n"
	default:
		text += "\nimport (\n\t\"" + strings.Join(imports, "\"\n\t\"") + "\"\n)\n"
	}
	return text + "\n// F does.\nfunc F() {\n}\n"
}

func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

func TestMovedFilesAreFound(t *testing.T) {
	base := map[string][]byte{"a/one.txt": []byte("1\n2\n3\n4\n5\n"), "a/two.txt": []byte("6\n7\n8\n")}
	next := []generator.File{
		{Path: "a/one.txt", Class: project.Owned, Content: []byte("1\n2\n3\n4\nfive\n")},
		{Path: "a/two.txt", Class: project.Owned, Content: []byte("6\n7\neight\n")},
	}
	current := fstest.MapFS{
		"b/moved.txt": {Data: []byte("one\n2\n3\n4\n5\n")},
		"b/other.txt": {Data: []byte("x\ny\n8\n")},
		"b/moved.md":  {Data: []byte("6\n7\n8\n")}, // of another kind
		".x/two.txt":  {Data: []byte("6\n7\n8\n")},
	}
	decisions, err := compareLocated(base, current, next, nil)
	if err != nil || len(decisions) != 2 {
		t.Fatalf("%+v, %v", decisions, err)
	}
	if d := decisions[0]; d.Action != Merged || d.Path != "b/moved.txt" || d.From != "a/one.txt" || string(d.New) != "one\n2\n3\n4\nfive\n" {
		t.Errorf("%+v", d)
	}
	if d := decisions[1]; d.Action != LeftOut || d.Path != "a/two.txt" || d.Reason == "" {
		t.Errorf("%+v", d)
	}
}

// What is no plain file is not opened: a named pipe would never end.
func TestCompareRefusesWhatIsNoPlainFile(t *testing.T) {
	for name, mode := range map[string]fs.FileMode{"pipe": fs.ModeNamedPipe, "folder": fs.ModeDir, "device": fs.ModeDevice} {
		current := fstest.MapFS{"f.txt": {Mode: mode}}
		_, err := compare(map[string][]byte{"f.txt": []byte("1\n")}, current, []generator.File{{Path: "f.txt", Content: []byte("2\n")}}, nil, moves.Whereabouts{})
		if err == nil || !errors.As(err, new(*project.InTheWayError)) || !strings.Contains(err.Error(), "f.txt") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// compareLocated compares as NewUpdate does.
func compareLocated(base map[string][]byte, current fs.FS, next []generator.File, m moves.Table) ([]Outcome, error) {
	at, err := moves.Locate(base, current, func(name string) bool {
		return slices.ContainsFunc(next, func(f generator.File) bool { return f.Path == name })
	})
	if err != nil {
		return nil, err
	}
	return compare(base, current, next, m, at)
}

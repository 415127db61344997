package evolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/evolve/moves"
	"github.com/forge-go/forge/generator/project"
)

// TestFold joins, splits and moves files that a user may have changed. Each
// case is an archive: table is the table of moves, base/ what forge wrote,
// next/ what it writes now, yours/ what the user made of a file ("-": removed
// it), and want/ what comes of it. Files that are not in yours/ are as forge
// wrote them.
func TestFold(t *testing.T) {
	const parts = `
-- table --
a.go ab.go
b.go ab.go
-- base/a.go --
package p

import "fmt"

// A prints.
func A() {
	fmt.Println("a")
}

func helper() int { return 1 }
-- base/b.go --
package p

import "strings"

// B trims.
func B() string {
	return strings.TrimSpace("b")
}
-- next/ab.go --
package p

import (
	"fmt"
	"strings"
)

// B trims.
func B() string {
	return strings.TrimSpace("b")
}

// A prints a line.
func A() {
	fmt.Println("a")
}

func helper() int { return 1 }
`
	for name, c := range map[string]struct{ archive, want string }{
		"untouched":        {parts, "a.go fold; ab.go add; b.go fold"},
		"a line of a body": {parts + yours("a.go", `package p|import "fmt"|// A prints.*func A() {*	fmt.Println("mine")*}|func helper() int { return 1 }`), "a.go fold; ab.go merge: with your changes of a.go, which is part of it now; b.go fold"},
		"one of yours": {parts + yours("b.go", `package p|import (*	"os"*	"strings"*)|// B trims.*func B() string {*	return strings.TrimSpace("b")*}|func mine() { os.Exit(1) }`),
			"a.go fold; ab.go merge: with your changes of b.go, which is part of it now; b.go fold"},
		"the same line": {parts + yours("a.go", `package p|import "fmt"|// A prints mine.*func A() {*	fmt.Println("a")*}|func helper() int { return 1 }`),
			"a.go fold; ab.go conflict [a.go:5]: a.go is part of ab.go now; you and forge both changed it; b.go fold"},
		"removed one":      {parts + yours("b.go", "-"), "a.go fold; ab.go merge"},
		"removed all":      {parts + yours("a.go", "-") + yours("b.go", "-"), "ab.go left out: you removed it; what forge changed in it has no place"},
		"removed function": {parts + yours("a.go", `package p|import "fmt"|// A prints.*func A() {*	fmt.Println("a")*}`), "a.go fold; ab.go merge: with your changes of a.go, which is part of it now; b.go fold"},
		"moved by you": {parts + yours("a.go", "-") + yours("mine.go", `package p|import "fmt"|// A prints.*func A() {*	fmt.Println("a", 2)*}|func helper() int { return 1 }`),
			"mine.go fold; ab.go merge: with your changes of mine.go, which is part of it now; b.go fold"},
		"a comment at the top": {parts + yours("b.go", `package p|// Ours is better.|import "strings"|// B trims.*func B() string {*	return strings.TrimSpace("b")*}`),
			"a.go fold; ab.go merge: with your changes of b.go, which is part of it now; b.go fold"},
		"a file of yours in its place": {parts + yours("ab.go", `package p|func Mine() {}`), "a.go fold; ab.go merge; b.go fold"},
		"no Go":                        {parts + yours("a.go", "package p|func {"), "a.go fold; ab.go conflict [a.go:3]: a.go is part of ab.go now; you and forge both changed it; b.go fold"},
	} {
		t.Run(name, func(t *testing.T) { checkFold(t, c.archive, c.want) })
	}
}

// yours is a file of a case's archive; "*" ends a line and "|" a paragraph.
func yours(name, text string) string {
	text = strings.NewReplacer("*", "\n", "|", "\n\n").Replace(text)
	return "-- yours/" + name + " --\n" + text + "\n"
}

// checkMarked checks that the places of a written conflict are those of its
// markers, and not of the text before.
func checkMarked(t *testing.T, o Outcome) {
	t.Helper()
	if o.Action != Conflicting {
		return
	}
	lines := strings.Split(string(o.New), "\n")
	places := o.Marked()
	for _, at := range places {
		if at.Path != o.Path || !strings.HasPrefix(lines[at.Line-1], "<<<<<<< ") {
			t.Errorf("%s:%d has no markers:\n%s", at.Path, at.Line, o.New)
		}
	}
	if want := strings.Count(string(o.New), "<<<<<<< "); len(places) != want {
		t.Errorf("%s: %d conflicts are told of %d", o.Path, len(places), want)
	}
}

// checkFold compares a case, and holds each outcome to what nobody may lose.
func checkFold(t *testing.T, archive, want string) map[string]string {
	t.Helper()
	base, current, mine := make(map[string][]byte), make(fstest.MapFS), make(map[string]string)
	var next []generator.File
	table := make(fstest.MapFS)
	for _, f := range txtar.Parse([]byte(archive)).Files {
		kind, name, _ := strings.Cut(f.Name, "/")
		switch kind {
		case "table":
			table["moves.txt"] = &fstest.MapFile{Data: f.Data}
		case "base":
			base[name] = f.Data
			current[name] = &fstest.MapFile{Data: f.Data}
		case "next":
			next = append(next, generator.File{Path: name, Class: project.Owned, Content: f.Data})
		case "yours":
			current[name] = &fstest.MapFile{Data: f.Data}
			mine[name] = string(f.Data)
			if string(f.Data) == "-\n" {
				delete(current, name)
			}
		}
	}
	m, err := moves.Read(table, project.Answers{Program: "app"})
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := compareLocated(base, current, next, m)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	after := make(map[string]string)
	for _, o := range outcomes {
		line := fmt.Sprintf("%s %s", o.Path, o.Action)
		for _, p := range o.Where() {
			line += fmt.Sprintf(" [%s:%d]", p.Path, p.Line)
		}
		if o.Reason != "" {
			line += ": " + o.Reason
		}
		got = append(got, line)
		after[o.Path] = string(o.New)
		if o.Action == Merged && strings.HasSuffix(o.Path, ".go") && !merge.IsGo(o.New) {
			t.Errorf("%s is no Go:\n%s", o.Path, o.New)
		}
		if (o.Action == Conflicting) != merge.HasMarkers(o.New) {
			t.Errorf("%s: %s, and its markers:\n%s", o.Path, o.Action, o.New)
		}
		checkMarked(t, o)
	}
	if all := strings.Join(got, "; "); all != want {
		t.Errorf("got  %s\nwant %s", all, want)
	}
	written := strings.Join(slices.Collect(func(yield func(string) bool) {
		for _, content := range base {
			if !yield(string(content)) {
				return
			}
		}
	}), "\n")
	everything := strings.Join(slices.Collect(maps.Values(after)), "\n")
	for name, text := range mine {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line != "-" && line != "import (" && !strings.Contains(written, line) && !strings.Contains(everything, line) {
				t.Errorf("%s: %q is lost:\n%s", name, line, everything)
			}
		}
	}
	return after
}

// TestFoldOfOtherShapes moves a file to another package, splits one, follows a
// chain of moves, joins groups and keeps the line ends of Windows.
func TestFoldOfOtherShapes(t *testing.T) {
	for name, c := range map[string]struct {
		archive, want, file string
		has, lacks          []string
	}{
		"another package": {`
-- table --
authmail/pages.go authhttp/pages.go
-- base/authmail/pages.go --
package authmail

func page() string { return "page" }
-- next/authhttp/pages.go --
package authhttp

func page() string { return "page" }

func other() {}
-- yours/authmail/pages.go --
package authmail

// Ours.

func page() string { return "mine" }
`, "authhttp/pages.go merge: with your changes of authmail/pages.go, which is part of it now; authmail/pages.go fold",
			"authhttp/pages.go", []string{"package authhttp\n", "// Ours.", `"mine"`, "func other"}, []string{"authmail"}},
		"split": {`
-- table --
all.go one.go
all.go two.go
-- base/all.go --
package p

func one() int { return 1 }

func two() int { return 2 }

func three() int { return 3 }
-- next/one.go --
package p

func one() int { return 1 }
-- next/two.go --
package p

func two() int { return 2 }

func three() int { return 3 }
-- yours/all.go --
package p

func one() int { return 1 }

func two() int { return 22 }

func three() int { return 3 }

func mine() {}
`, "all.go fold; one.go merge: with your changes of all.go, which is part of it now; two.go merge: with your changes of all.go, which is part of it now",
			"two.go", []string{"return 22", "three"}, []string{"one", "mine"}},
		"a part goes to a neighbour": {`
-- table --
all.go two.go
-- base/all.go --
package p

func one() int { return 1 }

func two() int { return 2 }
-- base/two.go --
package p

func three() int { return 3 }
-- next/all.go --
package p

func one() int { return 1 }
-- next/two.go --
package p

func three() int { return 3 }

func two() int { return 2 }
-- yours/all.go --
package p

func one() int { return 1 }

func two() int { return 22 }
`, "all.go update; two.go merge: with your changes of all.go, which is part of it now",
			"two.go", []string{"return 22", "three"}, []string{"one"}},
		"a chain": {`
-- table --
a.txt b.txt
b.txt c/_program_.txt
-- base/a.txt --
1
2
3
-- next/c/app.txt --
1
2
three
-- yours/a.txt --
one
2
3
`, "a.txt fold; c/app.txt merge: with your changes of a.txt, which is part of it now", "c/app.txt", []string{"one\n2\nthree\n"}, nil},
		"groups": {`
-- table --
b.go a.go
-- base/a.go --
package p

var (
	x = 1
	y = 2
)
-- base/b.go --
package p

var z = 3
-- next/a.go --
package p

var (
	x = 1
	y = 2
	z = 3
)
-- yours/a.go --
package p

var (
	mine = 0
	x    = 1
	y    = 2
)
`, "a.go merge; b.go fold", "a.go", []string{"mine = 0", "z    = 3"}, nil},
		"CRLF": {strings.ReplaceAll(`
-- table --
a.go b.go
-- base/a.go --
package p

func a() int { return 1 }
-- next/b.go --
package p

func a() int { return 1 }

func b() {}
-- yours/a.go --
package pR
R
func a() int { return 2 }R
`, "R\n", "\r\n"), "a.go fold; b.go merge: with your changes of a.go, which is part of it now", "b.go", []string{"return 2 }\r\n\r\nfunc b() {}\r\n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			after := checkFold(t, c.archive, c.want)
			for _, text := range c.has {
				if !strings.Contains(after[c.file], text) {
					t.Errorf("%s lacks %q:\n%s", c.file, text, after[c.file])
				}
			}
			for _, text := range c.lacks {
				if strings.Contains(after[c.file], text) {
					t.Errorf("%s has %q:\n%s", c.file, text, after[c.file])
				}
			}
		})
	}
}

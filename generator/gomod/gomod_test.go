package gomod

import (
	"errors"
	"strings"
	"testing"
)

const pinned = `module example.com/pinned

go 1.26.0

require (
	example.com/direct v1.4.0
	example.com/unused v1.0.0
	golang.org/x/text v0.43.0
)

require example.com/below v1.1.0 // indirect
`

func add(t *testing.T, mod string) string {
	t.Helper()
	added, err := Add([]byte(mod), []byte(pinned), []string{"fmt", "example.com/direct/sub", "golang.org/x/text/unicode/norm"})
	if err != nil {
		t.Fatal(err)
	}
	return string(added.Mod)
}

func TestAdd(t *testing.T) {
	for _, tt := range []struct{ name, mod, want string }{
		{"to nothing", "module m\n\ngo 1.26.0\n", `module m

go 1.26.0

require (
	example.com/direct v1.4.0
	golang.org/x/text v0.43.0
)

require example.com/below v1.1.0 // indirect
`},
		{"raising, with comments, and never lowering", `// What it is.
module m

go 1.27

toolchain go1.27.1

require (
	// why
	example.com/direct v1.2.0 // pinned by hand
	example.com/mine v1.0.0
)

require (
	example.com/below v1.9.0 // indirect
	golang.org/x/text v0.20.0 // indirect
)
`, `// What it is.
module m

go 1.27

toolchain go1.27.1

require (
	// why
	example.com/direct v1.4.0 // pinned by hand
	example.com/mine v1.0.0
)

require golang.org/x/text v0.43.0

require example.com/below v1.9.0 // indirect
`},
	} {
		if got := add(t, tt.mod); got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestAddTwiceAddsNothing(t *testing.T) {
	once := add(t, "module m\n\ngo 1.26.0\n")
	if twice := add(t, once); twice != once {
		t.Errorf("got\n%s\nwant\n%s", twice, once)
	}
}

func TestAddKeepsLineEnds(t *testing.T) {
	got := add(t, "module m\r\n\r\ngo 1.26.0\r\n")
	if strings.Count(got, "\n") != strings.Count(got, "\r\n") {
		t.Errorf("got %q", got)
	}
}

func TestTooOld(t *testing.T) {
	for mod, line := range map[string]int{
		"module m\n\ngo 1.25\n": 3, "module m\n\ngo 1.26\n": 3, "module m\n\ngo 1.9\n": 3, "module m\n": 0,
	} {
		_, err := Add([]byte(mod), []byte(pinned), nil)
		var old *TooOldError
		if !errors.As(err, &old) || old.Line != line || old.Need != "1.26.0" {
			t.Errorf("%q: %v", mod, err)
		}
	}
}

func TestRaise(t *testing.T) {
	for _, tt := range []struct{ name, mod, want string }{
		{"an old line", "module m\n\ngo 1.24 // why\n", "module m\n\ngo 1.26.0 // why\n"},
		{"a spelling", "module m\n\ngo 1.26\n", "module m\n\ngo 1.26.0\n"},
		{"no line", "module m\n", "module m\n\ngo 1.26.0\n"},
		{"an old toolchain", "module m\n\ngo 1.23.0\n\ntoolchain go1.24.3\n", "module m\n\ngo 1.26.0\n"},
		{"a newer toolchain", "module m\n\ngo 1.25.0\n\ntoolchain go1.26.4\n", "module m\n\ngo 1.26.0\n\ntoolchain go1.26.4\n"},
		{"other line ends", "module m\r\n\r\ngo 1.24\r\n", "module m\r\n\r\ngo 1.26.0\r\n"},
		{"new enough", "module  m\ngo 1.27\n", "module  m\ngo 1.27\n"},
	} {
		got, old, err := Raise([]byte(tt.mod), "1.26.0")
		if err != nil || string(got) != tt.want || (old == nil) != (tt.mod == tt.want) {
			t.Errorf("%s: %q, %+v, %v; want %q", tt.name, got, old, err, tt.want)
		}
	}
}

func TestFindRisen(t *testing.T) {
	const mod = "module m\n\nrequire (\n\ta v1.0.0\n\tb v1.0.0 // indirect\n\tc v1.2.0\n)\n"
	const next = "module m\n\nrequire (\n\ta v1.1.0\n\tb v1.1.0\n\tc v1.2.0\n\td v1.0.0\n)\n"
	got, err := FindRisen([]byte(mod), []byte(next))
	if err != nil || len(got) != 1 || got[0].Want.Path != "a" || got[0].Have != "v1.0.0" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRaiseWork(t *testing.T) {
	for _, tt := range []struct{ work, want string }{
		{"go 1.23.0\n\ntoolchain go1.24.3\n\nuse .\n", "go 1.26.0\n\nuse .\n"},
		{"use .\n", "go 1.26.0\n\nuse .\n"},
		{"go 1.27\nuse  .\n", "go 1.27\nuse  .\n"},
	} {
		if got, err := RaiseWork([]byte(tt.work), "1.26.0"); err != nil || string(got) != tt.want {
			t.Errorf("%q: %q, %v; want %q", tt.work, got, err, tt.want)
		}
	}
}

// What a new go line changes depends on the old one.
func TestChangesOfTheGoLine(t *testing.T) {
	for have, want := range map[string][]string{
		"1.26": nil, "1.24": {"needs Go 1.26.0", "GOMAXPROCS"}, "1.21": {"timers", "for loop"}, "1.16": {"for loop", "indirect"}, "": {"for loop", "indirect"},
	} {
		got := strings.Join((&TooOldError{Have: have, Need: "1.26.0"}).Changes(), "\n")
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("go %s: %q lacks %q", have, got, part)
			}
		}
		if want == nil && got != "" || have == "1.24" && strings.Contains(got, "for loop") {
			t.Errorf("go %s: %q", have, got)
		}
	}
}

func TestAddSums(t *testing.T) {
	for _, tt := range []struct{ name, sum, more, want string }{
		{"to nothing", "", "a v1.0.0 h1:x\n", "a v1.0.0 h1:x\n"},
		{"in between", "a v1.0.0 h1:x\nc v1.0.0 h1:x\n", "b v1.0.0 h1:x\na v1.0.0 h1:x\n", "a v1.0.0 h1:x\nb v1.0.0 h1:x\nc v1.0.0 h1:x\n"},
		{"by version", "a v1.9.0 h1:x\n", "a v1.10.0 h1:x\na v1.9.0/go.mod h1:x\n", "a v1.9.0 h1:x\na v1.9.0/go.mod h1:x\na v1.10.0 h1:x\n"},
		{"nothing new", "b v1.0.0 h1:x\na v1.0.0 h1:x", "a v1.0.0 h1:x\n", "b v1.0.0 h1:x\na v1.0.0 h1:x"},
		{"unsorted", "b v1.0.0 h1:x\na v1.0.0 h1:x\n", "aa v1.0.0 h1:x\n", "b v1.0.0 h1:x\na v1.0.0 h1:x\naa v1.0.0 h1:x\n"},
		{"other line ends", "a v1.0.0 h1:x\r\n", "b v1.0.0 h1:x\n", "a v1.0.0 h1:x\r\nb v1.0.0 h1:x\r\n"},
	} {
		if got := string(AddSums([]byte(tt.sum), []byte(tt.more))); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestMergeSums(t *testing.T) {
	const base, pinned = "a v1.0.0 h1:1=\nb v1.0.0 h1:2=\n", "a v1.1.0 h1:3=\nb v1.0.0 h1:2=\n"
	for name, c := range map[string]struct{ sum, want string }{
		"untouched":            {base, pinned},
		"with a line less":     {"a v1.0.0 h1:1=\n", pinned},
		"with an own module":   {base + "c v1.0.0 h1:4=\n", "a v1.0.0 h1:1=\na v1.1.0 h1:3=\nb v1.0.0 h1:2=\nc v1.0.0 h1:4=\n"},
		"other line ends":      {strings.ReplaceAll(base, "\n", "\r\n"), strings.ReplaceAll(pinned, "\n", "\r\n")},
		"already what it will": {pinned, pinned},
	} {
		if got := string(MergeSums([]byte(base), []byte(c.sum), []byte(pinned))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What one requires beyond another, united with that, is all of it.
func TestBeyondAndUnite(t *testing.T) {
	const plain = "module m\n\ngo 1.26.0\n\nrequire a v1.0.0\n\nrequire (\n\tb v1.0.0 // indirect\n\tc v1.0.0 // indirect\n)\n"
	const more = "module m\n\ngo 1.26.0\n\nrequire (\n\ta v1.0.0\n\tb v1.0.0\n\td v1.2.0\n)\n\nrequire (\n\tc v1.0.0 // indirect\n\te v1.0.0 // indirect\n)\n"
	beyond, err := Beyond([]byte(more), []byte(plain))
	if want := "module with\n\nrequire (\n\tb v1.0.0\n\td v1.2.0\n)\n\nrequire e v1.0.0 // indirect\n"; err != nil || string(beyond) != want {
		t.Fatalf("%v: %s, want %s", err, beyond, want)
	}
	if united, err := Unite([]byte(plain), beyond); err != nil || string(united) != more {
		t.Errorf("%v: %s", err, united)
	}
	if same, err := Beyond([]byte(plain), []byte(plain)); err != nil || strings.Contains(string(same), "require") {
		t.Errorf("%v: %s", err, same)
	}
}

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

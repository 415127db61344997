package gotext

import (
	"slices"
	"testing"
)

func TestLineEndsStay(t *testing.T) {
	for _, tt := range []struct{ text, more, want string }{
		{"a\n", "b\n", "a\nb\n"},
		{"a", "b\n", "a\nb\n"},
		{"", "b\n", "b\n"},
		{"a\r\n", "b\nc\n", "a\r\nb\r\nc\r\n"},
		{"a\r\nb", "c\n", "a\r\nb\r\nc\r\n"},
		{"a\r\n", "b\r\n", "a\r\nb\r\n"},
	} {
		if got := string(Append([]byte(tt.text), []byte(tt.more))); got != tt.want {
			t.Errorf("%q and %q are %q, want %q", tt.text, tt.more, got, tt.want)
		}
	}
	if !SameLines([]byte("a\r\nb\n"), []byte("a\nb\r\n")) || SameLines([]byte("a\n"), []byte("a")) {
		t.Error("texts that differ in line ends alone are not told from others")
	}
}

func TestInsert(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		lines        []Insertion
		want         string // empty: refused
	}{
		{"formatted stays so", "package p\n\nvar (\n\ta = 1\n)\n", []Insertion{{17, "\tlong = 2"}}, "package p\n\nvar (\n\tlong = 2\n\ta    = 1\n)\n"},
		{"unformatted stays so", "package p\nvar  a = 1\n", []Insertion{{10, "var   b = 2"}}, "package p\nvar   b = 2\nvar  a = 1\n"},
		{"line ends", "package p\r\nvar  a = 1\r\n", []Insertion{{11, "var b = 2"}, {23, "var c = 3"}}, "package p\r\nvar b = 2\r\nvar  a = 1\r\nvar c = 3\r\n"},
		{"no Go", "package p\n", []Insertion{{10, "var"}}, ""},
	} {
		got, err := Insert([]byte(tt.source), tt.lines...)
		if (err == nil) != (tt.want != "") || string(got) != tt.want {
			t.Errorf("%s: %q (%v), want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestImports(t *testing.T) {
	got, err := Imports([]byte("package p\n\nimport (\n\t\"fmt\"\n\tother \"example.com/x\"\n)\n"))
	if err != nil || !slices.Equal(got, []string{"fmt", "example.com/x"}) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Imports([]byte("pack")); err == nil {
		t.Error("what is no Go has imports")
	}
}

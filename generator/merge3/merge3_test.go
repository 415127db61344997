package merge3

import (
	"bytes"
	"slices"
	"testing"
)

func TestMerge(t *testing.T) {
	const base = "a\nb\nc\nd\ne\n"
	names := Options{Ours: "yours", Base: "before", Theirs: "forge"}
	for name, c := range map[string]struct {
		base, ours, theirs, want string
		conflicts                []int
	}{
		"nothing":             {base, base, base, base, nil},
		"ours":                {base, "a\nB\nc\nd\ne\n", base, "a\nB\nc\nd\ne\n", nil},
		"theirs":              {base, base, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", nil},
		"both, apart":         {base, "a\nB\nc\nd\ne\n", "a\nb\nc\nD\ne\n", "a\nB\nc\nD\ne\n", nil},
		"both, the same":      {base, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", nil},
		"deleted and kept":    {base, "a\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n", "a\nc\nd\ne\nf\n", nil},
		"empty base, same":    {"", "x\n", "x\n", "x\n", nil},
		"all empty":           {"", "", "", "", nil},
		"no final end":        {"a\nb", "A\nb", "a\nb\n", "<", []int{1}},
		"crlf follows ours":   {base, "a\r\nb\r\nc\r\nd\r\nE\r\n", "A\nb\nc\nd\ne\n", "A\r\nb\r\nc\r\nd\r\nE\r\n", nil},
		"lf follows ours":     {"a\r\nb\r\nc\r\n", "a\nb\nc\n", "A\r\nb\r\nc\r\n", "A\nb\nc\n", nil},
		"mixed ends stay":     {base, "a\r\nb\nc\r\nd\ne\n", "a\nb\nc\nd\nE\n", "a\r\nb\nc\r\nd\nE\n", nil},
		"only ends differ":    {base, "a\r\nb\r\nc\r\nd\r\ne\r\n", base, "a\r\nb\r\nc\r\nd\r\ne\r\n", nil},
		"conflict":            {base, "a\nX\nc\nd\ne\n", "a\nY\nc\nd\ne\n", "a\n<<<<<<< yours\nX\n||||||| before\nb\n=======\nY\n>>>>>>> forge\nc\nd\ne\n", []int{2}},
		"conflict, trimmed":   {base, "a\nS\nX\nT\nc\nd\ne\n", "a\nS\nY\nT\nc\nd\ne\n", "a\nS\n<<<<<<< yours\nX\n||||||| before\nb\n=======\nY\n>>>>>>> forge\nT\nc\nd\ne\n", []int{3}},
		"conflict, crlf":      {"a\n", "X\r\n", "Y\n", "<<<<<<< yours\r\nX\r\n||||||| before\r\na\r\n=======\r\nY\r\n>>>>>>> forge\r\n", []int{1}},
		"conflict, two":       {base, "1\nb\nc\nd\n2\n", "3\nb\nc\nd\n4\n", "<", []int{1, 5}},
		"touching changes":    {base, "a\nB\nc\nd\ne\n", "a\nb\nC\nd\ne\n", "a\n<", []int{2}},
		"changed and deleted": {base, "a\nB\nc\nd\ne\n", "a\nd\ne\n", "a\n<", []int{2}},
	} {
		got := Merge([]byte(c.base), []byte(c.ours), []byte(c.theirs), names)
		wanted := []byte(c.want)
		if n := len(c.want); n > 0 && c.want[n-1] == '<' { // only its beginning
			wanted = append(wanted[:n-1], "<<<<<<< "...)
			got.Content = got.Content[:min(len(got.Content), len(wanted))]
		}
		if !bytes.Equal(got.Content, wanted) || !slices.Equal(got.Conflicts, c.conflicts) {
			t.Errorf("%s: got %q %v, want %q %v", name, got.Content, got.Conflicts, wanted, c.conflicts)
		}
	}
}

// FuzzMerge looks for panics and lost text: lines of a side that alone changed
// are what comes out.
func FuzzMerge(f *testing.F) {
	f.Add([]byte("a\nb\n"), []byte("a\r\n"), []byte("b"))
	f.Add([]byte(""), []byte("\n"), []byte("\r\n\r"))
	f.Fuzz(func(t *testing.T, base, ours, theirs []byte) {
		Merge(base, ours, theirs, Options{})
		if got := Merge(base, ours, base, Options{}); len(got.Conflicts) > 0 || !bytes.Equal(got.Content, ours) {
			t.Errorf("only ours changed: %q", got.Content)
		}
		if got := Merge(base, ours, ours, Options{}); len(got.Conflicts) > 0 || !bytes.Equal(got.Content, ours) {
			t.Errorf("both the same: %q", got.Content)
		}
	})
}

// BenchmarkMerge merges two copies of 4000 lines with many changes each.
func BenchmarkMerge(b *testing.B) {
	var base, ours, theirs bytes.Buffer
	for i := range 4000 {
		line := []byte{byte('a' + i%26), byte('a' + i/26%26), byte('a' + i/676), '\n'}
		base.Write(line)
		if i%7 != 0 {
			ours.Write(line)
		}
		if i%5 == 0 {
			theirs.WriteString("new\n")
		}
		theirs.Write(line)
	}
	for b.Loop() {
		Merge(base.Bytes(), ours.Bytes(), theirs.Bytes(), Options{})
	}
}

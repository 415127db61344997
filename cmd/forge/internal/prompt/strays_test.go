package prompt

import (
	"slices"
	"strings"
	"testing"
)

// strays are things a terminal sends that are no key of a question.
func strays() []string {
	return []string{
		"\x1b",                   // Escape
		"\x1b\x1b",               // twice
		"\x1b[5;20R",             // a late cursor report
		"\x1b[200~", "\x1b[201~", // bracketed paste
		"\x1b[I", "\x1b[O", // focus
		"\x1b[15~", "\x1b[1;5P", // function keys
		"\x1b[[A",                       // of the Linux console
		"\x1bOP",                        // in application mode
		"\x1b[M !!",                     // the mouse
		"\x1b[<0;10;5M", "\x1b[32;5;6M", // the mouse, newer forms
		"\x1b[?62;22c", "\x1b[>0;276;0c", // device attributes
		"\x1b]11;rgb:0000/0000/0000\a", // a colour, ended by BEL
		"\x1b]11;rgb:0000/0000/0000\x1b\\",
		"\x1bP1$r0m\x1b\\",   // a setting
		"\x1b_Gi=1;OK\x1b\\", // graphics
		"\x1b[?2026;2$y",     // a mode
		"\x1b[" + strings.Repeat("9;", 300) + "z",
		"\x00", "\xff", "\xc3", "\xe2\x82", // NUL and broken UTF-8
	}
}

func decode(d *decoder, input string) (keys string, reports []string) {
	for _, b := range []byte(input) {
		for _, t := range d.feed(b) {
			if t.report != "" {
				reports = append(reports, t.report)
			} else {
				keys += string(t.key)
			}
		}
	}
	return keys, reports
}

func TestDecoder(t *testing.T) {
	cases := []struct{ input, keys string }{
		{"a\r\n", "a\r\r"},
		{"\x1b[A\x1b[B\x1b[C\x1b[D\x1bOA", "\x10\x0e\x06\x02\x10"},
		{"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[3~\x1b[3;5~", "\x01\x11\x01\x11\x12\x12"},
		{"\x1bOM", "\r"},
		{"\x1ba", "a"},
		{"\x1b\r", "\r"},
		{"\x1b[\x03", "\x03"},
		{"\x1bO\x04", "\x04"},
		{"\x1b]0;never ended\x03", "\x03"},
		{"\x1b]0;\x1b[Ax", "\x10x"},
		{"größe語😀", "größe語😀"},
		{"\xc3a\xe2\xc3\xa9", "aé"},
	}
	for _, c := range cases {
		var d decoder
		if keys, _ := decode(&d, c.input); keys != c.keys || d.unfinished() {
			t.Errorf("%q: keys %q (unfinished %v), want %q", c.input, keys, d.unfinished(), c.keys)
		}
	}
	var d decoder
	keys, reports := decode(&d, "x\x1b[5;20Ry\x1b[1;99999Rz")
	if want := []string{"\x1b[5;20R"}; keys != "xyz" || !slices.Equal(reports, want) {
		t.Errorf("keys %q, reports %q", keys, reports)
	}
}

// Whatever the terminal sends, survey sees no escape, and Ctrl-C works soon.
func FuzzDecoder(f *testing.F) {
	for _, s := range strays() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		var d decoder
		keys, _ := decode(&d, input)
		if strings.ContainsAny(keys, "\x00\x1b\n") {
			t.Errorf("%q gives the keys %q", input, keys)
		}
		if keys, _ := decode(&d, "\x03\x03\x03\x03"); !strings.HasSuffix(keys, "\x03") {
			t.Errorf("%q swallows Ctrl-C", input)
		}
		if d.unfinished() || len(d.params) > 64 {
			t.Errorf("%q leaves the decoder at %+v", input, d)
		}
	})
}

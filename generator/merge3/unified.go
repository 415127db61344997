package merge3

import (
	"bytes"
	"fmt"
)

// context is how many lines a diff shows around a change.
const context = 3

// Unified returns the unified diff from one text to another, nil when they are
// equal. A nil text is no file.
func Unified(name string, from, to []byte) []byte {
	if bytes.Equal(from, to) && (from == nil) == (to == nil) {
		return nil
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", side("a/", name, from), side("b/", name, to))
	if bytes.IndexByte(from, 0) >= 0 || bytes.IndexByte(to, 0) >= 0 {
		out.WriteString("binary contents differ\n")
		return out.Bytes()
	}
	a, b := split(from), split(to)
	ids := make(numbers)
	asItIs := func(line []byte) []byte { return line }
	hunks := diff(ids.of(a, asItIs), ids.of(b, asItIs))
	for len(hunks) > 0 {
		n := 1
		for n < len(hunks) && hunks[n].a0-hunks[n-1].a1 <= 2*context {
			n++
		}
		writeHunks(&out, a, b, hunks[:n])
		hunks = hunks[n:]
	}
	return out.Bytes()
}

func side(prefix, name string, content []byte) string {
	if content == nil {
		return "/dev/null"
	}
	return prefix + name
}

// writeHunks writes changes that are near each other, as one hunk.
func writeHunks(out *bytes.Buffer, a, b [][]byte, hunks []hunk) {
	first, last := hunks[0], hunks[len(hunks)-1]
	before, after := min(context, first.a0), min(context, len(a)-last.a1)
	a0, a1, b0, b1 := first.a0-before, last.a1+after, first.b0-before, last.b1+after
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(a0, a1), span(b0, b1))
	at := a0
	for _, h := range hunks {
		writeLines(out, ' ', a[at:h.a0])
		writeLines(out, '-', a[h.a0:h.a1])
		writeLines(out, '+', b[h.b0:h.b1])
		at = h.a1
	}
	writeLines(out, ' ', a[at:a1])
}

func span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func writeLines(out *bytes.Buffer, sign byte, lines [][]byte) {
	for _, line := range lines {
		out.WriteByte(sign)
		out.Write(line)
		if !bytes.HasSuffix(line, []byte("\n")) {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

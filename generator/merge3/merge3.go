// Package merge3 merges two changed copies of a text, line by line.
//
// Merge compares each copy with what both came from (diff.go: Myers' algorithm,
// with ties and repeated lines treated as git treats them), joins changes that
// touch into one region, and uses the changed copy of a region that only one
// copy changed. A region that both changed is a conflict, unless the changes
// are equal.
package merge3

import (
	"bytes"
	"slices"
)

// Result is a merge.
type Result struct {
	// Content is the merged text. Each conflict is in it, with all three
	// versions between markers.
	Content []byte
	// Conflicts has, for each conflict, its line in the user's copy, from 1.
	Conflicts []int
}

// Options are how conflicts are treated.
type Options struct {
	Ours, Base, Theirs string // the names at their markers
	// Resolve may merge what can't be merged by lines; it returns the merged
	// text, and whether it could. It may be nil.
	Resolve func(base, ours, theirs []byte) ([]byte, bool)
}

// Merge merges what the user made of base, ours, with what forge makes of it
// now, theirs. Lines of theirs get the line ends of ours; a difference in line
// ends alone does not count.
func Merge(base, ours, theirs []byte, o Options) Result {
	m := merger{base: split(base), ours: split(ours), theirs: split(theirs), options: o, crlf: usesCRLF(ours)}
	ids := make(numbers)
	x := ids.of(m.base, key)
	a, b := ids.of(m.ours, key), ids.of(m.theirs, key)
	for _, r := range regions(diff(x, a), diff(x, b)) {
		m.add(r, slices.Equal(a[r.a0:r.a1], b[r.b0:r.b1]))
	}
	m.takeOurs(len(m.ours))
	return Result{Content: m.out.Bytes(), Conflicts: m.conflicts}
}

// region is a stretch of the three texts that at least one copy changed.
type region struct {
	o0, o1, a0, a1, b0, b1 int
	ours, theirs           bool // who changed it
}

// regions puts the changes of both copies into order, and those that touch
// into one.
func regions(ours, theirs []hunk) []region {
	var all []region
	offsetA, offsetB := 0, 0 // from a line of base to that of the copy, before the next change
	for len(ours) > 0 || len(theirs) > 0 {
		start := -1
		if len(ours) > 0 {
			start = ours[0].a0
		}
		if len(theirs) > 0 && (start < 0 || theirs[0].a0 < start) {
			start = theirs[0].a0
		}
		r := region{o0: start, o1: start, a0: start + offsetA, b0: start + offsetB}
		for grown := true; grown; {
			grown = false
			if len(ours) > 0 && ours[0].a0 <= r.o1 && (r.theirs || ours[0].a0 == start) {
				r.o1, r.ours, grown = max(r.o1, ours[0].a1), true, true
				offsetA = ours[0].b1 - ours[0].a1
				ours = ours[1:]
			}
			if len(theirs) > 0 && theirs[0].a0 <= r.o1 && (r.ours || theirs[0].a0 == start) {
				r.o1, r.theirs, grown = max(r.o1, theirs[0].a1), true, true
				offsetB = theirs[0].b1 - theirs[0].a1
				theirs = theirs[1:]
			}
		}
		r.a1, r.b1 = r.o1+offsetA, r.o1+offsetB
		all = append(all, r)
	}
	return all
}

type merger struct {
	base, ours, theirs [][]byte
	options            Options
	crlf               bool
	taken              int // lines of ours that are done
	out                bytes.Buffer
	conflicts          []int
}

func (m *merger) add(r region, same bool) {
	m.takeOurs(r.a0)
	switch {
	case same || !r.theirs:
		m.takeOurs(r.a1)
	case !r.ours:
		m.takeTheirs(m.theirs[r.b0:r.b1])
		m.taken = r.a1
	case m.resolve(r):
	default:
		m.conflict(r)
	}
}

func (m *merger) takeOurs(end int) {
	for ; m.taken < end; m.taken++ {
		m.out.Write(m.ours[m.taken])
	}
}

func (m *merger) takeTheirs(lines [][]byte) {
	for _, line := range lines {
		text, ended := bytes.CutSuffix(line, []byte("\n"))
		m.out.Write(bytes.TrimSuffix(text, []byte("\r")))
		if ended {
			m.endLine()
		}
	}
}

func (m *merger) endLine() {
	if m.crlf {
		m.out.WriteByte('\r')
	}
	m.out.WriteByte('\n')
}

// resolve tries to merge a region that both copies changed.
func (m *merger) resolve(r region) bool {
	if m.options.Resolve == nil {
		return false
	}
	text := func(lines [][]byte) []byte {
		var joined []byte
		for _, line := range lines {
			joined = append(joined, key(line)...)
		}
		return joined
	}
	merged, ok := m.options.Resolve(text(m.base[r.o0:r.o1]), text(m.ours[r.a0:r.a1]), text(m.theirs[r.b0:r.b1]))
	if ok {
		m.takeTheirs(split(merged))
		m.taken = r.a1
	}
	return ok
}

// conflict writes all versions of a region, except the lines that both copies
// start and end with.
func (m *merger) conflict(r region) {
	for r.a0 < r.a1 && r.b0 < r.b1 && bytes.Equal(key(m.ours[r.a0]), key(m.theirs[r.b0])) {
		r.a0, r.b0 = r.a0+1, r.b0+1
	}
	for r.a0 < r.a1 && r.b0 < r.b1 && bytes.Equal(key(m.ours[r.a1-1]), key(m.theirs[r.b1-1])) {
		r.a1, r.b1 = r.a1-1, r.b1-1
	}
	m.takeOurs(r.a0)
	m.conflicts = append(m.conflicts, min(r.a0+1, max(1, len(m.ours))))
	m.mark("<<<<<<< ", m.options.Ours)
	m.takeOurs(r.a1)
	m.mark("||||||| ", m.options.Base)
	m.takeTheirs(m.base[r.o0:r.o1])
	m.mark("=======", "")
	m.takeTheirs(m.theirs[r.b0:r.b1])
	m.mark(">>>>>>> ", m.options.Theirs)
}

// mark writes a marker on a line of its own.
func (m *merger) mark(marker, name string) {
	if text := m.out.Bytes(); len(text) > 0 && text[len(text)-1] != '\n' {
		m.endLine()
	}
	m.out.WriteString(marker + name)
	m.endLine()
}

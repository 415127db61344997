package merge

import (
	"bytes"
	"go/format"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/gotext"
)

// resolver merges what a merge of lines can't in a Go file, and remembers whether it
// did.
type resolver struct{ used bool }

func (r *resolver) resolve(base, ours, theirs []byte) ([]byte, bool) {
	merged, ok := bothDeclare(base, ours, theirs)
	if !ok {
		merged, ok = sideBySide(base, ours, theirs)
	}
	r.used = r.used || ok
	return merged, ok
}

// formatted lines up a file in which something stands side by side now, if the
// user's was lined up.
func (r *resolver) formatted(ours, merged []byte) []byte {
	before, err := format.Source(gotext.Unix(ours))
	if !r.used || err != nil || !bytes.Equal(before, gotext.Unix(ours)) {
		return merged
	}
	after, err := format.Source(gotext.Unix(merged))
	if err != nil {
		return merged // It has conflicts.
	}
	return gotext.Like(ours, after)
}

// sideBySide merges lines that one side adds at the very place where the other
// changes or adds some: in a struct or a list, what is added needs only a place
// beside the rest. Nor does a change there concern the lines next to it.
func sideBySide(base, ours, theirs []byte) ([]byte, bool) {
	for _, list := range [][2]string{
		{"type t struct {\n", "}"}, {"var _ = t{\n", "}"}, {"var (\n", ")"},
		{"func f() {\nswitch x {\n", "}\n}"}, {"func f() {\n", "}"},
	} {
		whole := func(text []byte) bool {
			return IsGo(slices.Concat([]byte("package p\n"+list[0]), text, []byte(list[1])))
		}
		if !whole(base) || !whole(ours) || !whole(theirs) || strings.HasSuffix(list[0], "f() {\n") && !onlyIfs(base, ours, theirs) {
			continue
		}
		if before, after, ok := added(base, theirs); ok && !repeats(ours, before, after) {
			return slices.Concat(before, ours, after), true
		}
		if before, after, ok := added(base, ours); ok && !repeats(theirs, before, after) {
			return slices.Concat(before, theirs, after), true
		}
		return adjacent(base, ours, theirs)
	}
	return nil, false
}

// onlyIfs reports whether the statements of all texts are conditions, whose
// order does not matter where forge adds some.
func onlyIfs(texts ...[]byte) bool {
	for _, text := range texts {
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "\tif ") && !strings.HasPrefix(line, "\t\t") && strings.TrimSpace(line) != "}" && strings.TrimSpace(line) != "" {
				return false
			}
		}
	}
	return true
}

// added returns the lines that text has before or after those of base, which
// may be lined up in another way.
func added(base, text []byte) (before, after []byte, ok bool) {
	old, now := linesOf(base), linesOf(text)
	if len(now) <= len(old) {
		return nil, nil, false
	}
	same := func(part [][]byte) bool { return sameLines(old, part) }
	switch first := len(now) - len(old); {
	case same(now[:len(old)]):
		return nil, bytes.Join(now[len(old):], nil), true
	case same(now[first:]):
		return bytes.Join(now[:first], nil), nil, true
	}
	return nil, nil, false
}

// adjacent merges changes of lines that only touch: one side changed the first
// lines of base, the other those after them.
func adjacent(base, ours, theirs []byte) ([]byte, bool) {
	old, mine, forges := linesOf(base), linesOf(ours), linesOf(theirs)
	for at := 1; at < len(old); at++ {
		for _, sides := range [][2][][]byte{{mine, forges}, {forges, mine}} {
			first, second := sides[0], sides[1]
			kept := len(first) - (len(old) - at)
			if kept >= 0 && len(second) >= at && sameLines(first[kept:], old[at:]) && sameLines(second[:at], old[:at]) {
				return bytes.Join(slices.Concat(first[:kept], second[at:]), nil), true
			}
		}
	}
	return nil, false
}

// sameLines reports whether lines are the same, however they are lined up.
func sameLines(a, b [][]byte) bool {
	return slices.EqualFunc(a, b, func(a, b []byte) bool {
		return bytes.Equal(bytes.Join(bytes.Fields(a), nil), bytes.Join(bytes.Fields(b), nil))
	})
}

func linesOf(text []byte) [][]byte { return slices.Collect(bytes.Lines(text)) }

// repeats reports whether a text has one of the lines already.
func repeats(text []byte, lines ...[]byte) bool {
	for _, more := range lines {
		for line := range bytes.Lines(more) {
			if name := bytes.Fields(line); len(name) > 1 && slices.ContainsFunc(linesOf(text), func(l []byte) bool { return slices.EqualFunc(bytes.Fields(l), name, bytes.Equal) }) {
				return true
			}
		}
	}
	return false
}

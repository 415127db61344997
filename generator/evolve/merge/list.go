package merge

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
)

// list tells how a file that is a list of things is read.
type list struct {
	// thing matches a line that begins one, with its name.
	thing *regexp.Regexp
	// more matches the other lines that may stand between or in things; nil: none.
	more *regexp.Regexp
	// parted lists have a blank line between things.
	parted bool
}

// listOf returns how a file is read, and false for one that is no list.
func listOf(name string) (list, bool) {
	switch base := path.Base(name); {
	case path.Ext(base) == ".md":
		return list{thing: regexp.MustCompile(`^\| *([^|]*[^| ]) *\|`)}, true
	case strings.HasPrefix(base, ".env"):
		return list{thing: regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)=`), more: regexp.MustCompile(`^(#|$)`)}, true
	case base == "Makefile":
		return list{thing: regexp.MustCompile(`^([A-Za-z0-9_.-]+) *:([^=]|$)`), more: regexp.MustCompile(`^(#|\t|$)`), parted: true}, true
	}
	return list{}, false
}

// inLists returns a merge of what both sides add at one place of a file: of the
// rows of a table, of settings, and of the rules of make, each stands for itself,
// wherever it stands. It is nil for other files.
func inLists(name string) func(base, ours, theirs []byte) ([]byte, bool) {
	l, ok := listOf(name)
	if !ok {
		return nil
	}
	return func(base, ours, theirs []byte) ([]byte, bool) {
		if len(bytes.TrimSpace(base)) > 0 {
			return nil, false
		}
		mine, ok := l.names(ours)
		forges, alsoOK := l.names(theirs)
		if !ok || !alsoOK || slices.ContainsFunc(mine, func(name string) bool { return slices.Contains(forges, name) }) {
			return nil, false
		}
		if l.parted {
			return slices.Concat(bytes.TrimRight(theirs, "\n"), []byte("\n\n"), bytes.TrimLeft(ours, "\n")), true
		}
		return slices.Concat(theirs, ours), true
	}
}

// names lists the things in a text, and reports whether it has whole ones only.
func (l list) names(text []byte) ([]string, bool) {
	var names []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if found := l.thing.FindStringSubmatch(line); found != nil {
			names = append(names, found[1])
		} else if l.more == nil || !l.more.MatchString(line) || len(names) == 0 && strings.HasPrefix(line, "\t") {
			return nil, false
		}
	}
	return names, len(names) > 0
}

package merge

import (
	"bytes"
	"path"
	"strings"

	"github.com/forge-go/forge/generator/merge3"
)

// branches are the names at the markers of a conflict between two branches.
func branches() merge3.Options {
	return merge3.Options{Ours: "this branch", Base: "what both began with", Theirs: "the other branch"}
}

// Branches merges a file that two branches changed, as File does, with markers
// that name the branches.
func Branches(name string, base, ours, theirs []byte) merge3.Result {
	result := File(name, base, ours, theirs)
	if len(result.Conflicts) == 0 && path.Ext(name) == ".go" && !IsGo(result.Content) && IsGo(ours) && IsGo(theirs) {
		result = Whole(ours, theirs)
	}
	if len(result.Conflicts) == 0 {
		return result
	}
	from, to := sides(), branches()
	named := strings.NewReplacer(
		"<<<<<<< "+from.Ours, "<<<<<<< "+to.Ours, "||||||| "+from.Base, "||||||| "+to.Base, ">>>>>>> "+from.Theirs, ">>>>>>> "+to.Theirs)
	result.Content = []byte(named.Replace(string(result.Content)))
	return result
}

// IsOfBranches reports whether a text has a conflict that Branches has marked.
func IsOfBranches(text []byte) bool { return bytes.Contains(text, []byte("<<<<<<< "+branches().Ours)) }

// Marked lists the lines, from 1, at which conflicts begin, whoever marked them.
func Marked(text []byte) []int {
	var begins []int
	ended, line := false, 0
	for text := range bytes.Lines(text) {
		line++
		if bytes.HasPrefix(text, []byte("<<<<<<< ")) {
			begins = append(begins, line)
		}
		ended = ended || bytes.HasPrefix(text, []byte(">>>>>>> "))
	}
	if !ended {
		return nil
	}
	return begins
}

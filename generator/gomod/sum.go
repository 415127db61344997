package gomod

import (
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/forge-go/forge/generator/internal/gotext"
)

// AddSums returns the lines of sum and those of more that it lacks. The lines
// of sum keep their order; if they were sorted, as the go command leaves them,
// the result is too.
func AddSums(sum, more []byte) []byte {
	have := lines(sum)
	all := slices.Clone(have)
	for _, line := range lines(more) {
		if !slices.Contains(have, line) {
			all = append(all, line)
		}
	}
	if len(all) == len(have) {
		return sum
	}
	if slices.IsSortedFunc(have, compareSums) {
		slices.SortFunc(all, compareSums)
	}
	end := gotext.LineEnd(sum)
	return []byte(strings.Join(all, end) + end)
}

// MergeSums brings the go.sum of a project, for which forge wrote base, to what
// forge would write today. Sums that only forge's old requirements need go, unless
// the user has modules of their own: those may need them.
func MergeSums(base, sum, pinned []byte) []byte {
	known := slices.Concat(lines(base), lines(pinned))
	for _, line := range lines(sum) {
		if !slices.Contains(known, line) {
			return AddSums(sum, pinned)
		}
	}
	return gotext.Like(sum, pinned)
}

func lines(text []byte) []string {
	return strings.FieldsFunc(string(gotext.Unix(text)), func(r rune) bool { return r == '\n' })
}

// compareSums orders lines as the go command does: by module, version and hash.
func compareSums(a, b string) int {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != 3 || len(y) != 3 {
		return strings.Compare(a, b)
	}
	mods := []module.Version{{Path: x[0], Version: x[1]}, {Path: y[0], Version: y[1]}}
	if mods[0] == mods[1] {
		return strings.Compare(x[2], y[2])
	}
	module.Sort(mods)
	if mods[0].Path == x[0] && mods[0].Version == x[1] {
		return -1
	}
	return 1
}

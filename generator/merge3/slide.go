package merge3

// candidates returns the lines from start to end that can have a counterpart in
// the other text, and their places; the others are marked as gone.
func candidates(lines, other []int, start, end int, gone []bool) (kept, at []int) {
	count := make(map[int]int, len(other))
	for _, id := range other {
		count[id]++
	}
	many := 1
	for n := len(lines); n > 0; n >>= 2 {
		many <<= 1
	}
	kinds := make([]kind, end-start)
	for i := range kinds {
		switch n := count[lines[start+i]]; {
		case n == 0:
			kinds[i] = unmatched
		case n >= many:
			kinds[i] = frequent
		}
	}
	for i, k := range kinds {
		if k == unmatched || k == frequent && amongUnmatched(kinds, i) {
			gone[start+i] = true
			continue
		}
		kept, at = append(kept, lines[start+i]), append(at, start+i)
	}
	return kept, at
}

// kind is how likely a line is to have a counterpart.
type kind byte

const (
	matched   kind = iota
	unmatched      // it has none
	frequent       // it has too many for any to mean something
)

// amongUnmatched reports whether a frequent line is mostly surrounded by lines
// without a counterpart; then it has none either.
func amongUnmatched(kinds []kind, at int) bool {
	const window = 100
	count := func(step int) (alone, often int) {
		for i, n := at+step, 0; i >= 0 && i < len(kinds) && n < window && kinds[i] != matched; i, n = i+step, n+1 {
			if kinds[i] == unmatched {
				alone++
			} else {
				often++
			}
		}
		return alone, often
	}
	aloneBefore, oftenBefore := count(-1)
	aloneAfter, oftenAfter := count(1)
	often := oftenBefore + oftenAfter + 2 // and the line itself, seen from both sides
	return aloneBefore > 0 && aloneAfter > 0 && 4*often < often+aloneBefore+aloneAfter
}

// slide moves each run of marked lines to its place. Among repeated lines there
// are several places, and a merge must not depend on which of them an algorithm
// happens to find: a run moves down as far as it can, or to the last place
// where the other text changes too. Runs that meet become one.
func slide(lines []int, gone, otherGone []bool) {
	changes := changesAt(otherGone)
	stays := 0 // unmarked lines before r
	for at := 0; at < len(lines); at++ {
		if !gone[at] {
			stays++
			continue
		}
		r := run{lines: lines, gone: gone, start: at, end: at + 1, stays: stays}
		r.grow()
		r.slide(changes)
		at, stays = r.end-1, r.stays
	}
}

// changesAt reports, for each number of unmarked lines, whether a marked one
// follows them.
func changesAt(gone []bool) []bool {
	changes := []bool{false}
	for _, g := range gone {
		if g {
			changes[len(changes)-1] = true
		} else {
			changes = append(changes, false)
		}
	}
	return changes
}

// run is a series of marked lines.
type run struct {
	lines      []int
	gone       []bool
	start, end int
	stays      int // unmarked lines before it
}

// slide moves the run; see the function slide.
func (r *run) slide(changes []bool) {
	var top, met int
	for size := -1; size != r.end-r.start; {
		size = r.end - r.start
		for r.up() {
		}
		top, met = r.end, -1
		for {
			if changes[r.stays] {
				met = r.end
			}
			if !r.down() {
				break
			}
		}
	}
	if r.end == top || met < 0 {
		return
	}
	for !changes[r.stays] {
		r.up()
	}
}

// up moves the run up a line, if the lines marked then are equal.
func (r *run) up() bool {
	if r.start == 0 || r.lines[r.start-1] != r.lines[r.end-1] {
		return false
	}
	r.start, r.end, r.stays = r.start-1, r.end-1, r.stays-1
	r.gone[r.start], r.gone[r.end] = true, false
	r.grow()
	return true
}

func (r *run) down() bool {
	if r.end == len(r.lines) || r.lines[r.start] != r.lines[r.end] {
		return false
	}
	r.gone[r.start], r.gone[r.end] = false, true
	r.start, r.end, r.stays = r.start+1, r.end+1, r.stays+1
	r.grow()
	return true
}

// grow extends the run by the marked lines next to it.
func (r *run) grow() {
	for r.start > 0 && r.gone[r.start-1] {
		r.start--
	}
	for r.end < len(r.gone) && r.gone[r.end] {
		r.end++
	}
}

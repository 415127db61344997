package merge3

// candidates gives the lines from start to end that can have a counterpart in
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

// kind says how likely a line has a counterpart.
type kind byte

const (
	matched   kind = iota
	unmatched      // it has none
	frequent       // it has so many that none means anything
)

// amongUnmatched says that a frequent line stands among lines without a
// counterpart, mostly; then it has none either.
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

// slide gives each run of marked lines its place. Among repeated lines it has
// several, and a merge must not depend on which of them an algorithm happens
// to find: a run goes as far down as it can, or to the last place where the
// other text changes too. Runs that meet become one.
func slide(lines []int, gone, otherGone []bool) {
	changes := changesAt(otherGone)
	stays := 0 // lines that stay before r
	for at := 0; at < len(lines); at++ {
		if !gone[at] {
			stays++
			continue
		}
		r := run{lines: lines, gone: gone, start: at, end: at + 1, stays: stays}
		r.grow()
		r.settle(changes)
		at, stays = r.end-1, r.stays
	}
}

// changesAt says after how many lines that stay there is a marked one.
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

// run is marked lines in a row.
type run struct {
	lines      []int
	gone       []bool
	start, end int
	stays      int // lines that stay before it
}

func (r *run) settle(changes []bool) {
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

// up moves the run by a line, if that marks equal lines.
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

// grow takes in the marked lines beside the run.
func (r *run) grow() {
	for r.start > 0 && r.gone[r.start-1] {
		r.start--
	}
	for r.end < len(r.gone) && r.gone[r.end] {
		r.end++
	}
}

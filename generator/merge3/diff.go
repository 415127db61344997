package merge3

import "math"

// hunk is a change of the lines a0 to a1 of a text into b0 to b1 of another.
type hunk struct{ a0, a1, b0, b1 int }

// diff returns the changes from a to b in order. At least one unchanged line is
// between two hunks.
func diff(a, b []int) []hunk {
	d := differ{goneA: make([]bool, len(a)), goneB: make([]bool, len(b))}
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	d.a, d.atA = candidates(a, b, start, endA, d.goneA)
	d.b, d.atB = candidates(b, a, start, endB, d.goneB)
	size := len(d.a) + len(d.b) + 3
	d.forward, d.backward = make([]int, 2*size), make([]int, 2*size)
	d.zero = size
	d.compare(0, len(d.a), 0, len(d.b))
	slide(a, d.goneA, d.goneB)
	slide(b, d.goneB, d.goneA)
	return d.hunks()
}

// differ compares the lines that can be the same; gone are those that are not.
type differ struct {
	a, b              []int
	atA, atB          []int // their places in the whole texts
	goneA, goneB      []bool
	forward, backward []int // the furthest line on each diagonal, by diagonal + zero
	zero              int
}

// compare marks what is gone between two parts of the texts.
func (d *differ) compare(a0, a1, b0, b1 int) {
	for a0 < a1 && b0 < b1 && d.a[a0] == d.b[b0] {
		a0, b0 = a0+1, b0+1
	}
	for a0 < a1 && b0 < b1 && d.a[a1-1] == d.b[b1-1] {
		a1, b1 = a1-1, b1-1
	}
	if a0 == a1 || b0 == b1 {
		for _, at := range d.atA[a0:a1] {
			d.goneA[at] = true
		}
		for _, at := range d.atB[b0:b1] {
			d.goneB[at] = true
		}
		return
	}
	a, b := d.middle(a0, a1, b0, b1)
	d.compare(a0, a, b0, b)
	d.compare(a, a1, b, b1)
}

// middle finds a point on a shortest path from (a0,b0) to (a1,b1), by searching
// from both ends until the paths meet (Myers, "An O(ND) Difference Algorithm
// and Its Variations", 1986, section 4b).
func (d *differ) middle(a0, a1, b0, b1 int) (int, int) {
	lowest, highest := a0-b1, a1-b0
	first, last := a0-b0, a1-b1 // the diagonals of the ends
	odd := (first-last)%2 != 0
	f, g := frontier{first, first}, frontier{last, last}
	d.forward[d.zero+first], d.backward[d.zero+last] = a0, a1
	for {
		f.widen(lowest, highest, d.forward, d.zero, -1)
		for k := f.high; k >= f.low; k -= 2 {
			a := max(d.forward[d.zero+k-1]+1, d.forward[d.zero+k+1])
			for a < a1 && a-k < b1 && d.a[a] == d.b[a-k] {
				a++
			}
			d.forward[d.zero+k] = a
			if odd && g.has(k) && d.backward[d.zero+k] <= a {
				return a, a - k
			}
		}
		g.widen(lowest, highest, d.backward, d.zero, math.MaxInt)
		for k := g.high; k >= g.low; k -= 2 {
			a := min(d.backward[d.zero+k-1], d.backward[d.zero+k+1]-1)
			for a > a0 && a-k > b0 && d.a[a-1] == d.b[a-k-1] {
				a--
			}
			d.backward[d.zero+k] = a
			if !odd && f.has(k) && a <= d.forward[d.zero+k] {
				return a, a - k
			}
		}
	}
}

// frontier is the range of diagonals reached so far.
type frontier struct{ low, high int }

func (f frontier) has(k int) bool { return f.low <= k && k <= f.high }

// widen adds a diagonal on each side, if there is one, and puts an impossible
// line beyond.
func (f *frontier) widen(lowest, highest int, reached []int, zero, impossible int) {
	if f.low > lowest {
		f.low--
		reached[zero+f.low-1] = impossible
	} else {
		f.low++
	}
	if f.high < highest {
		f.high++
		reached[zero+f.high+1] = impossible
	} else {
		f.high--
	}
}

// hunks turns the marks into hunks.
func (d *differ) hunks() []hunk {
	var all []hunk
	for i, j := 0, 0; i < len(d.goneA) || j < len(d.goneB); {
		h := hunk{a0: i, b0: j}
		for i < len(d.goneA) && d.goneA[i] {
			i++
		}
		for j < len(d.goneB) && d.goneB[j] {
			j++
		}
		if h.a1, h.b1 = i, j; h.a1 > h.a0 || h.b1 > h.b0 {
			all = append(all, h)
		}
		i, j = i+1, j+1
	}
	return all
}

//go:build unix

package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// screen is as much of a terminal as forge's output takes: it keeps the cells,
// and understands moves of the cursor, erasing and colours.
type screen struct {
	columns     int
	lines       [][]cell
	row, column int
	kept        [2]int // the row and column that were saved
	style       style
	pending     []byte // the beginning of a sequence
}

type cell struct {
	char  rune
	style style
}

// style is how a cell looks: colour is 0, or the SGR code of one (30–37, 90–97).
type style struct {
	colour    int
	bold, dim bool
}

func newScreen(columns int) *screen { return &screen{columns: columns} }

func (s *screen) write(p []byte) {
	p = append(s.pending, p...)
	for len(p) > 0 {
		n := s.next(p)
		if n == 0 {
			break
		}
		p = p[n:]
	}
	s.pending = append([]byte(nil), p...)
}

// next takes one character or sequence and gives its length; 0 when it is not
// complete yet.
func (s *screen) next(p []byte) int {
	switch p[0] {
	case '\r':
		s.column = 0
		return 1
	case '\n':
		s.row++
		return 1
	case '\b':
		s.column = max(0, s.column-1)
		return 1
	case '\a':
		return 1
	case '\x1b':
		return s.sequence(p)
	}
	if !utf8.FullRune(p) {
		return 0
	}
	char, n := utf8.DecodeRune(p)
	if s.column == s.columns {
		s.row, s.column = s.row+1, 0
	}
	s.line()[s.column] = cell{char, s.style}
	s.column++
	return n
}

// line gives the cells of the cursor's row.
func (s *screen) line() []cell {
	for len(s.lines) <= s.row {
		s.lines = append(s.lines, make([]cell, s.columns))
	}
	return s.lines[s.row]
}

func (s *screen) sequence(p []byte) int {
	if len(p) < 2 {
		return 0
	}
	if p[1] != '[' {
		s.save(p[1] == '7', p[1] == '8')
		return 2
	}
	end := 2
	for end < len(p) && (p[end] < '@' || p[end] > '~') {
		end++
	}
	if end == len(p) {
		return 0
	}
	s.control(p[end], string(p[2:end]))
	return end + 1
}

func (s *screen) save(save, restore bool) {
	switch {
	case save:
		s.kept = [2]int{s.row, s.column}
	case restore:
		s.row, s.column = s.kept[0], s.kept[1]
	}
}

func (s *screen) control(final byte, parameters string) {
	n, err := strconv.Atoi(parameters)
	switch final {
	case 'm':
		for _, code := range strings.Split(parameters, ";") {
			s.style.change(code)
		}
		return
	case 'K':
		line := s.line()
		from, to := s.column, s.columns
		if n == 1 {
			from, to = 0, s.column+1
		} else if n == 2 {
			from = 0
		}
		clear(line[min(from, s.columns):min(to, s.columns)])
		return
	case 'J':
		clear(s.line()[min(s.column, s.columns):])
		s.lines = s.lines[:s.row+1]
		return
	case 's', 'u':
		s.save(final == 's', final == 'u')
		return
	case 'H', 'f':
		row, column, _ := strings.Cut(parameters, ";")
		down, _ := strconv.Atoi(row) // Nothing is 1.
		right, _ := strconv.Atoi(column)
		s.row, s.column = min(max(down, 1), rows)-1, min(max(right, 1), s.columns)-1
		return
	}
	if err != nil {
		n = 1
	}
	switch final {
	case 'A':
		s.row = max(0, s.row-n)
	case 'B':
		s.row += n
	case 'C':
		s.column = min(s.columns-1, s.column+n)
	case 'D':
		s.column = max(0, s.column-n)
	case 'E':
		s.row, s.column = s.row+n, 0
	case 'F':
		s.row, s.column = max(0, s.row-n), 0
	case 'G':
		s.column = min(s.columns, n) - 1
		s.column = max(0, s.column)
	}
}

func (st *style) change(code string) {
	switch n, _ := strconv.Atoi(code); {
	case n == 0:
		*st = style{}
	case n == 1:
		st.bold = true
	case n == 2:
		st.dim = true
	case n == 22:
		st.bold, st.dim = false, false
	case n == 39:
		st.colour = 0
	case n >= 30 && n <= 37, n >= 90 && n <= 97:
		st.colour = n
	}
}

// text is what can be read on the screen.
func (s *screen) text() string {
	var text strings.Builder
	for _, line := range s.lines {
		for _, c := range line {
			if c.char == 0 {
				c.char = ' '
			}
			text.WriteRune(c.char)
		}
		text.WriteByte('\n')
	}
	return text.String()
}

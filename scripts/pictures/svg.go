//go:build unix

package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

const (
	cellWidth  = 8.4
	lineHeight = 20
	margin     = 16
)

// svg writes what the screen shows. Same screen, same bytes.
func (s *screen) svg() []byte {
	lines := s.lines
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	width, height := float64(s.columns)*cellWidth+2*margin, len(lines)*lineHeight+2*margin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`+"\n", width, height, width, height)
	b.WriteString("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n")
	for i, line := range lines {
		writeLine(&b, line, margin+15+i*lineHeight)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func blank(line []cell) bool {
	for _, c := range line {
		if c.char != 0 && c.char != ' ' {
			return false
		}
	}
	return true
}

// writeLine writes runs of cells of one style.
func writeLine(b *bytes.Buffer, line []cell, y int) {
	for from := 0; from < len(line); {
		to := from + 1
		for to < len(line) && line[to].style == line[from].style {
			to++
		}
		if !blank(line[from:to]) {
			writeRun(b, line[from:to], margin+float64(from)*cellWidth, y)
		}
		from = to
	}
}

func writeRun(b *bytes.Buffer, run []cell, x float64, y int) {
	var text strings.Builder
	for _, c := range run {
		if c.char == 0 {
			c.char = ' '
		}
		text.WriteRune(c.char)
	}
	content := strings.TrimRight(text.String(), " ")
	lead := len(content) - len(strings.TrimLeft(content, " "))
	content = content[lead:]
	x += float64(lead) * cellWidth
	st := run[0].style
	fmt.Fprintf(b, `<text x="%.1f" y="%d" fill="%s" textLength="%.1f" xml:space="preserve"`, x, y, st.fill(), float64(len([]rune(content)))*cellWidth)
	if st.bold {
		b.WriteString(` font-weight="bold"`)
	}
	b.WriteByte('>')
	_ = xml.EscapeText(b, []byte(content)) // A buffer takes everything.
	b.WriteString("</text>\n")
}

// fill is a colour that can be read on the dark ground.
func (st style) fill() string {
	switch st.colour {
	case 31, 91:
		return "#ff7b72"
	case 32, 92:
		return "#56d364"
	case 33, 93:
		return "#e3b341"
	case 34, 94:
		return "#79c0ff"
	case 35, 95:
		return "#d2a8ff"
	case 36, 96:
		return "#76e3ea"
	}
	if st.dim {
		return "#8b949e"
	}
	return "#e6edf3"
}

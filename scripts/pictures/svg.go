//go:build unix

package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/hinshun/vt10x"
)

const (
	cellWidth  = 8.4
	lineHeight = 20
	margin     = 16
)

// svg writes what the screen shows. Same screen, same bytes.
func svg(shown vt10x.View) []byte {
	columns, _ := shown.Size()
	lines := strings.Split(strings.TrimRight(shown.String(), " \n"), "\n")
	width, height := float64(columns)*cellWidth+2*margin, len(lines)*lineHeight+2*margin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`+"\n", width, height, width, height)
	b.WriteString("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n")
	for y := range lines {
		writeLine(&b, shown, columns, y)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// writeLine writes runs of cells of one style.
func writeLine(b *bytes.Buffer, shown vt10x.View, columns, y int) {
	for from := 0; from < columns; {
		first, to := shown.Cell(from, y), from
		var text strings.Builder
		for ; to < columns; to++ {
			cell := shown.Cell(to, y)
			if cell.FG != first.FG || cell.Mode&bold != first.Mode&bold {
				break
			}
			text.WriteRune(max(cell.Char, ' '))
		}
		writeRun(b, strings.TrimRight(text.String(), " "), first, from, y)
		from = to
	}
}

// bold is the bit of vt10x.Glyph.Mode that vt10x keeps to itself.
const bold = 1 << 2

func writeRun(b *bytes.Buffer, text string, style vt10x.Glyph, column, y int) {
	content := strings.TrimLeft(text, " ")
	if content == "" {
		return
	}
	x := margin + float64(column+len(text)-len(content))*cellWidth
	fmt.Fprintf(b, `<text x="%.1f" y="%d" fill="%s" textLength="%.1f" xml:space="preserve"`,
		x, margin+15+y*lineHeight, fill(style.FG), float64(len([]rune(content)))*cellWidth)
	if style.Mode&bold != 0 {
		b.WriteString(` font-weight="bold"`)
	}
	b.WriteByte('>')
	_ = xml.EscapeText(b, []byte(content)) // A buffer takes everything.
	b.WriteString("</text>\n")
}

// fill is a colour that can be read on the dark ground.
func fill(colour vt10x.Color) string {
	switch colour {
	case vt10x.Red, vt10x.LightRed:
		return "#ff7b72"
	case vt10x.Green, vt10x.LightGreen:
		return "#56d364"
	case vt10x.Yellow, vt10x.LightYellow:
		return "#e3b341"
	case vt10x.Blue, vt10x.LightBlue:
		return "#79c0ff"
	case vt10x.Magenta, vt10x.LightMagenta:
		return "#d2a8ff"
	case vt10x.Cyan, vt10x.LightCyan:
		return "#76e3ea"
	case vt10x.DarkGrey:
		return "#8b949e"
	}
	return "#e6edf3"
}

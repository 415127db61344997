package prompt

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// The keys that survey knows, by the control characters it has for them; its
// own reading of escape sequences fails on any other sequence, so it is never
// shown one.
const (
	keyInterrupt = '\x03' // Ctrl-C
	keyEnd       = '\x04' // Ctrl-D
	keyEscape    = '\x1b'
)

// token is one thing that the terminal sent: a key, or, if report is set, the
// answer to a cursor query.
type token struct {
	key    rune
	report string
}

// decoder splits what a terminal sends into keys and cursor reports and drops
// the rest: other control sequences (ECMA-48 5.4), control strings (5.6), bare
// escapes, bracketed-paste marks, broken UTF-8. A control character inside a
// sequence ends it and counts, so that Ctrl-C and Enter are never lost.
type decoder struct {
	state  state
	params []byte // of the control sequence that is being read
	char   []byte // of the UTF-8 character that is being read
	skip   int    // bytes that still belong to a sequence without an end mark
}

type state int

const (
	ground     state = iota
	escape           // after ESC
	single           // after ESC O: one byte follows (SS3)
	sequence         // after ESC [ (CSI)
	text             // in a control string: OSC, DCS, SOS, PM, APC
	textEscape       // ESC in a control string
)

// unfinished reports whether more bytes are needed to make a token.
func (d *decoder) unfinished() bool {
	return d.state != ground || d.skip > 0 || len(d.char) > 0
}

// feed decodes one byte and returns the tokens that it completes.
func (d *decoder) feed(b byte) []token {
	if d.skip > 0 {
		d.skip--
		return nil
	}
	switch d.state {
	case escape:
		return d.afterEscape(b)
	case single:
		return d.afterSingle(b)
	case sequence:
		return d.inSequence(b)
	case text:
		d.inText(b)
		if d.state == ground && b != '\a' {
			return d.plain(b)
		}
		return nil
	case textEscape:
		if b == '\\' { // ESC \ ends the string (ST)
			d.state = ground
			return nil
		}
		return d.afterEscape(b)
	}
	return d.plain(b)
}

func (d *decoder) afterEscape(b byte) []token {
	switch b {
	case '[':
		d.state, d.params = sequence, d.params[:0]
	case 'O':
		d.state = single
	case ']', 'P', 'X', '^', '_':
		d.state = text
	default: // a bare ESC, or Alt with a key: the key counts
		d.state = ground
		return d.plain(b)
	}
	return nil
}

func (d *decoder) afterSingle(b byte) []token {
	d.state = ground
	switch {
	case b < ' ' || b > '~':
		return d.plain(b)
	case b == 'M': // Enter of the number pad
		return key('\r')
	}
	return key(functionKey(b, ""))
}

func (d *decoder) inSequence(b byte) []token {
	switch {
	case b >= 0x20 && b <= 0x3f:
		if len(d.params) < 64 {
			d.params = append(d.params, b)
		}
		return nil
	case b < 0x40 || b > 0x7e:
		d.state = ground
		return d.plain(b)
	}
	d.state = ground
	params := string(d.params)
	switch {
	case b == '[' && params == "": // a function key of the Linux console
		d.skip = 1
	case b == 'M' && params == "": // a mouse report (X10)
		d.skip = 3
	case b == 'R' && isPosition(params):
		return []token{{report: "\x1b[" + params + "R"}}
	default:
		return key(functionKey(b, params))
	}
	return nil
}

// isPosition reports whether params are those of a cursor report (CPR): row and
// column. survey's numbers have 16 bits.
func isPosition(params string) bool {
	return regexp.MustCompile(`^[0-9]{1,4};[0-9]{1,4}$`).MatchString(params)
}

func (d *decoder) inText(b byte) {
	switch {
	case b == keyEscape:
		d.state = textEscape
	case b < ' ': // BEL is an end mark; others mean that there was no string
		d.state = ground
	}
}

// plain decodes a byte outside of any sequence.
func (d *decoder) plain(b byte) []token {
	if b < utf8.RuneSelf {
		d.char = d.char[:0]
		switch b {
		case keyEscape:
			d.state = escape
			return nil
		case '\n': // typed while the terminal was in line mode
			b = '\r'
		}
		return key(rune(b))
	}
	var tokens []token
	d.char = append(d.char, b)
	for len(d.char) > 0 && utf8.FullRune(d.char) {
		r, size := utf8.DecodeRune(d.char)
		d.char = d.char[size:]
		if r != utf8.RuneError {
			tokens = append(tokens, token{key: r})
		}
	}
	return tokens
}

func key(r rune) []token {
	if r == 0 {
		return nil
	}
	return []token{{key: r}}
}

// functionKey returns survey's character for the key whose sequence ends with
// final, with whatever modifiers; 0 for a sequence that is no key we use.
func functionKey(final byte, params string) rune {
	if strings.ContainsAny(params, "<=>? ") {
		return 0
	}
	switch final {
	case 'A':
		return '\x10' // up
	case 'B':
		return '\x0e' // down
	case 'C':
		return '\x06' // right
	case 'D':
		return '\x02' // left
	case 'H':
		return '\x01' // home
	case 'F':
		return '\x11' // end
	case '~':
		number, _, _ := strings.Cut(params, ";")
		switch number {
		case "1", "7":
			return '\x01'
		case "4", "8":
			return '\x11'
		case "3":
			return '\x12' // delete
		}
	}
	return 0
}

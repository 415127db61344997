package merge3

import "bytes"

// split gives the lines of a text with their ends.
func split(text []byte) [][]byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// key is a line as it is compared: a carriage return before its end is none.
func key(line []byte) []byte {
	if bytes.HasSuffix(line, []byte("\r\n")) {
		return append(line[:len(line)-2:len(line)-2], '\n')
	}
	return line
}

// usesCRLF says that most lines of a text end with carriage return and line feed.
func usesCRLF(text []byte) bool {
	return 2*bytes.Count(text, []byte("\r\n")) > bytes.Count(text, []byte("\n"))
}

// numbers gives lines with equal keys equal numbers.
type numbers map[string]int

func (n numbers) of(lines [][]byte, key func([]byte) []byte) []int {
	ids := make([]int, len(lines))
	for i, line := range lines {
		text := string(key(line))
		id, ok := n[text]
		if !ok {
			id = len(n)
			n[text] = id
		}
		ids[i] = id
	}
	return ids
}

package merge3

import "bytes"

// split returns the lines of a text with their ends.
func split(text []byte) [][]byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// key is a line as it is compared: without a carriage return at its end.
func key(line []byte) []byte {
	if bytes.HasSuffix(line, []byte("\r\n")) {
		return append(line[:len(line)-2:len(line)-2], '\n')
	}
	return line
}

// usesCRLF reports whether most lines of a text end with a carriage return and
// a line feed.
func usesCRLF(text []byte) bool {
	return 2*bytes.Count(text, []byte("\r\n")) > bytes.Count(text, []byte("\n"))
}

// numbers assigns equal numbers to lines with equal keys.
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

package evolve

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// enough is the share of a file's lines that a moved copy still has, in
// percent.
const enough = 60

// findMoved looks for the file that the user made of one that forge wrote
// elsewhere: of the same kind, not written by forge, most alike, and enough.
func (c comparison) findMoved(name string, base []byte) (string, []byte, error) {
	var best string
	var bestContent []byte
	bestShare := enough - 1
	err := fs.WalkDir(c.current, ".", func(at string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && at != "." && isForeign(entry.Name()):
			return fs.SkipDir
		case !entry.Type().IsRegular() || path.Ext(at) != path.Ext(name) || c.known[at] ||
			strings.HasSuffix(at, "_test.go") != strings.HasSuffix(name, "_test.go"):
			return nil
		}
		content, err := fs.ReadFile(c.current, at)
		if err != nil {
			return err
		}
		if share := commonLines(base, content); share > bestShare {
			best, bestContent, bestShare = at, content, share
		}
		return nil
	})
	return best, bestContent, err
}

// isForeign names folders in which no moved file is looked for.
func isForeign(folder string) bool {
	return strings.HasPrefix(folder, ".") || slices.Contains([]string{"vendor", "node_modules", "testdata", "var", "bin"}, folder)
}

// commonLines gives the share of lines that two texts have in common, in
// percent of the longer one's.
func commonLines(a, b []byte) int {
	count := make(map[string]int)
	total, other, common := 0, 0, 0
	for line := range bytes.Lines(a) {
		if text := string(bytes.TrimSpace(line)); text != "" {
			count[text]++
			total++
		}
	}
	for line := range bytes.Lines(b) {
		text := string(bytes.TrimSpace(line))
		if text == "" {
			continue
		}
		other++
		if count[text] > 0 {
			count[text]--
			common++
		}
	}
	if most := max(total, other); most > 0 {
		return 100 * common / most
	}
	return 0
}

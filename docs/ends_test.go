package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var testedEnd = regexp.MustCompile(`(?s)\{"([a-z, -]+)", (?:func|set)\(.*?((?:, (?:yes|no)){7})\},`)

// TestEndsAreDocumented compares the table of what ends what, in the page
// about log-ins, with the one that the project's tests try.
func TestEndsAreDocumented(t *testing.T) {
	files := projectFiles(t, "complete")
	var tested []string
	for _, row := range testedEnd.FindAllStringSubmatch(files["internal/auth/authhttp/ending_test.go"], -1) {
		tested = append(tested, row[1]+row[2])
	}
	if len(tested) < 10 {
		t.Fatalf("the tests try %d events", len(tested))
	}
	_, table, _ := strings.Cut(files["docs/login.md"], "## What ends what")
	var documented []string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 8 || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| event") {
			continue
		}
		row := strings.TrimSpace(cells[0])
		for _, cell := range cells[1:] {
			switch strings.TrimSpace(cell) {
			case "", "yes":
				row += ", yes"
			default:
				row += ", no"
			}
		}
		documented = append(documented, row)
	}
	if !slices.Equal(documented, tested) {
		t.Errorf("documented: %q\ntested: %q", documented, tested)
	}
}

package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/feature"
)

// TestSecurity checks docs/security.md: every requirement of levels 1 and 2 of
// the chapters that it goes through has one row, every row that says it holds
// names tests, and every test that is named exists in forge or in a project of mode
// complete with all features.
func TestSecurity(t *testing.T) {
	content, err := os.ReadFile("security.md")
	if err != nil {
		t.Fatal(err)
	}
	files := projectFiles(t, "complete", feature.Names(feature.All())...)
	for _, name := range namedTests(string(content)) {
		checkTest(t, "docs/security.md", "complete", name, files)
	}
	var found []string
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " |")
		id := requirement.FindString(cells[0])
		if id == "" {
			continue
		}
		if len(cells) != 5 {
			t.Errorf("this row has %d cells, want 5: %s", len(cells), line)
			continue
		}
		found = append(found, strings.TrimSpace(id))
		proved := len(namedTests(cells[4])) > 0
		switch verdict := strings.TrimSpace(cells[2]); verdict {
		case "yes", "partly":
			if !proved {
				t.Errorf("%s: %q names no test", id, verdict)
			}
		case "no", "yours", "not there":
			if proved {
				t.Errorf("%s: %q names a test", id, verdict)
			}
		default:
			t.Errorf("%s: %q is no verdict", id, verdict)
		}
	}
	if want := requirements(); !slices.Equal(found, want) {
		t.Errorf("the rows are\n%v\nwant\n%v", found, want)
	}
}

// The one page with a password's field leaves it to browsers and password
// managers.
func TestPasswordFieldIsMasked(t *testing.T) {
	page := projectFiles(t, "complete")["internal/auth/authhttp/reset_password.html"]
	if !strings.Contains(page, `type="password" autocomplete="new-password"`) || strings.Contains(page, "paste") {
		t.Errorf("the page is\n%s", page)
	}
}

var (
	requirement = regexp.MustCompile(`^ \d+\.\d+\.\d+ `)
	testName    = regexp.MustCompile("`([^`]+_test\\.go:[^`]+)`")
)

func namedTests(text string) []string {
	var names []string
	for _, match := range testName.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	return names
}

// requirements lists those of levels 1 and 2 in V6 to V9 and V16 of ASVS 5.0.0, and
// those of V3 about cookies and other sites.
func requirements() []string {
	return strings.Fields(`
		3.3.1 3.3.2 3.3.3 3.3.4 3.5.1 3.5.2 3.5.3
		6.1.1 6.1.2 6.1.3
		6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12
		6.3.1 6.3.2 6.3.3 6.3.4
		6.4.1 6.4.2 6.4.3 6.4.4
		6.5.1 6.5.2 6.5.3 6.5.4 6.5.5
		6.6.1 6.6.2 6.6.3
		6.8.1 6.8.2 6.8.3 6.8.4
		7.1.1 7.1.2 7.1.3
		7.2.1 7.2.2 7.2.3 7.2.4
		7.3.1 7.3.2
		7.4.1 7.4.2 7.4.3 7.4.4 7.4.5
		7.5.1 7.5.2
		7.6.1 7.6.2
		8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1
		9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 9.2.4
		16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5
		16.3.1 16.3.2 16.3.3 16.3.4
		16.4.1 16.4.2 16.4.3
		16.5.1 16.5.2 16.5.3`)
}

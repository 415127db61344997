package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/feature"
)

// TestSecurity checks docs/security.md: every requirement of levels 1 and 2, but of
// the chapters that it leaves out, has one row, every row that says it holds
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

// TestPagesInsertNoText holds the pages to inserting text as text, to running nothing
// that they read, and to keeping nothing in the browser.
func TestPagesInsertNoText(t *testing.T) {
	dangerous := regexp.MustCompile(`innerHTML\s*=[^=]|outerHTML\s*=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage|sessionStorage|indexedDB|document\.cookie|\bhref\s*=[^=>"]`)
	pages := 0
	for name, content := range projectFiles(t, "complete", feature.Names(feature.All())...) {
		if strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".js") {
			pages++
			if found := dangerous.FindAllString(content, -1); len(found) > 0 {
				t.Errorf("%s has %q", name, found)
			}
		}
	}
	if pages == 0 {
		t.Error("there are no pages")
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

// requirements lists those of levels 1 and 2 of ASVS 5.0.0, without V5, V17 and what V10 asks of
// authorization servers.
func requirements() []string {
	return strings.Fields(`
		1.1.1 1.1.2
		1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.6 1.2.7 1.2.8 1.2.9
		1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.3.6 1.3.7 1.3.8 1.3.9 1.3.10 1.3.11
		1.4.1 1.4.2 1.4.3 1.5.1 1.5.2
		2.1.1 2.1.2 2.1.3 2.2.1 2.2.2 2.2.3
		2.3.1 2.3.2 2.3.3 2.3.4 2.4.1
		3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4
		3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6
		3.5.1 3.5.2 3.5.3 3.5.4 3.5.5 3.7.1 3.7.2
		4.1.1 4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.1 4.4.2 4.4.3 4.4.4
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
		10.1.1 10.1.2 10.2.1 10.2.2 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5
		11.1.1 11.1.2 11.2.1 11.2.2 11.2.3
		11.3.1 11.3.2 11.3.3 11.4.1 11.4.2 11.4.3 11.4.4 11.5.1 11.6.1
		12.1.1 12.1.2 12.1.3 12.2.1 12.2.2 12.3.1 12.3.2 12.3.3 12.3.4
		13.1.1 13.2.1 13.2.2 13.2.3 13.2.4 13.2.5 13.3.1 13.3.2
		13.4.1 13.4.2 13.4.3 13.4.4 13.4.5
		14.1.1 14.1.2 14.2.1 14.2.2 14.2.3 14.2.4 14.3.1 14.3.2 14.3.3
		15.1.1 15.1.2 15.1.3 15.2.1 15.2.2 15.2.3
		15.3.1 15.3.2 15.3.3 15.3.4 15.3.5 15.3.6 15.3.7
		16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5
		16.3.1 16.3.2 16.3.3 16.3.4
		16.4.1 16.4.2 16.4.3
		16.5.1 16.5.2 16.5.3`)
}

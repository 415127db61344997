package docs_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/templates"
)

var (
	pageLink = regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]*)?\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	noAnchor = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// TestLinks follows the links between forge's own pages, to the heading.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md", "../BENCHMARKS.md", "../CONTRIBUTING.md", "../CHANGELOG.md", "../SECURITY.md") {
		followLinks(t, os.DirFS(".."), path.Join("docs", filepath.ToSlash(page)))
	}
}

// TestLinksOfProjects follows the links between the pages of each project, and
// looks for pages that none of them leads to.
func TestLinksOfProjects(t *testing.T) {
	for _, o := range generator.Combinations() {
		t.Run(o.Combination(), func(t *testing.T) {
			files, linked := planned(t, o), map[string]bool{"README.md": true, "AGENTS.md": true, "CLAUDE.md": true} // which tools find
			for name := range files {
				if path.Ext(name) == ".md" {
					for _, target := range followLinks(t, files, name) {
						linked[target] = true
					}
				}
			}
			for name := range files {
				if path.Ext(name) == ".md" && !linked[name] {
					t.Errorf("no page links to %s", name)
				}
			}
		})
	}
}

// planned returns the files of a new project.
func planned(t *testing.T, o generator.Options) fstest.MapFS {
	t.Helper()
	o.Module, o.Program, o.Version = "example.com/myapi", "myapi", "v0.0.0-test"
	plan, err := generator.NewPlan(templates.FS, o)
	if err != nil {
		t.Fatal(err)
	}
	files := make(fstest.MapFS)
	for _, f := range plan.Files {
		files[f.Path] = &fstest.MapFile{Data: f.Content}
	}
	return files
}

var (
	exampleSetting = regexp.MustCompile(`(?m)^([A-Z][A-Z_]+)=`)
	settingRow     = regexp.MustCompile("(?m)^\\| (`[A-Z_`, ]+`) \\|")
	settingName    = regexp.MustCompile("`([A-Z_]+)`")
)

// TestSettingsOfProjects compares the table in docs/settings.md of each kind of
// project with its .env.example.
func TestSettingsOfProjects(t *testing.T) {
	for _, o := range generator.Combinations() {
		files := planned(t, o)
		var want, got []string
		for _, match := range exampleSetting.FindAllSubmatch(files[".env.example"].Data, -1) {
			want = append(want, string(match[1]))
		}
		for _, row := range settingRow.FindAllSubmatch(files["docs/settings.md"].Data, -1) {
			for _, match := range settingName.FindAllSubmatch(row[1], -1) {
				got = append(got, string(match[1]))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s, %s, %s: docs/settings.md lists\n%v\n.env.example\n%v", o.Auth, o.DB, o.Router, got, want)
		}
	}
}

// followLinks fails for links of a page that lead nowhere, and returns the
// files that it links to.
func followLinks(t *testing.T, files fs.FS, page string) (targets []string) {
	t.Helper()
	content, err := fs.ReadFile(files, page)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range pageLink.FindAllStringSubmatch(string(content), -1) {
		if strings.Contains(match[1], "://") {
			continue
		}
		target := page
		if match[1] != "" {
			target = path.Join(path.Dir(page), match[1])
		}
		if info, err := fs.Stat(files, target); err == nil && info.IsDir() {
			continue
		}
		linked, err := fs.ReadFile(files, target)
		if err != nil {
			t.Errorf("%s: %v", page, err)
		} else if match[2] != "" && !hasHeading(string(linked), match[2][1:]) {
			t.Errorf("%s: %s has no heading %s", page, target, match[2])
		}
		targets = append(targets, target)
	}
	return targets
}

func hasHeading(page, anchor string) bool {
	for _, match := range heading.FindAllStringSubmatch(page, -1) {
		if strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}

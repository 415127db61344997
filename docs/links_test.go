package docs_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
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
	for _, page := range append(pages, "../README.md", "../BENCHMARKS.md", "../CONTRIBUTING.md", "../CHANGELOG.md") {
		followLinks(t, os.DirFS(".."), path.Join("docs", filepath.ToSlash(page)))
	}
}

// TestLinksOfProjects follows the links between the pages of each project, and
// looks for pages that none of them leads to.
func TestLinksOfProjects(t *testing.T) {
	for _, o := range generator.Combinations() {
		o.Module, o.Program, o.Version = "example.com/myapi", "myapi", "v0.0.0-test"
		plan, err := generator.NewPlan(templates.FS, o)
		if err != nil {
			t.Fatal(err)
		}
		files, linked := make(fstest.MapFS), map[string]bool{"README.md": true}
		for _, f := range plan.Files {
			files[f.Path] = &fstest.MapFile{Data: f.Content}
		}
		t.Run(o.Auth+"-"+o.DB+"-"+o.Router, func(t *testing.T) {
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

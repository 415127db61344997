// Package docs_test holds forge's documents to what they say.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// TestGuide checks docs/guide.md: every part of the guide has a row, every row
// names a test, and every test that is named exists.
func TestGuide(t *testing.T) {
	rows := guideRows(t)
	var found []string
	available := generator.AuthChoice().Names()
	files := make(map[string]map[string]string) // by mode and path
	for _, mode := range available {
		files[mode] = projectFiles(t, mode)
	}
	for _, row := range rows {
		found = append(found, row.part)
		if len(row.tests) == 0 {
			t.Errorf("%q names no test", row.part)
		}
		for _, mode := range row.modes {
			if !slices.Contains(available, mode) {
				continue // Its templates are not there yet.
			}
			for _, test := range row.tests {
				checkTest(t, row.part, mode, test, files[mode])
			}
		}
	}
	for _, part := range guideParts() {
		if !slices.Contains(found, part) {
			t.Errorf("docs/guide.md has no row for %q", part)
		}
	}
	for i, part := range found {
		if !slices.Contains(guideParts(), part) || slices.Contains(found[:i], part) {
			t.Errorf("%q is no part of the guide, or stands there twice", part)
		}
	}
}

type guideRow struct {
	part  string
	modes []string
	tests []string
}

var quoted = regexp.MustCompile("`([^`]+)`")

func guideRows(t *testing.T) []guideRow {
	t.Helper()
	text, err := os.ReadFile("guide.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []guideRow
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| part of the guide") {
			continue
		}
		if len(cells) != 4 {
			t.Errorf("this row has %d cells, want 4: %s", len(cells), line)
			continue
		}
		row := guideRow{part: strings.TrimSpace(cells[0]), modes: strings.Split(cells[1], ", ")}
		for _, match := range quoted.FindAllStringSubmatch(cells[3], -1) {
			row.tests = append(row.tests, match[1])
		}
		for _, mode := range row.modes {
			if !slices.Contains([]string{"none", "basic", "complete"}, mode) {
				t.Errorf("%q is of an unknown mode %q", row.part, mode)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// checkTest looks for the test in forge, and then in the generated project.
func checkTest(t *testing.T, part, mode, test string, files map[string]string) {
	t.Helper()
	path, name, ok := strings.Cut(test, ":")
	if !ok {
		t.Errorf("%q: %s is not path:TestName", part, test)
		return
	}
	content, ok := files[path]
	if own, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(path))); err == nil {
		content, ok = string(own), true
	}
	if !ok {
		t.Errorf("%q: neither forge nor a project of mode %s has %s", part, mode, path)
	} else if !strings.Contains(content, "\nfunc "+name+"(t *testing.T)") {
		t.Errorf("%q: %s (mode %s) has no %s", part, path, mode, name)
	}
}

func projectFiles(t *testing.T, mode string, features ...string) map[string]string {
	t.Helper()
	plan, err := generator.NewPlan(templates.FS, generator.Options{
		Module: "example.com/myapi", Program: "myapi", Version: "v0.0.0-test",
		Auth: project.Mode(mode), DB: project.SQLite, Router: project.Stdlib, Features: features,
	})
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, f := range plan.Files {
		files[f.Path] = string(f.Content)
	}
	return files
}

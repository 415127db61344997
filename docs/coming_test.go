package docs_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
)

// TestComingFrom looks for what docs/coming-from.md names: files, targets of
// make, endpoints, settings and what Go declares, in a complete project, and
// commands of forge in README.md.
func TestComingFrom(t *testing.T) {
	content, err := os.ReadFile("coming-from.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	files := planned(t, generator.Options{Auth: "complete", DB: "sqlite", Router: "stdlib"})
	var all strings.Builder
	for _, file := range files {
		all.Write(file.Data)
	}
	rows := 0
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 2 || strings.HasPrefix(line, "|--") {
			continue
		}
		rows++
		for _, span := range codeSpan.FindAllStringSubmatch(cells[1], -1) {
			if name := span[1]; !isThere(files, all.String(), string(readme), name) {
				t.Errorf("%s: %s is not there", cells[0], name)
			}
		}
	}
	if rows < 50 {
		t.Errorf("the page has %d rows", rows)
	}
}

var firstWords = regexp.MustCompile(`^(forge \w+|make [a-z-]+)`)

// isThere reports whether a project, or README.md for commands of forge, has
// what a page calls by that name.
func isThere(files fs.FS, all, readme, name string) bool {
	command := firstWords.FindString(name)
	switch {
	case strings.HasPrefix(command, "forge "):
		return strings.Contains(readme, command)
	case command != "":
		return strings.Contains(all, "\n"+strings.TrimPrefix(command, "make ")+":")
	case strings.HasPrefix(name, "s.limits."), strings.HasPrefix(name, "guard."), strings.HasPrefix(name, "authhttp."), strings.HasPrefix(name, "huma."):
		_, member, _ := strings.Cut(strings.TrimPrefix(name, "s."), ".")
		member, _, _ = strings.Cut(member, "(")
		return strings.Contains(all, "."+member) || strings.Contains(all, " "+member+"(")
	}
	if _, err := fs.Stat(files, name); err == nil {
		return true
	}
	return strings.Contains(all, name)
}

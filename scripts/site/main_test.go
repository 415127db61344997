package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	reference = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	anchor    = regexp.MustCompile(` id="([^"]*)"`)
)

// TestSite follows every link of the site, to the heading, and looks for what
// a browser would ask of others.
func TestSite(t *testing.T) {
	folder := t.TempDir()
	if err := build("../..", folder); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.html"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("the site has %d pages, %v", len(pages), err)
	}
	for _, name := range pages {
		html := read(t, name)
		if found := regexp.MustCompile(`<(script|link|img)[^>]*(src|href)="(https?:)?//[^"]*"`).FindString(html); found != "" {
			t.Errorf("%s asks others: %s", filepath.Base(name), found)
		}
		for _, match := range reference.FindAllStringSubmatch(html, -1) {
			target, at, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			other := html
			if target != "" {
				other = read(t, filepath.Join(folder, target))
			}
			if at != "" && !hasAnchor(other, at) {
				t.Errorf("%s leads to %s, which has no such heading", filepath.Base(name), match[1])
			}
		}
	}
}

func TestSearchFindsSections(t *testing.T) {
	folder := t.TempDir()
	if err := build("../..", folder); err != nil {
		t.Fatal(err)
	}
	var sections []found
	if err := json.Unmarshal([]byte(read(t, filepath.Join(folder, "search.json"))), &sections); err != nil {
		t.Fatal(err)
	}
	for _, s := range sections {
		if s.Page == "Coming from another framework" && s.Heading == "Rails" && s.Address == "coming-from.html#rails" && strings.Contains(s.Words, "scaffold") {
			return
		}
	}
	t.Errorf("none of %d sections is the one about Rails", len(sections))
}

func hasAnchor(html, at string) bool {
	for _, match := range anchor.FindAllStringSubmatch(html, -1) {
		if match[1] == at {
			return true
		}
	}
	return false
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Error(err)
	}
	return string(content)
}

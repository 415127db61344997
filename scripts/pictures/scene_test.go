//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestTerminalPictures records the scenes again: README.md must show what forge
// shows today. Times, numbers of files and what was built are left aside.
func TestTerminalPictures(t *testing.T) {
	leave.ToTestAll(t)
	work := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", work, "./cmd/forge")
	build.Dir = "../.."
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, s := range scenes() {
		shown, err := s.record(t.Context(), work)
		if err != nil {
			t.Fatal(err)
		}
		committed, err := os.ReadFile(filepath.Join("..", "..", "docs", "pictures", s.name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := changing.ReplaceAllString(string(svg(shown)), "#"), changing.ReplaceAllString(string(committed), "#"); got != want {
			t.Errorf("docs/pictures/%s.svg is of another forge; make pictures\n%s", s.name, shown)
		}
	}
}

var changing = regexp.MustCompile(`(<text [^>]*>(made by forge|ok     made by forge|planned \d+ files)[^<]*)|(<text [^>]*>\d+ ms)`)

//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestTerminalPictures records the scenes again: README.md must show what forge
// shows today. Times, numbers of files and what was built are left aside.
func TestTerminalPictures(t *testing.T) {
	if testing.Short() {
		t.Skip("left to make test-all")
	}
	work := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", work, "./cmd/forge")
	build.Dir = "../.."
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, s := range scenes() {
		screen, err := s.record(t.Context(), work)
		if err != nil {
			t.Fatal(err)
		}
		committed, err := os.ReadFile(filepath.Join("..", "..", "docs", "pictures", s.name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := changing.ReplaceAllString(string(screen.svg()), "#"), changing.ReplaceAllString(string(committed), "#"); got != want {
			t.Errorf("docs/pictures/%s.svg is of another forge; make pictures\n%s", s.name, screen.text())
		}
	}
}

var changing = regexp.MustCompile(`(<text [^>]*>(made by forge|ok     made by forge|planned \d+ files)[^<]*)|(<text [^>]*>\d+ ms)`)

func TestScreen(t *testing.T) {
	for typed, want := range map[string]string{
		"a\r\nb":                "a   \nb   \n",
		"abcdef":                "abcd\nef  \n",
		"abc\x1b[2Dx":           "axc \n",
		"abc\r\x1b[Kx":          "x   \n",
		"abc\x1b[2K\rx":         "x   \n",
		"a\r\nb\r\x1b[A\x1b[Jx": "x   \n",
		"a\x1b7bc\x1b8x":        "axc \n",
		"ab\x1b[1;1Hx":          "xb  \n",
		"\x1b[32mg\x1b[0m":      "g   \n",
	} {
		s := newScreen(4)
		for _, b := range []byte(typed) { // as it may arrive
			s.write([]byte{b})
		}
		if got := s.text(); got != want {
			t.Errorf("%q shows %q, want %q", typed, got, want)
		}
	}
}

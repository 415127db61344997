package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/scripts/test/leave"
)

// TestLineEndsOfWindows has every text of a project in CRLF, as a checkout on
// Windows may, of a module with no .gitattributes: the scripts of the pages run,
// common passwords are known, and migrations work.
func TestLineEndsOfWindows(t *testing.T) {
	leave.ToTestAll(t)
	p := newProject(t, "complete")
	p.eachText(t, func(name, text string) { p.write(t, name, strings.ReplaceAll(text, "\n", "\r\n")) })
	arguments := append(testRun("Page|Mailbox|CommonPasswords|Migrat"), "./internal/auth/...", "./internal/server", "./internal/database")
	if printed, err := p.command("go", arguments...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}

// TestGitKeepsLineEnds checks a project out as Git for Windows does unless told
// otherwise.
func TestGitKeepsLineEnds(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		leave.Out(t, "git is not installed; no line ends are converted")
	}
	p := newProject(t, "none")
	git := func(arguments ...string) {
		t.Helper()
		all := append([]string{"-c", "core.autocrlf=true", "-c", "core.safecrlf=false", "-c", "user.name=a", "-c", "user.email=a@example.com"}, arguments...)
		if printed, err := p.command("git", all...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", arguments, err, printed)
		}
	}
	git("init", "-q")
	git("add", "-A")
	git("commit", "-qm", "all")
	git("rm", "-rq", ".")
	git("reset", "-q", "--hard")
	p.eachText(t, func(name, text string) {
		if strings.Contains(text, "\r") {
			t.Errorf("%s has CRLF", name)
		}
	})
}

// eachText does something with each file that is no binary.
func (p project) eachText(t *testing.T, do func(name, text string)) {
	t.Helper()
	err := filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && entry.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && !bytes.ContainsRune(content, 0) {
			name, _ := filepath.Rel(p.dir, path)
			do(filepath.ToSlash(name), string(content))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

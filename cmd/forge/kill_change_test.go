//go:build unix

package main

import (
	"crypto/sha256"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
	"github.com/forge-go/forge/scripts/test/leave"
)

// victim is a command that is killed, in a project whose git has everything.
type victim struct {
	name    string
	prepare func(t *testing.T, dir string)
	args    []string
	exit    int  // of the command when it is left alone
	again   bool // the same command again makes the same change
	hasGit  bool // prepare has made the repository, in which a merge waits
}

func victims() []victim {
	older := func(t *testing.T, dir string) {
		t.Helper()
		must(t, makeOlder(dir, "internal/auth/authhttp/me.go", "Show the current user", "Show who asks"))
		must(t, makeOlder(dir, "README.md", "## Quick start", "## Start"))
		must(t, makeOlder(dir, "internal/server/gone.go", "", "package server\n"))
	}
	conflict := func(t *testing.T, dir string) {
		t.Helper()
		older(t, dir)
		must(t, replaceIn(filepath.Join(dir, "internal/auth/authhttp/me.go"), "Show who asks", "Mine"))
	}
	return []victim{
		{name: "add auth", args: []string{"add", "auth", "--mode=complete", "--quiet", "--allow-dirty"}, again: true},
		{name: "add field", args: []string{"add", "field", "phone:string?", "--quiet", "--allow-dirty"}},
		{name: "add resource", args: []string{"add", "resource", "note", "title:string", "--quiet", "--allow-dirty", "--no-check"}},
		{name: "remove resource", prepare: func(t *testing.T, dir string) {
			t.Helper()
			forgeExits(t, dir, 0, "add", "resource", "note", "title:string", "--quiet")
		}, args: []string{"remove", "resource", "note", "--quiet", "--allow-dirty", "--no-check"}, again: true},
		{name: "add feature", args: []string{"add", "api-keys", "--quiet", "--allow-dirty", "--no-check"}, again: true},
		{name: "rename field", prepare: func(t *testing.T, dir string) {
			t.Helper()
			forgeExits(t, dir, 0, "add", "field", "phone:string?", "--quiet")
		}, args: []string{"rename", "field", "phone", "mobile", "--quiet", "--allow-dirty", "--no-check"}},
		{name: "remove field", prepare: func(t *testing.T, dir string) {
			t.Helper()
			forgeExits(t, dir, 0, "add", "field", "phone:string?", "--quiet")
		}, args: []string{"remove", "field", "phone", "--quiet", "--allow-dirty", "--no-check"}, again: true},
		{name: "upgrade", prepare: older, args: []string{"upgrade", "--quiet", "--allow-dirty"}, again: true},
		{name: "upgrade inline", prepare: conflict, args: []string{"upgrade", "--conflicts=inline", "--quiet", "--allow-dirty"}, exit: 4},
		{name: "abort", prepare: func(t *testing.T, dir string) {
			t.Helper()
			conflict(t, dir)
			forgeExits(t, dir, 4, "upgrade", "--conflicts=inline", "--quiet")
		}, args: []string{"upgrade", "--abort", "--quiet"}},
		{name: "undo", prepare: func(t *testing.T, dir string) {
			t.Helper()
			forgeExits(t, dir, 0, "add", "auth", "--mode=complete", "--quiet")
		}, args: []string{"undo", "--quiet"}},
		{name: "redo", prepare: func(t *testing.T, dir string) {
			t.Helper()
			forgeExits(t, dir, 0, "add", "auth", "--mode=complete", "--quiet")
			forgeExits(t, dir, 0, "undo", "--quiet")
		}, args: []string{"redo", "--quiet"}},
		{name: "merge", prepare: twoBranches, args: []string{"merge", "--no-check", "--quiet"}, again: true, hasGit: true},
	}
}

// twoBranches leaves a merge to forge, of a field and a mode.
func twoBranches(t *testing.T, dir string) {
	t.Helper()
	commit := func(message string) {
		gitIn(t, dir, "add", "--all")
		gitIn(t, dir, "commit", "--quiet", "--message", message)
	}
	gitIn(t, dir, "init", "--quiet", "--template=", "--initial-branch=main")
	commit("All")
	gitIn(t, dir, "switch", "--quiet", "--create", "field")
	forgeExits(t, dir, 0, "add", "field", "phone:string?", "--quiet")
	commit("Phone")
	gitIn(t, dir, "switch", "--quiet", "main")
	time.Sleep(time.Second) // Migrations are numbered by seconds.
	forgeExits(t, dir, 0, "add", "auth", "--mode=complete", "--quiet")
	commit("Complete")
	cmd := exec.Command("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "merge", "--quiet", "field")
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err == nil {
		t.Fatalf("git has merged what only forge can:\n%s", output)
	}
}

// killsOf is how often each command is killed: FORGE_KILLS says how often all are
// together.
func killsOf(t *testing.T, commands int) int {
	t.Helper()
	all := 30 * commands
	if testing.Short() {
		all = 5 * commands
	}
	if set := os.Getenv("FORGE_KILLS"); set != "" {
		var err error
		all, err = strconv.Atoi(set)
		must(t, err)
	}
	return (all + commands - 1) / commands
}

// TestKilledWhileChangingAProject kills forge at any moment while it changes a
// project, lets git put files back after a third of the kills, and kills the
// forge that recovers, over and over: what only reads tells that something is
// unfinished, and after the next run the project is exactly the old one or
// exactly the new one.
func TestKilledWhileChangingAProject(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		leave.Out(t, "git is not installed; no files are put back after kills")
	}
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		// A kill loses nothing that was written, synced or not, and a disk takes its
		// time to sync.
		t.Setenv("TMPDIR", "/dev/shm")
	}
	rounds := killsOf(t, len(victims()))
	made := filepath.Join(t.TempDir(), "myapi")
	forgeExits(t, t.TempDir(), 0, "new", "example.com/myapi", "--auth=basic", "--yes", "--quiet", "--dir", made)
	pending := 0
	for _, v := range victims() {
		t.Run(v.name, func(t *testing.T) {
			original := copyOf(t, made)
			if v.prepare != nil {
				v.prepare(t, original)
			}
			if !v.hasGit {
				gitIn(t, original, "init", "--quiet", "--template=")
				gitIn(t, original, "add", "--all")
				gitIn(t, original, "commit", "--quiet", "--message", "All")
			}
			gitIn(t, original, "repack", "-a", "-d", "--quiet") // Copies of few files are cheap.
			changed := copyOf(t, original)
			k := killing{victim: v, original: original, before: contentsBelow(t, copyOf(t, original))}
			k.within = timeOf(func() { forgeExits(t, changed, v.exit, v.args...) })
			k.after = contentsBelow(t, changed)
			for range rounds {
				k.once(t)
			}
			t.Logf("of %d kills %d left work to recover, and git put files back after %d; %d times the old project, %d times the new one",
				rounds, k.pending, k.putBack, k.old, k.complete)
			pending += k.pending
		})
	}
	if pending == 0 {
		t.Error("no kill hit the time of writing")
	}
}

// killing is what came of the kills of one command.
type killing struct {
	victim
	original      string
	before, after map[string]string
	within        time.Duration

	pending, putBack, old, complete int
}

func (k *killing) once(t *testing.T) {
	t.Helper()
	dir := copyOf(t, k.original)
	killIn(t, dir, k.within, k.args...)
	unfinished := txn.IsUnfinished(dir)
	_, err := os.Stat(filepath.Join(dir, ".forge", "pending"))
	hasPending := err == nil
	if hasPending {
		k.pending++
	}
	if !k.hasGit && rand.N(3) == 0 { // In a merge, git puts nothing back but all.
		k.putBack++
		putBack(t, dir, hasPending)
	}
	was := contentsBelow(t, dir)
	if unfinished {
		reading := [][]string{{"diff", "--check", "--quiet"}, {"upgrade", "--dry-run", "--quiet"}, {"undo", "--dry-run", "--quiet"}, {"doctor", "--quiet"}}
		args := reading[rand.N(len(reading))]
		code := exitRefused
		if args[0] == "doctor" {
			code = exitFailed
		}
		forgeExits(t, dir, code, args...)
		if !maps.Equal(was, contentsBelow(t, dir)) {
			t.Fatal("what only reads changed something")
		}
	}
	killIn(t, dir, k.within/2, "upgrade", "--continue", "--quiet")
	run := exec.Command("forge", "upgrade", "--continue", "--quiet")
	run.Dir = dir
	_ = run.Run() // Conflicts may wait.
	switch found := contentsBelow(t, dir); {
	case maps.Equal(found, k.before):
		k.old++
	case maps.Equal(found, k.after):
		k.complete++
	default:
		t.Fatalf("neither the old project nor the new one:\n%s", differences(found, k.before, k.after))
	}
	if k.again {
		forgeExits(t, dir, 0, k.args...)
		if found := contentsBelow(t, dir); !maps.Equal(found, k.after) {
			t.Fatalf("the command again does not make the new project:\n%s", differences(found, k.before, k.after))
		}
	}
}

// putBack lets git bring back what it has. After a run that has ended, new files
// go too: forge knows of nothing to take back then.
func putBack(t *testing.T, dir string, pending bool) {
	t.Helper()
	ways := [][]string{{"restore", "."}, {"clean", "-fdq"}, {"stash", "--quiet"}}
	way := ways[rand.N(len(ways))]
	if !pending {
		gitIn(t, dir, "restore", ".")
		gitIn(t, dir, "clean", "-fdq")
		return
	}
	if way[0] == "stash" && gitIn(t, dir, "status", "--porcelain", "--untracked-files=no") == "" {
		return // Git has nothing to put away.
	}
	gitIn(t, dir, way...)
	if rand.N(2) == 0 {
		gitIn(t, dir, "clean", "-fdq")
	}
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "core.fsmonitor=false", "-c", "gc.auto=0"}, args...)...)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, output)
	}
	return string(output)
}

// forgeExits runs forge in a folder, which must end with an exit code.
func forgeExits(t *testing.T, dir string, code int, args ...string) {
	t.Helper()
	cmd := exec.Command("forge", args...)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("forge %v: %v, want exit code %d\n%s", args, err, code, output)
	}
}

// killIn starts forge in a folder and kills it: at any moment, or soon after it
// began to stage, or to change files.
func killIn(t *testing.T, dir string, within time.Duration, args ...string) {
	t.Helper()
	cmd := exec.Command("forge", args...)
	cmd.Dir = dir
	must(t, cmd.Start())
	sign := []string{"", ".forge/pending", ".forge/pending/journal.json"}[rand.N(3)]
	for end := time.Now().Add(2 * within); sign != "" && time.Now().Before(end); {
		if _, err := os.Lstat(filepath.Join(dir, sign)); err == nil {
			within = 2 * time.Millisecond
			break
		}
		time.Sleep(50 * time.Microsecond)
	}
	time.Sleep(rand.N(within))
	_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended
	_ = cmd.Wait()
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "myapi")
	must(t, os.CopyFS(target, os.DirFS(dir)))
	return target
}

// contentsBelow returns the mode and the hash of each file, without git's own and
// what is kept for forge undo.
//
// Migrations are numbered by the second in which they are planned, which is
// another one in each run: the numbers are not compared.
func contentsBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, ".forge/undo/") || strings.HasPrefix(path, ".forge/redo/") || strings.HasPrefix(path, ".git/") {
			return err
		}
		info, err := entry.Info()
		must(t, err)
		content, err := os.ReadFile(filepath.Join(dir, path))
		must(t, err)
		if path == project.BasePath {
			base, err := project.DecodeBase(content)
			must(t, err)
			content = nil
			for _, name := range slices.Sorted(maps.Keys(base)) {
				content = append(content, name+"\n"+string(base[name])...)
			}
		}
		sum := sha256.Sum256(timeOfMigration.ReplaceAll(content, []byte("TIME_")))
		found[timeOfMigration.ReplaceAllString(path, "TIME_")] = info.Mode().String() + string(sum[:])
		return nil
	}))
	return found
}

var timeOfMigration = regexp.MustCompile(`20[0-9]{12}_`)

// differences tells how a project differs from two others.
func differences(found, before, after map[string]string) string {
	var out strings.Builder
	for path, content := range found {
		if content != before[path] && content != after[path] {
			out.WriteString(path + " is in neither\n")
		}
	}
	for name, want := range map[string]map[string]string{"old": before, "new": after} {
		for path, content := range want {
			if found[path] != content {
				out.WriteString(path + " is not as in the " + name + " one\n")
			}
		}
	}
	return out.String()
}

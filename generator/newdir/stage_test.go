package newdir

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// abandon leaves a staging folder as a killed process does, with a free lock.
func abandon(t *testing.T, parent string) *stage {
	t.Helper()
	s, err := newStage(parent, "other")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.lock.Close(); err != nil {
		t.Fatal(err)
	}
	touch(t, filepath.Join(s.tree(), "half"))
	return s
}

func TestTheNextRunRemovesWhatAKilledOneStaged(t *testing.T) {
	folder := t.TempDir()
	abandon(t, folder)
	mkdir(t, folder, ".other.forge-1") // killed before it made its lock
	if err := Write(t.Context(), someFiles(), filepath.Join(folder, "myapi"), knownWriting()); err != nil {
		t.Fatal(err)
	}
	checkNothingStaged(t, folder)
}

// In the working folder, which can't be replaced, staging is in the target.
func TestTheNextRunRemovesWhatAKilledOneStagedInsideItsTarget(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	abandon(t, folder)
	mkdir(t, folder, ".other.forge-1") // killed before it made its lock
	if err := Check("."); err != nil {
		t.Error(err)
	}
	if err := Write(t.Context(), someFiles(), ".", knownWriting()); err != nil {
		t.Fatal(err)
	}
	checkNothingStaged(t, folder)
}

func TestTheNextRunLeavesTheStagingOfALivingOne(t *testing.T) {
	folder := t.TempDir()
	living, err := newStage(folder, "other")
	if err != nil {
		t.Fatal(err)
	}
	touch(t, filepath.Join(living.tree(), "file"))
	if err := Write(t.Context(), someFiles(), filepath.Join(folder, "myapi"), knownWriting()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(living.tree(), "file")); err != nil {
		t.Error(err)
	}
	if err := living.remove(); err != nil {
		t.Error(err)
	}
}

func TestTheNextRunLeavesFoldersThatOnlyLookStaged(t *testing.T) {
	folder := t.TempDir()
	touch(t, filepath.Join(mkdir(t, folder, ".mine.forge-1"), "precious"))
	touch(t, filepath.Join(folder, ".file.forge-2"))
	symlink(t, folder, filepath.Join(folder, ".link.forge-3"))
	before := listing(t, folder)
	if err := sweep(folder); err != nil {
		t.Fatal(err)
	}
	if after := listing(t, folder); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
}

func TestAMoveThatWasKilledIsFinishedByTheNextRun(t *testing.T) {
	files := someFiles()
	for moved := 0; ; moved++ {
		folder := t.TempDir()
		s, err := newStage(folder, "myapi")
		if err != nil {
			t.Fatal(err)
		}
		if err := writeFiles(t.Context(), files, s.tree(), knownRandom{}); err != nil {
			t.Fatal(err)
		}
		touch(t, filepath.Join(s.dir, movingName))
		entries, err := os.ReadDir(s.tree())
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries[:moved] {
			if err := moveEntry(s.tree(), folder, entry.Name()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.lock.Close(); err != nil {
			t.Fatal(err)
		}
		if err := Check(folder); err != nil {
			t.Errorf("%d moved: the check keeps Write from finishing: %v", moved, err)
		}
		err = Write(t.Context(), files, folder, knownWriting())
		if err == nil || !strings.Contains(err.Error(), "is not empty") {
			t.Errorf("%d moved: got %v", moved, err)
		}
		checkWhole(t, files, folder)
		if moved == len(entries) {
			break
		}
	}
}

func TestAMoveNeverOverwrites(t *testing.T) {
	files := someFiles()
	folder := t.TempDir()
	s, err := newStage(folder, "myapi")
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFiles(t.Context(), files, s.tree(), knownRandom{}); err != nil {
		t.Fatal(err)
	}
	touch(t, filepath.Join(folder, "go.mod"))
	if err := s.moveInto(folder); err == nil {
		t.Error("the move went over a file")
	}
	if err := s.remove(); err != nil {
		t.Fatal(err)
	}
	if left := listing(t, folder); !slices.Equal(left, []string{"go.mod"}) {
		t.Errorf("left %q", left)
	}
}

// Runs at the same time, in one folder: each project whole, one winner for
// each name, no staging removed under a living run.
func TestRunsAtTheSameTime(t *testing.T) {
	folder := t.TempDir()
	files := someFiles()
	const names, runs = 4, 12
	name := func(i int) string { return filepath.Join(folder, "new", "parent", fmt.Sprintf("api%d", i%names)) }
	var group sync.WaitGroup
	results := make([]error, names*runs)
	for i := range results {
		group.Go(func() {
			results[i] = Write(t.Context(), files, name(i), knownWriting())
		})
	}
	group.Wait()
	won := make(map[int]int)
	for i, err := range results {
		switch {
		case err == nil:
			won[i%names]++
		case !strings.Contains(err.Error(), "is not empty"):
			t.Error(err)
		}
	}
	for i := range names {
		if won[i] != 1 {
			t.Errorf("api%d was written by %d runs", i, won[i])
		}
		checkWhole(t, files, name(i))
	}
	checkNothingStaged(t, folder)
}

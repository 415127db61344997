package txn

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// back makes the step that undo finds.
func back(t *testing.T, dir string, undo func(string, func(string) bool) (Step, error)) Step {
	t.Helper()
	step, err := undo(dir, nil)
	must(t, err)
	if len(step.Changes) == 0 {
		t.Fatal("there is no step")
	}
	must(t, step.Apply(t.Context(), dir))
	return step
}

func redo(dir string, _ func(string) bool) (Step, error) { return Redo(dir) }

// count makes changes of a file that counts them: from "" (no file) to "n".
func count(t *testing.T, dir string, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		must(t, Apply(t.Context(), dir, []Change{{Path: "count", Old: number(n), New: number(n + 1)}}))
	}
}

func number(n int) []byte {
	if n == 0 {
		return nil
	}
	return fmt.Appendf(nil, "%d", n)
}

func at(t *testing.T, dir string, want int) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "count"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if string(content) != string(number(want)) {
		t.Fatalf("after %q changes, want %d", content, want)
	}
}

func TestUndoIsAStack(t *testing.T) {
	dir := t.TempDir()
	count(t, dir, 0, 3)
	for n := 2; n >= 0; n-- {
		if step := back(t, dir, Undo); step.Left != n {
			t.Errorf("%d can still be undone, want %d", step.Left, n)
		}
		at(t, dir, n)
	}
	if step, err := Undo(dir, nil); step.Changes != nil || err != nil {
		t.Errorf("Undo = %v, %v", step, err)
	}
	for n := 1; n <= 2; n++ {
		if step := back(t, dir, redo); step.Left != 3-n {
			t.Errorf("%d can still be made again, want %d", step.Left, 3-n)
		}
		at(t, dir, n)
	}
	count(t, dir, 2, 3) // A new change ends what was undone.
	if step, err := Redo(dir); step.Changes != nil || err != nil {
		t.Errorf("Redo = %v, %v", step, err)
	}
	for n := 2; n >= 0; n-- {
		back(t, dir, Undo)
		at(t, dir, n)
	}
}

func TestUndoIsBounded(t *testing.T) {
	dir := t.TempDir()
	count(t, dir, 0, mostKept+5)
	for range mostKept {
		back(t, dir, Undo)
	}
	at(t, dir, 5)
	if step, err := Undo(dir, nil); step.Changes != nil || err != nil {
		t.Errorf("Undo = %v, %v", step, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, forgeDir))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("%v is left, want redo alone", entries)
	}
}

func TestEditedIsNotMadeAgain(t *testing.T) {
	dir := t.TempDir()
	count(t, dir, 0, 2)
	back(t, dir, Undo)
	must(t, os.WriteFile(filepath.Join(dir, "count"), []byte("mine"), 0o600))
	for name, step := range map[string]func() (Step, error){
		"undo": func() (Step, error) { return Undo(dir, nil) },
		"redo": func() (Step, error) { return Redo(dir) },
	} {
		var refused *RefusedError
		if _, err := step(); !errors.As(err, &refused) || refused.Path != "count" {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
}

// TestStackOfAnEarlierForge has an undo as forge kept it when there was one alone.
func TestStackOfAnEarlierForge(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, undoDir), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, undoDir, journalName), []byte("{}"), 0o600))
	if step, err := Undo(dir, nil); step.Changes != nil || err != nil {
		t.Errorf("Undo = %v, %v", step, err)
	}
	count(t, dir, 0, 1)
	back(t, dir, Undo)
	at(t, dir, 0)
}

// TestTurnKilledAtEveryStep stops an undo and a redo in the middle of a stack at
// each step, recovers, and walks the whole stack: each change is in it once.
func TestTurnKilledAtEveryStep(t *testing.T) {
	for name, turnOf := range map[string]func(string, func(string) bool) (Step, error){"undo": Undo, "redo": redo} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // It waits for the disk.
			for n := 1; ; n++ {
				dir := t.TempDir()
				count(t, dir, 0, 4)
				back(t, dir, Undo)
				back(t, dir, Undo)
				step, err := turnOf(dir, nil)
				must(t, err)
				_, err = run(t, dir, n, renames, func(w *work) error { return w.apply(context.Background(), step.turn, step.Changes) })
				must(t, ignoreKill(err))
				_, again := run(t, dir, 0, renames, func(w *work) error { _, err := w.recover(); return err })
				must(t, again)
				walkStack(t, dir, fmt.Sprintf("killed at step %d", n))
				if err == nil {
					return
				}
			}
		})
	}
}

// walkStack goes back to the first of four changes, then forward to the last.
func walkStack(t *testing.T, dir, when string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "count"))
	must(t, err)
	at := int(content[0] - '0')
	for range at {
		back(t, dir, Undo)
	}
	for range 4 {
		back(t, dir, redo)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "count")); err != nil || string(content) != "4" {
		t.Fatalf("%s at %d: the stack leads to %q, %v", when, at, content, err)
	}
	if step, err := Redo(dir); err != nil || step.Changes != nil {
		t.Fatalf("%s at %d: there is more than was done: %v, %v", when, at, step, err)
	}
}

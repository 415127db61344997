package txn

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// mostKept is how many changes can be undone, one after another.
const mostKept = 20

// Step is a change that was undone or can be: the files of which it was made, as
// they become again.
type Step struct {
	Changes []Change // none if there is no such step
	Left    int      // how many can follow it in the same direction
	turn    turn
}

// turn is what a run does with a change that is kept: undo it, or make it again. It
// is the zero turn for a new one.
type turn struct {
	Turn   string `json:"turn,omitempty"`   // "undo" or "redo"
	Number int    `json:"number,omitempty"` // of the change
}

// finished is what Recover reports of a run that it completed.
func (t turn) finished() Recovery {
	switch t.Turn {
	case "undo":
		return FinishedUndo
	case "redo":
		return FinishedRedo
	}
	return Finished
}

// Undo returns the step that undoes the last change of dir which is not undone
// yet. The error is a *RefusedError when one of the files was edited since, unless
// discard, which may be nil, reports that the edits of this file are to be lost.
func Undo(dir string, discard func(path string) bool) (Step, error) {
	return lastOf(dir, undoDir, "undo", discard)
}

// Redo returns the step that makes the change again which was undone last. There is
// none once a new change was made.
func Redo(dir string) (Step, error) { return lastOf(dir, redoDir, "redo", nil) }

// Apply makes the step in dir, as Apply makes changes.
func (s Step) Apply(ctx context.Context, dir string) error {
	return within(dir, func(w *work) error { return w.apply(ctx, s.turn, s.Changes) })
}

func lastOf(dir, kept, name string, discard func(path string) bool) (step Step, err error) {
	if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(kept))); errors.Is(err, fs.ErrNotExist) {
		return Step{}, nil
	}
	err = within(dir, func(w *work) error {
		numbers, err := w.numbers(kept)
		if err != nil || len(numbers) == 0 {
			return err
		}
		// What was undone last has the lowest number.
		number := numbers[0]
		if kept == undoDir {
			number = numbers[len(numbers)-1]
		}
		step.Left, step.turn = len(numbers)-1, turn{Turn: name, Number: number}
		step.Changes, err = w.reverse(folderOf(kept, number), discard)
		return err
	})
	return step, err
}

func folderOf(kept string, number int) string { return path.Join(kept, strconv.Itoa(number)) }

// numbers lists the changes that undoDir or redoDir has, in order.
func (w *work) numbers(kept string) ([]int, error) {
	if err := w.checkFolder(kept); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(w.root.FS(), kept)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, entry := range entries {
		number, err := strconv.Atoi(entry.Name())
		if err != nil || !entry.IsDir() {
			continue
		}
		if w.checkFile(path.Join(folderOf(kept, number), journalName)) == nil {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// finish keeps the old content for Undo, or for Redo after an undo. It can be
// repeated after a kill.
func (w *work) finish(j journal) (err error) {
	kept, number := undoDir, j.Number
	switch j.Turn {
	case "undo":
		kept, err = redoDir, w.drop(undoDir, number)
	case "redo":
		err = w.drop(redoDir, number)
	default:
		number, err = w.makeRoom()
	}
	if err != nil {
		return err
	}
	place := folderOf(kept, number)
	if err := w.drop(kept, number); err != nil { // the rest of one that a kill left
		return err
	}
	if err := w.root.Mkdir(kept, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	w.step("keep " + place)
	if err := w.root.Rename(pendingDir, place); err != nil {
		return err
	}
	w.step("tidy " + place)
	for i := range j.Changes { // The way back needs the old content alone.
		if err := w.root.Remove(path.Join(place, newName(i))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// makeRoom drops what a new change ends: those that were undone, and the oldest
// ones. It returns the number of the new one.
func (w *work) makeRoom() (int, error) {
	w.step("remove " + redoDir)
	if err := w.root.RemoveAll(redoDir); err != nil {
		return 0, err
	}
	numbers, err := w.numbers(undoDir)
	if err != nil || len(numbers) == 0 {
		return 1, errors.Join(err, w.root.RemoveAll(undoDir))
	}
	for ; len(numbers) >= mostKept; numbers = numbers[1:] {
		if err := w.drop(undoDir, numbers[0]); err != nil {
			return 0, err
		}
	}
	return numbers[len(numbers)-1] + 1, nil
}

// drop removes a change that is kept, and the folder that this empties. Without
// its journal, what a kill leaves of it counts for nothing.
func (w *work) drop(kept string, number int) error {
	place := folderOf(kept, number)
	w.step("drop " + place)
	if err := w.root.Remove(path.Join(place, journalName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	w.step("remove " + place)
	if err := w.root.RemoveAll(place); err != nil {
		return err
	}
	_ = w.root.Remove(kept) // succeeds only if it is empty
	return nil
}

// reverse returns the changes that restore what is kept in a folder.
func (w *work) reverse(kept string, discard func(path string) bool) ([]Change, error) {
	j, err := w.readJournal(path.Join(kept, journalName))
	if err != nil {
		return nil, err
	}
	var changes []Change
	for i, e := range j.Changes {
		current, err := w.read(e.Path)
		if err != nil {
			return nil, err
		}
		if hash(current) != e.NewSHA256 && (discard == nil || !discard(e.Path)) {
			if current == nil {
				return nil, &RefusedError{e.Path, "was removed since forge changed it"}
			}
			return nil, &RefusedError{e.Path, "was edited since forge changed it"}
		}
		c := Change{Path: e.Path, Old: current, Perm: e.OldPerm.Perm()}
		if e.OldSHA256 != "" {
			if c.New, err = w.read(path.Join(kept, oldName(i))); err != nil {
				return nil, err
			}
			if hash(c.New) != e.OldSHA256 {
				return nil, &RefusedError{path.Join(kept, oldName(i)), "is not what forge kept"}
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

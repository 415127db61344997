package txn

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Recovery is what Recover did.
type Recovery int

// The results of Recover.
const (
	NothingToDo  Recovery = iota
	Finished              // the changes of a run that was killed are complete now
	FinishedUndo          // they are, and undo the change before
	FinishedRedo          // they are, and make a change again that was undone
	TakenBack             // some were made, and are undone
	Discarded             // none was made, or none was left; what was staged is gone
)

// Recover ends what a killed Apply began in dir: all of its changes are made
// then, or none. None are made if files have been put back since, as git restore
// does. It returns a *RefusedError when a file has neither its old content nor
// its new one.
func Recover(dir string) (Recovery, error) {
	if isClean(dir) {
		return NothingToDo, nil
	}
	done := NothingToDo
	err := within(dir, func(w *work) (err error) {
		done, err = w.recover()
		return err
	})
	return done, err
}

// IsUnfinished reports, without changing anything, whether a run in dir has
// started to change files and has not finished: it was killed, or is still
// running.
func IsUnfinished(dir string) bool {
	return slices.ContainsFunc([]string{journalPath, backPath}, func(name string) bool {
		_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		return err == nil
	})
}

func (w *work) recover() (Recovery, error) {
	if _, err := w.root.Lstat(pendingDir); errors.Is(err, fs.ErrNotExist) {
		return NothingToDo, nil
	}
	if err := w.checkFolder(pendingDir); err != nil {
		return NothingToDo, err
	}
	j, err := w.readJournal(backPath)
	turned := err == nil
	if errors.Is(err, fs.ErrNotExist) {
		j, err = w.readJournal(journalPath)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Discarded, w.discard()
	}
	if err != nil {
		return NothingToDo, err
	}
	states, err := w.states(j)
	if err != nil {
		return NothingToDo, err
	}
	untouched := !slices.ContainsFunc(states, func(s state) bool { return s != isOld })
	switch {
	case turned:
		return TakenBack, w.back(j)
	case !untouched && !isPutBack(j, states) && w.hasStaged(j, states):
		if err := w.forward(j); err != nil {
			return NothingToDo, err
		}
		return j.finished(), w.finish(j)
	}
	if err := errors.Join(w.turnAround(), w.back(j)); err != nil || !untouched {
		return TakenBack, err
	}
	return Discarded, nil
}

// state is which of the contents of a change a file has.
type state int

const (
	isOld  state = iota
	isNew        // the change is made
	isLost       // there is no file, and both contents are kept
)

// states returns the state of each file of the journal, and refuses those that
// have a content of their own.
func (w *work) states(j journal) ([]state, error) {
	states := make([]state, len(j.Changes))
	for i, e := range j.Changes {
		current, err := w.read(e.Path)
		if err != nil {
			return nil, err
		}
		switch hash(current) {
		case e.OldSHA256:
			states[i] = isOld
		case e.NewSHA256:
			states[i] = isNew
		case "":
			states[i] = isLost
		default:
			return nil, &RefusedError{e.Path, "was edited after a run of forge was killed that had begun to change it; " +
				"move it aside, run the same command again, and compare (or, to keep all files as they are: rm -r " + pendingDir + ")"}
		}
	}
	return states, nil
}

// isPutBack reports whether a file has its old content although one that is
// changed after it has its new one: then somebody has put it back.
func isPutBack(j journal, states []state) bool {
	old := false
	for _, i := range j.order() {
		if e := j.Changes[i]; e.OldSHA256 == e.NewSHA256 {
			continue
		}
		if old && states[i] == isNew {
			return true
		}
		old = old || states[i] == isOld
	}
	return false
}

// hasStaged reports whether everything exists that is needed to continue.
func (w *work) hasStaged(j journal, states []state) bool {
	for i, e := range j.Changes {
		if states[i] == isNew || e.NewSHA256 == "" {
			continue
		}
		content, err := w.read(path.Join(pendingDir, newName(i)))
		if err != nil || hash(content) != e.NewSHA256 {
			return false
		}
	}
	return true
}

package evolve

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/evolve/moves"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
)

// Action is what an update does with a file.
type Action string

// The actions. Files of which nothing is to be said have none.
const (
	Added       Action = "add"
	Updated     Action = "update"   // the user has not changed it
	Merged      Action = "merge"    // both changed it, without a conflict
	Removed     Action = "remove"   // forge has it no more, and the user has not changed it
	Conflicting Action = "conflict" // both changed it, in the same place
	LeftOut     Action = "left out" // the user removed it, so forge's change has no place
	Skipped     Action = "skip"     // the user wants no changes of it
	Folded      Action = "fold"     // its content is in other files now
	Kept        Action = "keep"     // the user has merged two branches of it
)

// Outcome is what an update does with one file, and why.
type Outcome struct {
	Path   string // where it is in the project
	From   string // where forge wrote it, if the user moved it
	Action Action
	Old    []byte // what is there now; nil if nothing is
	New    []byte // what shall be there, for a conflict with markers; nil: nothing
	Next   []byte // what forge would write today; nil: nothing
	Class  project.Class
	Perm   fs.FileMode // of a file that is made
	Lines  []int       // of a conflict, in Old
	Reason string      // of a conflict, of what is left out or carried along
	// Places are those of a conflict instead of Lines, where the user's text is
	// in other files, which are parts of this one now.
	Places []merge.Place
}

// IsChange reports whether the file changes, or has to be merged by the user.
func (o Outcome) IsChange() bool {
	return o.Action != LeftOut && o.Action != Skipped && o.Action != Kept
}

// Where lists the places of a conflict, in the user's files as they are.
func (o Outcome) Where() []merge.Place {
	places := slices.Clone(o.Places)
	for _, line := range o.Lines {
		places = append(places, merge.Place{Path: o.Path, Line: line})
	}
	return places
}

// Marked lists the places of a conflict once New is written: where its markers
// are.
func (o Outcome) Marked() []merge.Place {
	var places []merge.Place
	for _, line := range merge.Markers(o.New) {
		places = append(places, merge.Place{Path: o.Path, Line: line})
	}
	if len(places) == 0 { // it is about the whole file
		return o.Where()
	}
	return places
}

// compare decides, for each file, what becomes of it: base is what forge wrote,
// current what is there now, next what forge would write today. It changes
// nothing. Files of class Once are added if forge never wrote them, and else
// left alone; secret ones are not its business.
func compare(base map[string][]byte, current fs.FS, next []generator.File, m moves.Table, at moves.Whereabouts) ([]Outcome, error) {
	c := comparison{base: base, current: current, next: make(map[string]generator.File), known: make(map[string]bool), moves: m, at: at}
	for _, f := range next {
		c.next[f.Path] = f
		c.known[f.Path] = true
	}
	for name := range base {
		c.known[name] = true
	}
	folded := c.folded()
	var outcomes []Outcome
	for _, name := range slices.Sorted(maps.Keys(c.known)) {
		o, err := c.outcome(name, folded[name])
		if err != nil {
			return nil, fmt.Errorf("comparing %s: %w", name, err)
		}
		if o.Action != "" {
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}

type comparison struct {
	base    map[string][]byte
	current fs.FS
	next    map[string]generator.File
	known   map[string]bool // paths of base and next
	moves   moves.Table
	at      moves.Whereabouts
}

// outcome decides about a file of base or next, which may have parts from
// others of the base.
func (c comparison) outcome(name string, from []string) (Outcome, error) {
	f, wanted := c.next[name]
	switch {
	case len(from) > 0:
		return c.decideFolded(f, from)
	case wanted && path.Ext(name) == ".go" && c.base[name] != nil && len(c.base[name]) == 0: // unknown, see adopt.TakeOver
		return c.decideFolded(f, []string{name})
	case !wanted && len(c.homes(name)) > 0:
		return c.decideLeft(name)
	case !wanted:
		f = generator.File{Path: name, Class: project.ClassOf(name)}
	}
	return c.decide(f)
}

func (c comparison) decide(f generator.File) (Outcome, error) {
	base, written := c.base[f.Path]
	o := Outcome{Path: f.Path, Class: f.Class, Perm: f.Perm, Next: f.Content}
	if f.Class == project.Secret || written && (f.Class == project.Once || bytes.Equal(base, f.Content) && f.Content != nil) {
		return o, nil
	}
	at := c.at.Of(f.Path)
	var err error
	if o.Old, err = project.ReadFile(c.current, at); err != nil {
		return o, err
	}
	if at != f.Path {
		o.Path, o.From = at, f.Path
	}
	switch {
	case o.Old == nil && f.Content == nil:
		return o, nil // both removed it
	case o.Old == nil && !written:
		o.Action, o.New = Added, f.Content
		if subject, gone := c.testsWhatIsGone(f.Path); gone {
			o.Action, o.New, o.Reason = LeftOut, nil, "you removed "+subject+", which it tests"
		}
		return o, nil
	case o.Old == nil:
		o.Path, o.From = f.Path, ""
		o.Action, o.Reason = LeftOut, "you removed it; what forge changed in it has no place"
		return o, nil
	case f.Content == nil && at != f.Path && path.Dir(at) != c.at.Folder(path.Dir(f.Path)):
		return o, nil // the user has moved it alone, so it is theirs now
	}
	return decideChanged(o, base, written), nil
}

// testsWhatIsGone reports whether a file tests another that the user has removed.
func (c comparison) testsWhatIsGone(name string) (subject string, gone bool) {
	title, isTest := strings.CutSuffix(name, "_test.go")
	subject = title + ".go"
	if _, written := c.base[subject]; !isTest || !written {
		return "", false
	}
	_, err := fs.Stat(c.current, c.at.Of(subject))
	return subject, errors.Is(err, fs.ErrNotExist)
}

// decideChanged decides about a file that is there and that forge would write
// otherwise, or not at all.
func decideChanged(o Outcome, base []byte, written bool) Outcome {
	result := merge.File(o.Path, base, o.Old, o.Next)
	switch {
	case o.Next == nil && len(result.Content) == 0 && len(result.Conflicts) == 0:
		o.Action = Removed
	case len(result.Conflicts) > 0:
		o.Action, o.New, o.Lines = Conflicting, result.Content, result.Conflicts
		o.Reason = "you and forge both changed it"
		if o.Next == nil {
			o.Reason = "you changed it, and forge has it no more"
		} else if !written {
			o.Reason = "you have a file where forge adds one"
		}
	case bytes.Equal(result.Content, o.Old):
		// the same change on both sides
	default:
		o.Action, o.New = Merged, result.Content
		if gotext.SameLines(o.Old, base) {
			o.Action = Updated
		}
	}
	return checkGo(o)
}

// checkGo makes a conflict of a merge that is no Go any more, though there was
// no conflict between lines.
func checkGo(o Outcome) Outcome {
	if o.Action != Merged || path.Ext(o.Path) != ".go" || merge.IsGo(o.New) || !merge.IsGo(o.Old) {
		return o
	}
	whole := merge.Whole(o.Old, o.Next)
	o.Action, o.New, o.Lines, o.Reason = Conflicting, whole.Content, whole.Conflicts, "your change and forge's make no Go together"
	return o
}

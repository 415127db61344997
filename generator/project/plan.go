package project

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/gomod"
	"github.com/forge-go/forge/generator/merge3"
)

// Action is what becomes of a file.
type Action string

// The actions. Files of which nothing is to be said have none.
const (
	Add       Action = "add"
	Change    Action = "update"   // the user has not changed it
	Merge     Action = "merge"    // both changed it, without a conflict
	Remove    Action = "remove"   // forge has it no more, and the user has not changed it
	Collision Action = "conflict" // both changed it, in the same place
	LeftOut   Action = "left out" // the user removed it, so forge's change has no place
)

// Decision is what becomes of one file.
type Decision struct {
	Path   string // where it is in the project
	From   string // where forge wrote it, if the user moved it
	Action Action
	Old    []byte // what is there now; nil if nothing is
	New    []byte // what shall be there, for a conflict with markers; nil: nothing
	Next   []byte // what forge would write today; nil: nothing
	Class  Class
	Lines  []int  // of a conflict, in Old
	Reason string // of a conflict or of what is left out
}

// Plan decides, for each file, what becomes of it: base is what forge wrote,
// current what is there now, next what forge would write today. It changes
// nothing. Files of class Once are added if forge never wrote them, and else
// left alone; secret ones are not its business.
func Plan(base map[string][]byte, current fs.FS, next []File) ([]Decision, error) {
	p := planner{base: base, current: current, known: make(map[string]bool)}
	wanted := make(map[string]File)
	for _, f := range next {
		wanted[f.Path] = f
		p.known[f.Path] = true
	}
	for name := range base {
		p.known[name] = true
		if _, ok := wanted[name]; !ok {
			wanted[name] = File{Path: name, Class: ClassOf(name)}
		}
	}
	var decisions []Decision
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		d, err := p.decide(wanted[name])
		if err != nil {
			return nil, fmt.Errorf("comparing %s: %w", name, err)
		}
		if d.Action != "" {
			decisions = append(decisions, d)
		}
	}
	return decisions, nil
}

type planner struct {
	base    map[string][]byte
	current fs.FS
	known   map[string]bool // paths of base and next
}

func (p planner) decide(f File) (Decision, error) {
	base, written := p.base[f.Path]
	d := Decision{Path: f.Path, Class: f.Class, Next: f.Content}
	if f.Class == Secret || written && (f.Class == Once || bytes.Equal(base, f.Content) && f.Content != nil) {
		return d, nil
	}
	var err error
	if d.Old, err = ReadFile(p.current, f.Path); err != nil {
		return d, err
	}
	switch {
	case d.Old == nil && f.Content == nil:
		return d, nil // both removed it
	case d.Old == nil && !written:
		d.Action, d.New = Add, f.Content
		return d, nil
	case d.Old == nil:
		return p.decideMoved(d, base)
	}
	return decideChanged(d, base, written), nil
}

// decideMoved looks where a file went that is not where forge wrote it.
func (p planner) decideMoved(d Decision, base []byte) (Decision, error) {
	moved, content, err := p.findMoved(d.Path, base)
	if err != nil {
		return d, err
	}
	if moved == "" {
		d.Action, d.Reason = LeftOut, "you removed it; what forge changed in it has no place"
		return d, nil
	}
	if d.Next == nil {
		return d, nil // the user's now
	}
	d.From, d.Path, d.Old = d.Path, moved, content
	return decideChanged(d, base, true), nil
}

// decideChanged decides about a file that is there and that forge would write
// otherwise, or not at all.
func decideChanged(d Decision, base []byte, written bool) Decision {
	result := mergeFile(d.Path, base, d.Old, d.Next)
	switch {
	case d.Next == nil && len(result.Content) == 0 && len(result.Conflicts) == 0:
		d.Action = Remove
	case len(result.Conflicts) > 0:
		d.Action, d.New, d.Lines = Collision, result.Content, result.Conflicts
		d.Reason = "you and forge both changed it"
		if d.Next == nil {
			d.Reason = "you changed it, and forge has it no more"
		} else if !written {
			d.Reason = "you have a file where forge adds one"
		}
	case bytes.Equal(result.Content, d.Old):
		// the same change on both sides
	default:
		d.Action, d.New = Merge, result.Content
		if sameText(d.Old, base) {
			d.Action = Change
		}
	}
	return checkGo(d)
}

// checkGo makes a conflict of a merge that is no Go any more, though there was
// no conflict between lines.
func checkGo(d Decision) Decision {
	if d.Action != Merge || path.Ext(d.Path) != ".go" || parses(d.New) || !parses(d.Old) {
		return d
	}
	whole := merge3.Merge(nil, d.Old, d.Next, sides())
	d.Action, d.New, d.Lines, d.Reason = Collision, whole.Content, whole.Conflicts, "your change and forge's make no Go together"
	return d
}

func parses(source []byte) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	return err == nil
}

// mergeFile merges a file, by its meaning where that is known.
func mergeFile(name string, base, ours, theirs []byte) merge3.Result {
	if theirs != nil && !sameText(base, ours) {
		switch path.Base(name) {
		case "go.mod":
			if merged, err := gomod.Merge(base, ours, theirs); err == nil {
				return merge3.Result{Content: merged}
			}
		case "go.sum":
			return merge3.Result{Content: gomod.AddSums(ours, theirs)}
		}
		if path.Ext(name) == ".go" {
			if result, ok := mergeGo(base, ours, theirs); ok {
				return result
			}
		}
	}
	return merge3.Merge(base, ours, theirs, sides())
}

func sides() merge3.Options {
	return merge3.Options{Ours: "yours", Base: "what forge wrote before", Theirs: "forge"}
}

// HasMarkers says that a text has a conflict in it.
func HasMarkers(text []byte) bool {
	for line := range bytes.Lines(text) {
		for _, marker := range []string{"<<<<<<< " + sides().Ours, "||||||| " + sides().Base, ">>>>>>> " + sides().Theirs} {
			if strings.TrimRight(string(line), "\r\n") == marker {
				return true
			}
		}
	}
	return false
}

// sameText compares texts without regard to their line ends.
func sameText(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(bytes.ReplaceAll(a, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
}

// inTheWay is the next step when a file can't be read as one.
const inTheWay = "move what is there out of the way, and run this again"

// ReadFile gives nil for a file that is not there. It opens nothing that
// would keep it waiting, as a named pipe does.
func ReadFile(current fs.FS, name string) ([]byte, error) {
	info, err := fs.Lstat(current, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Mode().Type() == fs.ModeSymlink {
		info, err = fs.Stat(current, name)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %s", err, inTheWay)
	case info.IsDir():
		return nil, errors.New("there is a folder where forge has a file: " + inTheWay)
	case !info.Mode().IsRegular():
		return nil, errors.New("there is no plain file where forge has one: " + inTheWay)
	}
	content, err := fs.ReadFile(current, name)
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}

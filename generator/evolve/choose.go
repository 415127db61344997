package evolve

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/moves"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/txn"
)

// SkipPath lists the files of a project that no update concerns, a line each.
const SkipPath = ".forge/skip"

// Choice is what the user decides about single files of an update, by their
// paths, those of forge or their own.
type Choice struct {
	Only   []string // nothing else is updated
	Skip   []string // these are not, now and later
	Ours   []string // these stay as they are, and forge's change counts as made
	Theirs []string // these become what forge writes
}

// UnknownFileError reports that forge has no such file in the project, or none
// with a conflict.
type UnknownFileError struct {
	Path  string
	Known []string

	conflicts bool // those with conflicts were asked for
}

func (e *UnknownFileError) Error() string {
	if e.conflicts {
		return fmt.Sprintf("%s has no conflict", e.Path)
	}
	return fmt.Sprintf("%s is none of forge's files in this project", e.Path)
}

// chosen has what a choice leaves of an update.
type chosen struct {
	held     map[string]bool // the files, by forge's path, whose base stays as it is
	accepted bool            // the base moves on though the files stay
	skip     []string        // what SkipPath is to list; nil: what it lists
}

// choose applies the choice to the outcomes. Files that forge has joined or split
// are chosen together.
func (u *Update) choose(c Choice, m moves.Table) error {
	listed, err := skipped(u.current)
	if err != nil {
		return err
	}
	if err := u.checkKnown(slices.Concat(c.Only, c.Skip, c.Ours, c.Theirs)); err != nil {
		return err
	}
	skip := slices.Concat(listed, c.Skip)
	slices.Sort(skip)
	if skip = slices.Compact(skip); len(skip) > len(listed) {
		u.chosen.skip = skip
	}
	u.chosen.held = make(map[string]bool)
	var left []Outcome
	for _, o := range u.Files {
		group := u.groupOf(o, m)
		names := func(list []string) bool {
			return slices.ContainsFunc(group, func(name string) bool { return slices.Contains(list, name) })
		}
		switch {
		case names(skip):
			u.hold(o, group)
			left = append(left, Outcome{Path: o.Path, From: o.From, Action: Skipped, Old: o.Old, Class: o.Class, Reason: "it is listed in " + SkipPath})
		case len(c.Only) > 0 && !names(c.Only):
			u.hold(o, group)
		case names(c.Ours) && o.Action != Folded:
			u.chosen.accepted = true
		case names(c.Theirs) && o.Action != Folded && o.Action != LeftOut:
			left = append(left, o.asForge())
		default:
			left = append(left, o)
		}
	}
	u.Files = left
	if len(c.Only) > 0 {
		u.Secrets = nil
	}
	return nil
}

func (u *Update) hold(o Outcome, group []string) {
	u.chosen.held[o.home()] = true
	for _, name := range group {
		if _, written := u.project.Base[name]; written {
			u.chosen.held[name] = true
		}
	}
}

// home is where forge writes the file.
func (o Outcome) home() string {
	if o.From != "" {
		return o.From
	}
	return o.Path
}

// asForge is the outcome in which the file becomes what forge writes.
func (o Outcome) asForge() Outcome {
	o.Action, o.New = Updated, gotext.Like(o.Old, o.Next)
	if o.Next == nil {
		o.Action, o.New = Removed, nil
	}
	o.Lines, o.Places, o.Reason = nil, nil, ""
	return o
}

// groupOf lists the names of the file, and of those that forge has joined with it
// or split off it in this project.
func (u *Update) groupOf(o Outcome, m moves.Table) []string {
	group := []string{o.home()}
	exists := func(name string) bool {
		return slices.ContainsFunc(u.next, func(f generator.File) bool { return f.Path == name })
	}
	for i := 0; i < len(group); i++ {
		related := slices.Clone(m.Of(group[i], exists))
		for old := range m {
			if _, written := u.project.Base[old]; written && slices.Contains(m.Of(old, exists), group[i]) {
				related = append(related, old)
			}
		}
		for _, name := range related {
			if !slices.Contains(group, name) {
				group = append(group, name)
			}
		}
	}
	return append(group, o.Path)
}

// checkKnown refuses names of files that forge does not have.
func (u *Update) checkKnown(names []string) error {
	var known []string
	for _, f := range u.next {
		known = append(known, f.Path)
	}
	for name := range u.project.Base {
		known = append(known, name)
	}
	for _, o := range u.Files {
		known = append(known, o.Path)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return &UnknownFileError{Path: name, Known: known}
		}
	}
	return nil
}

// skipped lists what SkipPath has.
func skipped(current fs.FS) ([]string, error) {
	content, err := fs.ReadFile(current, SkipPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading what is skipped: %w", err)
	}
	var names []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			names = append(names, line)
		}
	}
	return names, nil
}

// skipChange is the change of SkipPath, if there is one.
func (u *Update) skipChange() ([]txn.Change, error) {
	if u.chosen.skip == nil {
		return nil, nil
	}
	old, err := fs.ReadFile(u.current, SkipPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading what is skipped: %w", err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		old = nil
	}
	added := old
	for _, name := range u.chosen.skip {
		if !bytes.Contains(append([]byte("\n"), old...), []byte("\n"+name+"\n")) {
			added = gotext.Append(added, []byte(name+"\n"))
		}
	}
	return []txn.Change{{Path: SkipPath, Old: old, New: added}}, nil
}

package evolve

import (
	"bytes"
	"slices"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/merge3"
	"github.com/forge-go/forge/generator/project"
)

// three are the versions of a file on the sides of a union.
type three struct{ base, ours, theirs placed }

func (u *Union) three(home string) (t three, err error) {
	if t.ours, err = u.sides.ours.file(home); err != nil {
		return t, err
	}
	if t.theirs, err = u.sides.theirs.file(home); err != nil {
		return t, err
	}
	if u.sides.base != nil {
		t.base, err = u.sides.base.file(home)
		return t, err
	}
	t.base = placed{home, u.next[home].Content}
	return t, nil
}

// at is where the file belongs: where the branch that moved it has it.
func (t three) at() string {
	if t.ours.at != t.base.at {
		return t.ours.at
	}
	return t.theirs.at
}

// merge merges the versions. A conflict is marked in the text, or the file is
// one that one branch removed and the other changed.
func (t three) merge() (content []byte, reason string) {
	base, ours, theirs := t.base.content, t.ours.content, t.theirs.content
	switch {
	case sameLines(ours, theirs), sameLines(theirs, base):
		content = ours
	case sameLines(ours, base):
		content = theirs
	case ours == nil:
		return theirs, "this branch removed it, and the other changed it"
	case theirs == nil:
		return ours, "this branch changed it, and the other removed it"
	default:
		content = merge.Branches(t.at(), base, ours, theirs).Content
	}
	if len(merge.Marked(content)) > 0 {
		reason = "both branches changed it"
	}
	return content, reason
}

func sameLines(a, b []byte) bool { return (a == nil) == (b == nil) && gotext.SameLines(a, b) }

func sameFile(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

// decide decides about one file.
func (u *Union) decide(home string, t three) (Outcome, error) {
	f := u.next[home]
	o := Outcome{Path: t.at(), Class: project.ClassOf(home), Perm: f.Perm, Next: f.Content}
	if o.Path != home {
		o.From = home
	}
	var err error
	if o.Old, err = project.ReadFile(u.current, o.Path); err != nil {
		return o, err
	}
	merged, reason := t.merge()
	if merged != nil && o.Old != nil {
		merged = gotext.Like(o.Old, merged)
	}
	if merge.IsOfBranches(o.Old) { // An earlier run has marked it, and the user may be at work.
		merged, reason = o.Old, "both branches changed it"
	}
	byHand, err := u.isByHand(t, o)
	switch {
	case err != nil:
		return o, err
	case sameFile(o.Old, merged) && reason == "":
		return o, nil
	case byHand:
		o.Action, o.New, o.Reason = Kept, o.Old, "you have merged it"
	case reason != "":
		o.Action, o.New, o.Reason = Conflicting, merged, reason
		if o.Lines = merge.Marked(merged); len(o.Lines) == 0 {
			o.Lines = []int{1}
		}
	case merged == nil:
		o.Action = Removed
	case o.Old == nil:
		o.Action, o.New = Added, merged
	default:
		o.Action, o.New = Merged, merged
	}
	return o, nil
}

// isByHand reports whether the user, and not git, has merged a file: what is
// there is neither a branch's nor what lines make of both, and has no markers.
func (u *Union) isByHand(t three, o Outcome) (bool, error) {
	there, err := o.Old, error(nil)
	for _, at := range []string{t.ours.at, t.theirs.at, u.former(o.Path)} { // where git may have left what a branch has moved
		if there == nil && err == nil && at != o.Path {
			there, err = project.ReadFile(u.current, at)
		}
	}
	if err != nil || len(merge.Marked(there)) > 0 {
		return false, err
	}
	var base []byte
	if u.branches.Base != nil {
		if base, err = project.ReadFile(u.branches.Base.Files, t.base.at); err != nil {
			return false, err
		}
	}
	ours, err := project.ReadFile(u.branches.Ours.Files, t.ours.at)
	if err != nil || sameLines(ours, there) {
		return false, err
	}
	theirs, err := project.ReadFile(u.branches.Theirs.Files, t.theirs.at)
	if err != nil || sameLines(theirs, there) {
		return false, err
	}
	lines := merge3.Merge(base, ours, theirs, merge3.Options{})
	return len(lines.Conflicts) > 0 || !sameLines(lines.Content, there), nil
}

// clear removes what git has left of files that are elsewhere now.
func (u *Union) clear(left []string, taken map[string]bool) error {
	slices.Sort(left)
	for _, at := range slices.Compact(left) {
		there, err := project.ReadFile(u.current, at)
		if err != nil {
			return err
		}
		if taken[at] || there == nil {
			continue
		}
		ours, err := project.ReadFile(u.branches.Ours.Files, at)
		if err != nil {
			return err
		}
		theirs, err := project.ReadFile(u.branches.Theirs.Files, at)
		if err != nil {
			return err
		}
		if sameLines(there, ours) || sameLines(there, theirs) || len(merge.Marked(there)) > 0 {
			u.Files = append(u.Files, Outcome{Path: at, Action: Removed, Old: there, Class: project.ClassOf(at)})
			u.Places = append(u.Places, at)
		}
	}
	return nil
}

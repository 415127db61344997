package evolve

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
)

// part is a file of the base that has become a part of another one, as a whole or
// with some of its declarations.
type part struct {
	path string // where forge wrote it
	at   string // where it is; empty: nowhere
	base []byte
	ours []byte
}

// touched reports whether the user changed, moved or removed the file.
func (p part) touched() bool { return p.at != p.path || !gotext.SameLines(p.base, p.ours) }

// readPart finds a file of the base, wherever the user has moved it.
func (c comparison) readPart(name string) (part, error) {
	p := part{path: name, at: c.at.Of(name), base: c.base[name]}
	var err error
	if p.ours, err = project.ReadFile(c.current, p.at); p.ours == nil {
		p.at = ""
	}
	return p, err
}

// decideFolded decides about a file of forge's that has parts from others. The
// user's changes of those go where forge has them now.
func (c comparison) decideFolded(f generator.File, from []string) (Outcome, error) {
	o := Outcome{Path: f.Path, Class: f.Class, Perm: f.Perm, Next: f.Content, Action: Merged}
	var err error
	at := c.at.Of(f.Path)
	if o.Old, err = project.ReadFile(c.current, at); err != nil {
		return o, err
	}
	var parts []part
	var changed []string
	removed := 0
	for _, name := range from {
		p, err := c.readPart(name)
		if err != nil {
			return o, err
		}
		parts = append(parts, p)
		switch {
		case p.at == "":
			removed++
		case p.touched() && name != f.Path:
			changed = append(changed, p.at)
		}
	}
	if own := parts[0]; own.path == f.Path && own.at != "" && own.at != f.Path {
		o.From, o.Path, o.Old = f.Path, own.at, own.ours // The user has moved it.
	}
	foreign := o.Old != nil && !slices.Contains(from, f.Path)
	if foreign { // a file of the user's where forge adds one
		parts = append(parts, part{path: f.Path, at: at, ours: o.Old})
	}
	switch {
	case removed == len(from) && !foreign:
		o.Action, o.Reason = LeftOut, "you removed it; what forge changed in it has no place"
		return o, nil
	case !foreign && !slices.ContainsFunc(parts, part.touched):
		o.Action, o.New = Added, gotext.Like(parts[0].ours, f.Content)
		if o.Old != nil {
			o.Action = Updated
		}
	default:
		c.mergeParts(&o, parts)
		o.explain(changed)
	}
	if at != f.Path {
		o.Path, o.From = at, f.Path
	}
	switch {
	case bytes.Equal(o.New, o.Old):
		o.Action = ""
	case o.Action == Merged && bytes.Equal(o.New, o.Next): // What the user changed is elsewhere now.
		o.Action, o.Reason = Updated, ""
	}
	return o, nil
}

// explain names the files that became parts of another, and that the user had
// changed.
func (o *Outcome) explain(changed []string) {
	if len(changed) == 0 {
		if o.Action == Conflicting && o.Reason == "" {
			o.Reason = "you and forge both changed it"
		}
		return
	}
	are := "is"
	if len(changed) > 1 {
		are = "are"
	}
	names := strings.Join(changed, ", ")
	if o.Action == Conflicting {
		home := path.Base(o.Path)
		if slices.ContainsFunc(changed, func(name string) bool { return path.Base(name) == home }) {
			home = o.Path // the old name says nothing of where it is now
		}
		o.Reason = fmt.Sprintf("%s %s part of %s now; you and forge both changed it", names, are, home)
		return
	}
	o.Reason = fmt.Sprintf("with your changes of %s, which %s part of it now", names, are)
}

// mergeParts merges the parts, declaration by declaration where all are Go.
func (c comparison) mergeParts(o *Outcome, parts []part) {
	if path.Ext(o.Path) == ".go" && c.join(o, parts) {
		return
	}
	var base, ours []byte
	for _, p := range parts {
		base, ours = append(base, p.base...), append(ours, p.ours...)
	}
	result := merge.File(o.Path, base, ours, o.Next)
	o.New = result.Content
	for _, line := range result.Conflicts {
		o.Action = Conflicting
		o.Places = append(o.Places, merge.Place{Path: parts[0].at, Line: line})
	}
}

// join merges the parts' declarations; false if one is no Go.
func (c comparison) join(o *Outcome, parts []part) bool {
	var all []merge.Part
	for _, p := range parts {
		all = append(all, merge.Part{At: p.at, Base: p.base, Ours: p.ours, Belongs: c.belongs(p.path, o.home())})
	}
	merged, conflicts, ok := merge.Join(o.Next, all)
	if !ok {
		return false
	}
	o.New, o.Places = merged, append(o.Places, conflicts...)
	if len(o.Places) == 0 && !merge.IsGo(o.New) {
		o.Places = []merge.Place{{Path: o.Path, Line: 1}}
	}
	if len(o.Places) > 0 {
		o.Action = Conflicting
	}
	return true
}

// belongs returns what reports whether a declaration of an old file goes into a
// new one; nil if all do.
func (c comparison) belongs(old, home string) func(names []string) bool {
	homes := c.homes(old)
	if len(homes) < 2 {
		return nil
	}
	return func(names []string) bool {
		for _, at := range homes {
			if slices.ContainsFunc(names, declaredIn(c.next[at].Content)) {
				return at == home
			}
		}
		return homes[0] == home
	}
}

// declaredIn reports whether a Go file declares a name.
func declaredIn(source []byte) func(name string) bool {
	names, _, _ := merge.Declarations(source)
	return func(name string) bool { return slices.Contains(names, name) }
}

// homes returns the files of next that have parts of a file of the base.
func (c comparison) homes(name string) []string {
	homes := c.moves.Of(name, func(path string) bool { return c.next[path].Content != nil })
	if _, stays := c.next[name]; !stays {
		return homes
	}
	return slices.DeleteFunc(homes, func(home string) bool { return home != name && !c.movesTo(name, home) })
}

// movesTo reports whether a declaration of a file of the base, which stays, is
// in another one now. The table of moves has that of old bases; in newer ones
// it is there already.
func (c comparison) movesTo(name, home string) bool {
	if bytes.Equal(c.base[home], c.next[home].Content) {
		return false
	}
	from, _, ok := merge.Declarations(c.base[name])
	before, now := declaredIn(c.base[home]), declaredIn(c.next[home].Content)
	return ok && slices.ContainsFunc(from, func(n string) bool { return now(n) && !before(n) })
}

// folded returns, for each file of next that has parts of others, the files of
// the base that they come from; its own content comes first.
func (c comparison) folded() map[string][]string {
	all := make(map[string][]string)
	for name := range c.moves {
		if _, written := c.base[name]; !written || project.ClassOf(name) == project.Once {
			continue
		}
		homes := c.homes(name)
		if len(homes) == 1 && homes[0] == name {
			continue // It has not moved in this project.
		}
		for _, home := range homes {
			all[home] = append(all[home], name)
		}
	}
	for home, from := range all {
		if _, written := c.base[home]; written && !slices.Contains(from, home) {
			from = append(from, home)
		}
		slices.SortFunc(from, func(a, b string) int {
			if (a == home) != (b == home) {
				return strings.Compare(fmt.Sprint(a != home), fmt.Sprint(b != home))
			}
			return strings.Compare(a, b)
		})
		all[home] = from
	}
	return all
}

// decideLeft takes away a file whose content is in others now.
func (c comparison) decideLeft(name string) (Outcome, error) {
	p, err := c.readPart(name)
	if err != nil || p.at == "" {
		return Outcome{}, err
	}
	o := Outcome{Path: p.at, Class: project.ClassOf(name), Action: Folded, Old: p.ours}
	if p.at != name {
		o.From = name
	}
	return o, nil
}

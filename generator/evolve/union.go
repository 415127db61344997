package evolve

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

// Branch is the state of a project at a commit.
type Branch struct {
	Project *project.Project
	Files   fs.FS
}

// Branches are two states of a project, and the one that both began with, which
// is nil if there is none.
type Branches struct {
	Base         *Branch
	Ours, Theirs Branch
}

// Union is what two branches of a project become together, file by file, in
// memory.
type Union struct {
	Answers project.Answers
	Files   []Outcome // that change, conflict, or stay as the user has merged them
	Secrets []string  // the variables to add to .env.development
	// Places are where all files are that forge knows of.
	Places []string
	// Renumbered are the migrations that have another number from now on.
	Renumbered []Renumbered

	version  string
	current  fs.FS
	branches Branches
	was      Branches // before migrations were renumbered
	sides    sides
	next     map[string]generator.File
	written  []project.File // the base from now on
}

// united is what a branch is brought to, in a Request.
type united struct {
	answers project.Answers
	written []map[string][]byte // what forge wrote on each branch
}

// Unite merges what two branches made of a project: their answers are united,
// each state is brought to those by the way of an update, and then the three
// states, which differ in nothing any more but what their owners changed, are
// merged file by file. current is what git has made of it so far; what the user
// has merged there by hand stays. The error is a *project.ClashError when the
// answers of the branches exclude each other.
func Unite(templates fs.FS, b Branches, current fs.FS, version string, now time.Time) (*Union, error) {
	was := b
	b, renumbered, err := b.renumber()
	if err != nil {
		return nil, err
	}
	answers, err := b.answers()
	if err != nil {
		return nil, err
	}
	if err := b.checkMigrations(); err != nil {
		return nil, err
	}
	u := &Union{Answers: answers, Renumbered: renumbered, version: version, current: current, branches: b, was: was}
	r := Request{Auth: answers.Auth, Version: version, Now: now,
		united: &united{answers, []map[string][]byte{b.Ours.Project.Base, b.Theirs.Project.Base}}}
	if b.Base != nil {
		if u.sides.base, err = b.Base.bring(templates, r); err != nil {
			return nil, err
		}
	}
	if u.sides.ours, err = b.Ours.bring(templates, r); err != nil {
		return nil, err
	}
	if u.sides.theirs, err = b.Theirs.bring(templates, r); err != nil {
		return nil, err
	}
	return u, u.merge()
}

// answers unites the answers of the branches, as an update would see them.
func (b Branches) answers() (project.Answers, error) {
	remembered := func(of *Branch) project.Answers {
		if of == nil {
			return project.Answers{}
		}
		return of.Project.Manifest.Answers
	}
	base, ours, theirs := remembered(b.Base), remembered(&b.Ours), remembered(&b.Theirs)
	r := Request{Auth: project.UniteModes(base.Auth, ours.Auth, theirs.Auth)}
	for _, s := range []struct {
		of   *Branch
		into *project.Answers
	}{{b.Base, &base}, {&b.Ours, &ours}, {&b.Theirs, &theirs}} {
		if s.of == nil {
			continue
		}
		var err error
		if *s.into, _, err = answer(s.of.Project, s.of.Files, r); err != nil {
			return project.Answers{}, err
		}
	}
	return project.Unite(base, ours, theirs)
}

// checkMigrations refuses branches that both have a migration of the same title: no
// database can run both.
func (b Branches) checkMigrations() error {
	folder := b.Ours.Project.Manifest.Answers.MigrationsDir()
	ours, theirs := titlesIn(b.Ours.Project.Base, folder), titlesIn(b.Theirs.Project.Base, folder)
	for _, title := range slices.Sorted(maps.Keys(ours)) {
		if other := theirs[title]; other != "" && other != ours[title] {
			return &project.ClashError{What: "a migration", Ours: ours[title], Theirs: other}
		}
	}
	return nil
}

// side is a branch that has been brought to the answers of both.
type side struct {
	update   *Update
	outcomes map[string]Outcome // by where forge writes the file
}

func (b Branch) bring(templates fs.FS, r Request) (*side, error) {
	u, err := NewUpdate(templates, b.Project, b.Files, r)
	if err != nil {
		return nil, err
	}
	s := &side{update: u, outcomes: make(map[string]Outcome)}
	for _, o := range u.Files {
		s.outcomes[o.home()] = o
	}
	return s, nil
}

// file returns where a file is on a side, and what is in it; nil if it is not
// there.
func (s *side) file(home string) (placed, error) {
	if o, ok := s.outcomes[home]; ok && o.IsChange() {
		return placed{o.Path, o.New}, nil
	}
	at := s.update.at.Of(home)
	content, err := project.ReadFile(s.update.current, at)
	return placed{at, content}, err
}

// placed is a file, where it is.
type placed struct {
	at      string
	content []byte
}

type sides struct {
	base         *side // nil: they began with what forge writes
	ours, theirs *side
}

// homes lists the files of forge's on any side, by where forge writes them.
func (s sides) homes() []string {
	all := make(map[string]bool)
	for _, one := range []*side{s.base, s.ours, s.theirs} {
		if one == nil {
			continue
		}
		for _, f := range one.update.next {
			all[f.Path] = f.Class != project.Secret
		}
		for name := range one.update.project.Base {
			all[name] = true
		}
		for home := range one.outcomes {
			all[home] = true
		}
	}
	maps.DeleteFunc(all, func(_ string, wanted bool) bool { return !wanted })
	return slices.Sorted(maps.Keys(all))
}

// merge decides about all files.
func (u *Union) merge() error {
	lead := u.sides.ours.update
	if !lead.at.HasMoved() {
		lead = u.sides.theirs.update // which may know of folders that were moved
	}
	u.next = make(map[string]generator.File)
	for _, f := range lead.next {
		u.next[f.Path] = f
	}
	taken := make(map[string]bool)
	var left []string
	for _, home := range u.sides.homes() {
		t, err := u.three(home)
		if err != nil {
			return err
		}
		o, err := u.decide(home, t)
		if err != nil {
			return fmt.Errorf("merging %s: %w", home, err)
		}
		taken[o.Path] = true
		left = append(left, t.base.at, t.ours.at, t.theirs.at)
		u.Places = append(u.Places, o.Path)
		if o.Action != "" {
			u.Files = append(u.Files, o)
		}
	}
	if err := cmp.Or(u.clear(left, taken), u.clearRenumbered()); err != nil {
		return err
	}
	slices.SortFunc(u.Files, func(a, b Outcome) int { return strings.Compare(a.Path, b.Path) })
	u.written = u.remembered(lead.next)
	var err error
	u.Secrets, err = missingSecrets(u.current, lead.next)
	return err
}

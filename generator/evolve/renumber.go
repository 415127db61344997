package evolve

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/generator/project"
)

// Renumbered is a migration that has another number from now on: both branches had
// given its own to one, or had the migration by two numbers.
type Renumbered struct {
	From string `json:"from"`
	To   string `json:"to"`
	// FromVersion and ToVersion are the numbers, as goose records them.
	FromVersion int `json:"from_version"`
	ToVersion   int `json:"to_version"`
	// IsOnBoth tells that it has the number that the other branch knows it by.
	IsOnBoth bool `json:"is_on_both,omitempty"`
}

// renumber moves each migration of theirs whose number another one of ours has to the
// next free number, and keeps their order. Databases of our side need nothing; those of
// their side have to be told. What one branch has renumbered before, as
// in an earlier step of a rebase, has its new number on all sides; what both have made
// since, as by an upgrade, has ours.
func (b Branches) renumber() (Branches, []Renumbered, error) {
	b, followed, err := b.follow()
	if err != nil {
		return b, nil, err
	}
	folder := b.Ours.Project.Manifest.Answers.MigrationsDir()
	ours, err := numbered(b.Ours.Files, folder)
	if err != nil {
		return b, nil, err
	}
	theirs, err := numbered(b.Theirs.Files, folder)
	if err != nil {
		return b, nil, err
	}
	paths, last := make(map[string]string), 0
	for _, number := range slices.Sorted(maps.Keys(theirs)) {
		for _, name := range theirs[number] {
			isMet := len(ours[number]) > 0 || number <= max(last, raised(followed, number))
			if number == 0 || !isMet || slices.Contains(ours[number], name) {
				continue
			}
			if _, written := b.Theirs.Project.Base[name]; !written && number > last && !b.Ours.wrote(ours[number]) {
				continue // Their owners' own, which are git's to merge.
			} else if !written {
				return b, nil, &project.ClashError{What: "a migration", Ours: strings.Join(ours[number], ", "), Theirs: name}
			}
			to := max(number, last, raised(followed, number)) + 1
			for len(ours[to]) > 0 || len(theirs[to]) > 0 {
				to++
			}
			_, title := splitMigration(name)
			paths[name], last = migrationPath(folder, to, title), to
		}
	}
	b.Theirs, err = b.Theirs.renamed(paths)
	maps.Copy(followed, paths)
	return b, b.listRenumbered(followed), err
}

// raised returns the highest number that a migration from before a number has now; 0
// if none has moved.
func raised(followed map[string]string, number int) int {
	highest := 0
	for from, to := range followed {
		before, _ := splitMigration(from)
		after, _ := splitMigration(to)
		if before < number {
			highest = max(highest, after)
		}
	}
	return highest
}

// wrote reports whether forge wrote one of the files.
func (b Branch) wrote(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, written := b.Project.Base[name]
		return written
	})
}

// follow renames migrations that one of the branches has renumbered, on the other and
// where both began, and those of theirs that we have by another number.
func (b Branches) follow() (Branches, map[string]string, error) {
	folder := b.Ours.Project.Manifest.Answers.MigrationsDir()
	inTheirs, inBase := titlesIn(b.Theirs.Project.Base, folder), make(map[string]string)
	if b.Base != nil {
		inBase = titlesIn(b.Base.Project.Base, folder)
	}
	ours, theirs := make(map[string]string), make(map[string]string)
	for title, here := range titlesIn(b.Ours.Project.Base, folder) {
		switch there, was := inTheirs[title], inBase[title]; {
		case there == "" || here == there:
		case there == was, was == "" && sameLines(b.Ours.Project.Base[here], b.Theirs.Project.Base[there]):
			theirs[there] = here
		case here == was:
			ours[was] = there
		}
	}
	all := maps.Clone(ours)
	maps.Copy(all, theirs)
	var err error
	if b.Base != nil {
		base, err := b.Base.renamed(all)
		if err != nil {
			return b, nil, err
		}
		b.Base = &base
	}
	if b.Ours, err = b.Ours.renamed(ours); err != nil {
		return b, nil, err
	}
	b.Theirs, err = b.Theirs.renamed(theirs)
	return b, all, err
}

// renamed returns the branch as if migrations had always had other names.
func (b Branch) renamed(paths map[string]string) (Branch, error) {
	if len(paths) == 0 {
		return b, nil
	}
	name := func(at string) string {
		if to, ok := paths[at]; ok {
			return to
		}
		return at
	}
	archive := &txtar.Archive{}
	err := fs.WalkDir(b.Files, ".", func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := fs.ReadFile(b.Files, at)
		archive.Files = append(archive.Files, txtar.File{Name: name(at), Data: content})
		return err
	})
	if err != nil {
		return b, err
	}
	p := *b.Project
	p.Base = make(map[string][]byte)
	for at, content := range b.Project.Base {
		p.Base[name(at)] = content
	}
	p.Manifest.Files = slices.Clone(p.Manifest.Files)
	for i, entry := range p.Manifest.Files {
		p.Manifest.Files[i].Path = name(entry.Path)
	}
	titles := make(map[string]string)
	for from, to := range paths {
		titles[migrationName(from)] = migrationName(to)
	}
	p.Manifest.Answers = p.Manifest.Answers.WithMigrations(titles)
	files, err := txtar.FS(archive)
	return Branch{Project: &p, Files: files}, err
}

// former returns where a renumbered migration was; at for any other file.
func (u *Union) former(at string) string {
	if i := slices.IndexFunc(u.Renumbered, func(r Renumbered) bool { return r.To == at }); i >= 0 {
		return u.Renumbered[i].From
	}
	return at
}

// clearRenumbered removes what git has left of renumbered migrations at their former
// places.
func (u *Union) clearRenumbered() error {
	for _, r := range u.Renumbered {
		there, err := project.ReadFile(u.current, r.From)
		if err != nil {
			return err
		}
		for _, files := range []fs.FS{u.was.Ours.Files, u.was.Theirs.Files} {
			on, err := project.ReadFile(files, r.From)
			if err != nil {
				return err
			}
			if there == nil || !sameLines(there, on) {
				continue
			}
			u.Files = append(u.Files, Outcome{Path: r.From, Action: Removed, Old: there, Class: project.ClassOf(r.From)})
			u.Places = append(u.Places, r.From)
			break
		}
	}
	return nil
}

// migrationName is the name of a migration in the answers.
func migrationName(at string) string { return strings.TrimSuffix(path.Base(at), ".sql") }

// listRenumbered lists the highest numbers first: one's new number may be another's
// former one, which a database has to give up before.
func (b Branches) listRenumbered(paths map[string]string) []Renumbered {
	var all []Renumbered
	for from, to := range paths {
		before, _ := splitMigration(from)
		after, _ := splitMigration(to)
		_, isOurs := b.Ours.Project.Base[to]
		all = append(all, Renumbered{from, to, before, after, isOurs})
	}
	slices.SortFunc(all, func(a, b Renumbered) int { return cmp.Compare(b.FromVersion, a.FromVersion) })
	return all
}

// numbered lists the migrations of a project by their numbers.
func numbered(files fs.FS, folder string) (map[int][]string, error) {
	entries, err := migrations(files, folder)
	if err != nil {
		return nil, err
	}
	all := make(map[int][]string)
	for _, entry := range entries {
		if number, _ := splitMigration(entry.Name()); path.Ext(entry.Name()) == ".sql" {
			all[number] = append(all[number], path.Join(folder, entry.Name()))
		}
	}
	return all, nil
}

// titlesIn lists what forge has written to the folder of migrations, by titles.
func titlesIn(base map[string][]byte, folder string) map[string]string {
	all := make(map[string]string)
	for name := range base {
		if path.Dir(name) == folder {
			_, title := splitMigration(name)
			all[title] = name
		}
	}
	return all
}

package evolve_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// branchOf is a copy of a project that goes its own way.
func branchOf(t *testing.T, l living) living {
	t.Helper()
	copied := living{files: make(fstest.MapFS)}
	for name, file := range l.files {
		data := *file
		copied.files[name] = &data
	}
	copied.reopen(t)
	return copied
}

func (l living) branch() evolve.Branch { return evolve.Branch{Project: l.project, Files: l.files} }

func (l *living) addAt(t *testing.T, name string, at time.Time) {
	t.Helper()
	answers, err := evolve.NewFields(l.project, l.files, []field.Field{{Name: strings.ToLower(name), GoName: name, Kind: field.String, Optional: true}}, at)
	must(t, err)
	l.apply(t, l.plan(t, templates.FS, evolve.Request{Fields: answers}))
}

// unite merges two branches into what the first has, as git leaves it.
func unite(t *testing.T, base, ours, theirs living) (living, *evolve.Union) {
	t.Helper()
	merged := branchOf(t, ours)
	b := base.branch()
	u, err := evolve.Unite(templates.FS, evolve.Branches{Base: &b, Ours: ours.branch(), Theirs: theirs.branch()},
		merged.files, "v0.0.0-test", time.Time{})
	must(t, err)
	changes, err := u.Changes(rand.Reader)
	must(t, err)
	merged.change(t, changes)
	return merged, u
}

// TestTwoBranchesUnite lets two branches change a project with forge and by
// hand: the union has both changes of both, in whichever order, and is what forge
// writes for the united answers.
func TestTwoBranchesUnite(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	field := func(name string, n int) func(*testing.T, *living) {
		return func(t *testing.T, l *living) { t.Helper(); l.addAt(t, name, day(n)) }
	}
	mode := func(t *testing.T, l *living) {
		t.Helper()
		l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete", VerifyUsers: true, Now: day(3)}))
	}
	upgrade := func(t *testing.T, l *living) {
		t.Helper()
		l.apply(t, l.plan(t, templates.FS, evolve.Request{}))
	}
	for name, c := range map[string]struct{ ours, theirs func(*testing.T, *living) }{
		"two fields":         {field("City", 1), field("Plan", 2)},
		"field and upgrade":  {field("City", 1), upgrade},
		"field and add auth": {field("City", 1), mode},
		"upgrade and auth":   {upgrade, mode},
	} {
		t.Run(name, func(t *testing.T) {
			older := changedTemplates(t, []edit{{"service/internal/auth/authhttp/login.go.tmpl", "The user name or the e-mail.", "The name."}})
			base := livingOf(t, older, generator.Options{Auth: "basic", DB: "postgres", Router: "chi"})
			base.edit(t, []edit{{"internal/auth/user.go", "return user.IsActive\n", "return user.IsActive && user.Username != \"banned\"\n"}})
			ours, theirs := branchOf(t, base), branchOf(t, base)
			c.ours(t, &ours)
			ours.edit(t, []edit{{"README.md", "## Quick start", "Ask Ann.\n\n## Quick start"}})
			delete(ours.files, ".golangci.yml")
			c.theirs(t, &theirs)
			theirs.edit(t, []edit{{"internal/auth/user.go", "\"banned\"", "\"barred\""}})
			move(&theirs, "internal/auth/authhttp/password.go", "internal/auth/authhttp/credentials.go")

			merged, u := unite(t, base, ours, theirs)
			back, _ := unite(t, base, theirs, ours)
			for _, c := range u.Conflicts() {
				t.Errorf("%s:%v: %s", c.Path, c.Lines, c.Reason)
			}
			merged.hasOwn(t)
			back.hasOwn(t)
			if !maps.EqualFunc(merged.files, back.files, func(a, b *fstest.MapFile) bool { return bytes.Equal(a.Data, b.Data) }) {
				merged.compare(t, name, back)
				t.Error("the two ways round differ")
			}
			if again := merged.plan(t, templates.FS, evolve.Request{}); !again.IsEmpty() {
				t.Errorf("there is something to upgrade: %+v", again.Files)
			}
			want := ours
			c.theirs(t, &want)
			for name, content := range want.project.Base {
				if !bytes.Equal(merged.project.Base[name], content) {
					t.Errorf("forge writes %s otherwise when one person does both", name)
				}
			}
		})
	}
}

// Two branches made a migration in one second. The one of the branch that is merged in
// moves to the next number, and so do all that come after it.
func TestOneSecondOnTwoBranches(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	base := livingOf(t, templates.FS, generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib"})
	ours, theirs := branchOf(t, base), branchOf(t, base)
	ours.addAt(t, "City", at)
	theirs.addAt(t, "Plan", at)
	early := branchOf(t, theirs)
	const plan, renumbered = "/20260101000000_add_user_plan.sql", "/20260101000002_add_user_plan.sql"
	theirs.addAt(t, "Area", at.Add(time.Second))
	merged, u := unite(t, base, ours, theirs)
	if len(u.Renumbered) != 2 || u.Renumbered[1].From != project.MigrationsDir+plan || u.Renumbered[1].To != project.MigrationsDir+renumbered || u.Renumbered[0].ToVersion != 20260101000003 {
		t.Errorf("renumbered %+v", u.Renumbered)
	}
	merged.hasMigrations(t, "20260101000000_add_user_city", "20260101000002_add_user_plan", "20260101000003_add_user_area")

	// A rebase comes to the second commit, whose first one has its new number.
	step, _ := unite(t, base, ours, early)
	step.hasMigrations(t, "20260101000000_add_user_city", "20260101000001_add_user_plan")
	last, u := unite(t, early, step, theirs)
	last.hasMigrations(t, "20260101000000_add_user_city", "20260101000001_add_user_plan", "20260101000002_add_user_area")
	if len(u.Renumbered) != 2 {
		t.Errorf("renumbered %+v", u.Renumbered)
	}

	// An older branch learns the numbers of one that has been through that.
	younger := branchOf(t, early)
	younger.edit(t, []edit{{"README.md", "## Quick start", "Ask Ann.\n\n## Quick start"}})
	back, _ := unite(t, early, younger, step)
	back.hasMigrations(t, "20260101000000_add_user_city", "20260101000001_add_user_plan")
	for _, l := range []living{merged, step, last, back} {
		if again := l.plan(t, templates.FS, evolve.Request{}); !again.IsEmpty() {
			t.Errorf("there is something to upgrade: %+v", again.Files)
		}
	}
}

// hasMigrations compares the migrations of a project that are numbered by time.
func (l living) hasMigrations(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for name := range l.files {
		if path.Dir(name) == project.MigrationsDir && strings.HasPrefix(path.Base(name), "2026") {
			got = append(got, strings.TrimSuffix(path.Base(name), ".sql"))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the migrations are %q, want %q", got, want)
	}
}

// TestTwoMigrationsOfOneNumber, which git merges without a word, are found.
func TestTwoMigrationsOfOneNumber(t *testing.T) {
	l := livingOf(t, templates.FS, generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib"})
	const folder = project.MigrationsDir + "/20260101000000_"
	for _, name := range []string{"add_notes.sql", "add_pages.sql"} {
		l.files[folder+name] = &fstest.MapFile{Data: []byte("-- +goose Up\n\n-- +goose Down\n")}
	}
	findings, err := evolve.Examine(templates.FS, l.project, l.files, "v0.0.0-test")
	must(t, err)
	if !slices.ContainsFunc(findings, func(f evolve.Finding) bool {
		return f.Level == evolve.Wrong && strings.Contains(f.Text, folder+"add_notes.sql, "+folder+"add_pages.sql")
	}) {
		t.Errorf("found %+v", findings)
	}
}

// TestOwnMigrationOfThatSecond stays as it is: forge renumbers its own only.
func TestOwnMigrationOfThatSecond(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const own = project.MigrationsDir + "/20260101000000_add_notes.sql"
	notes := &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- +goose Down\nDROP TABLE notes;\n")}
	base := livingOf(t, templates.FS, generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib"})
	field, hand := branchOf(t, base), branchOf(t, base)
	field.addAt(t, "City", at)
	hand.files[own] = notes
	merged, _ := unite(t, base, hand, field)
	merged.hasMigrations(t, "20260101000000_add_notes", "20260101000001_add_user_city")
	b := base.branch()
	_, err := evolve.Unite(templates.FS, evolve.Branches{Base: &b, Ours: field.branch(), Theirs: hand.branch()}, field.files, "v0.0.0-test", at)
	var clash *project.ClashError
	if !errors.As(err, &clash) || clash.Theirs != own {
		t.Errorf("got %v", err)
	}
}

func move(l *living, from, to string) {
	l.files[to] = l.files[from]
	delete(l.files, from)
}

// hasOwn looks for what the owners changed on both branches.
func (l living) hasOwn(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{"README.md": "Ask Ann.", "internal/auth/user.go": `"barred"`, "internal/auth/authhttp/credentials.go": "package authhttp"} {
		if file := l.files[name]; file == nil || !bytes.Contains(file.Data, []byte(text)) {
			t.Errorf("%s has lost %q", name, text)
		}
	}
	for _, name := range []string{".golangci.yml", "internal/auth/authhttp/password.go"} {
		if l.files[name] != nil {
			t.Errorf("%s is there again", name)
		}
	}
}

// TestOneMigrationOnTwoBranches lets both branches make the same migrations, on two
// days: each is there once, by our number, and theirs that came after still do.
func TestOneMigrationOnTwoBranches(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	feature := func(name string) func(*living, *testing.T, time.Time) {
		return func(l *living, t *testing.T, at time.Time) {
			l.apply(t, l.plan(t, templates.FS, evolve.Request{Features: []string{name}, Now: at}))
		}
	}
	complete := func(l *living, t *testing.T, at time.Time) {
		l.apply(t, l.plan(t, templates.FS, evolve.Request{Auth: "complete", Now: at}))
	}
	add := func(name string) func(*living, *testing.T, time.Time) {
		return func(l *living, t *testing.T, at time.Time) { l.addAt(t, name, at) }
	}
	type step = func(*living, *testing.T, time.Time)
	for name, c := range map[string]struct {
		auth         project.Mode
		ours, theirs []step
	}{
		"accounts":     {"basic", []step{complete}, []step{complete, add("City")}},
		"one of two":   {"complete", []step{feature("totp")}, []step{feature("cookies"), add("City")}},
		"the other":    {"complete", []step{feature("cookies")}, []step{feature("totp")}},
		"one field":    {"basic", []step{add("City"), add("Area")}, []step{add("City"), add("Plan")}},
		"a later turn": {"complete", []step{add("Area"), feature("totp")}, []step{feature("totp"), add("City")}},
	} {
		t.Run(name, func(t *testing.T) {
			base := livingOf(t, templates.FS, generator.Options{Auth: c.auth, DB: "sqlite", Router: "stdlib"})
			sides := []living{branchOf(t, base), branchOf(t, base)}
			for i, steps := range [][]step{c.ours, c.theirs} {
				for j, change := range steps {
					change(&sides[i], t, at.AddDate(0, 0, i+2*j))
				}
			}
			for _, order := range [][2]int{{0, 1}, {1, 0}} {
				ours, theirs := sides[order[0]], sides[order[1]]
				merged, u := unite(t, base, ours, theirs)
				merged.keepsOrder(t, ours, theirs, u.Renumbered)
				if again := merged.plan(t, templates.FS, evolve.Request{}); !again.IsEmpty() {
					t.Errorf("there is something to upgrade: %+v", again.Files)
				}
			}
		})
	}
}

// keepsOrder checks the migrations of two branches: each is there once, our databases
// know all of ours by their numbers, and theirs have the order that they had.
func (l living) keepsOrder(t *testing.T, ours, theirs living, renumbered []evolve.Renumbered) {
	t.Helper()
	titles := make(map[string]string)
	for name := range l.files {
		if _, title, ok := strings.Cut(path.Base(name), "_"); ok && path.Dir(name) == project.MigrationsDir {
			if titles[title] != "" {
				t.Errorf("%s is there as %s too", titles[title], name)
			}
			titles[title] = name
		}
	}
	for name := range ours.files {
		if path.Dir(name) == project.MigrationsDir && l.files[name] == nil {
			t.Errorf("%s has gone, which our databases have run", name)
		}
	}
	last := ""
	for _, name := range slices.Sorted(maps.Keys(theirs.files)) {
		_, title, ok := strings.Cut(path.Base(name), "_")
		if !ok || path.Dir(name) != project.MigrationsDir {
			continue
		}
		now := titles[title]
		if now <= last {
			t.Errorf("%s runs after %s now", last, now)
		}
		last = now
		if isTold := slices.ContainsFunc(renumbered, func(r evolve.Renumbered) bool { return r.From == name && r.To == now }); isTold != (now != name) {
			t.Errorf("%s is %s now; told: %t", name, now, isTold)
		}
	}
}

// TestUniteRefusesMigrationsTwice, which no database can run.
func TestUniteRefusesMigrationsTwice(t *testing.T) {
	base := livingOf(t, templates.FS, generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib"})
	ours, theirs := branchOf(t, base), branchOf(t, base)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ours.apply(t, ours.plan(t, templates.FS, evolve.Request{Auth: "complete", Now: at}))
	theirs.apply(t, theirs.plan(t, templates.FS, evolve.Request{Auth: "complete", Now: at.AddDate(0, 0, 1)}))
	for name, content := range theirs.project.Base { // as another forge wrote them
		if strings.HasPrefix(path.Base(name), "20260102") {
			theirs.project.Base[name] = append([]byte("-- Otherwise.\n"), content...)
		}
	}
	b := base.branch()
	_, err := evolve.Unite(templates.FS, evolve.Branches{Base: &b, Ours: ours.branch(), Theirs: theirs.branch()}, ours.files, "v0.0.0-test", at)
	var clash *project.ClashError
	if !errors.As(err, &clash) || clash.What != "a migration" {
		t.Errorf("got %v", err)
	}
}

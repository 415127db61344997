package evolve_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
	"github.com/forge-go/forge/templates"
)

// manyResources have fields of every type, of which some came, were renamed or went
// later, all owners and readers, and names from which the plural doesn't follow.
func manyResources(t *testing.T, accounts bool) []project.Resource {
	t.Helper()
	owner := resource.None
	if accounts {
		owner = resource.User
	}
	var answers []project.Resource
	var there []*resource.Resource
	for _, asked := range []resource.Asked{
		{Name: "shelf", Owner: resource.None, Specs: []string{"name:string(80)", "size:enum(small,large)=small"}, Unique: []string{"name"}},
		{Name: "lent_book", Plural: "library", Owner: owner, Specs: []string{"title:string", "about:text?", "pages:int=3", "good:bool=true", "bought:date?",
			"read_at:time?", "opened:time=2020-01-02T03:04:05Z", "price:decimal=12.5", "rate:decimal?", "lang:string(2)?=en", "shelf:ref(shelf)?", "after:ref(lent_book)?"},
			Index: []string{"bought", "title"}},
		{Name: "card", Owner: owner, Specs: []string{"text:text", "book:ref(lent_book)", "due:date=2020-01-02"}},
	} {
		r, err := resource.Parse(asked, accounts)
		must(t, err)
		must(t, r.Link(there))
		r.Migration = "202601010000" + string(rune('1'+len(there))) + "0_" + r.MigrationTitle()
		there, answers = append(there, r), append(answers, r.Answer())
	}
	answers[1].Fields = append(answers[1].Fields,
		project.ResourceField{Name: "code", Type: "string?", Size: 13, Unique: true, Migration: "20260102000000_add_isbn_to_library", Was: "isbn 20260103000000_rename_isbn_of_library"},
		project.ResourceField{Name: "rack_id", Type: "ref?", To: "shelf", Migration: "20260104000000_add_rack_id_and_more_to_library"},
		project.ResourceField{Name: "lost", Type: "bool", Default: "false", Migration: "20260104000000_add_rack_id_and_more_to_library", Removed: true},
		project.ResourceField{Name: "kind", Type: "enum", Words: []string{"a", "b"}, Default: "a", Migration: "20260105000000_add_kind_to_library", Removed: true, Dropped: "20260106000000_drop_kind_of_library"})
	if accounts {
		answers[1].Read, answers[2].Read = resource.Public, resource.User
	}
	return answers
}

// removedResources have a table and no code, or not even a table.
func removedResources(t *testing.T, accounts bool) []project.Resource {
	t.Helper()
	var answers []project.Resource
	for i, name := range []string{"person", "story", "box", "tag"} {
		owner := resource.None
		if accounts {
			owner = resource.User
		}
		r, err := resource.Parse(resource.Asked{Name: name, Owner: owner, Specs: []string{"title:string", "n:int?"}, Index: []string{"n"}}, accounts)
		must(t, err)
		r.Removed, r.Migration = true, "202602010000"+string(rune('1'+i))+"0_"+r.MigrationTitle()
		if i > 1 {
			r.Dropped = "202602020000" + string(rune('1'+i)) + "0_" + r.DropTitle()
		}
		answers = append(answers, r.Answer())
	}
	return answers
}

// TestLinkFindsResources of which nothing is remembered.
func TestLinkFindsResources(t *testing.T) {
	for name, o := range map[string]generator.Options{
		"sqlite":   {Auth: "basic", DB: "sqlite", Router: "stdlib"},
		"postgres": {Auth: "complete", DB: "postgres", Router: "chi"},
		"mysql":    {Auth: "basic", DB: "mysql", Router: "gin"},
		"none":     {Auth: "none", DB: "sqlite", Router: "echo"},
	} {
		t.Run(name, func(t *testing.T) {
			o.Resources = append(manyResources(t, o.Auth != "none"), removedResources(t, o.Auth != "none")...)
			l := livingOf(t, templates.FS, o)
			want := l.project.Manifest.Answers
			l.edit(t, []edit{
				{"internal/lentbook/lentbookhttp/create.go", `maxLength:"255"`, `maxLength:"120"`},
				{"internal/card/service.go", "package card\n", "package card\n\n// Cards are ours.\n"},
			})
			own := project.MigrationsDir + "/20260303000000_create_labels.sql"
			l.files[own] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE labels (\n    id INTEGER PRIMARY KEY,\n    name TEXT\n);\n\n-- +goose Down\nDROP TABLE labels;\n")}
			delete(l.files, project.ManifestPath)
			delete(l.files, project.BasePath)
			linked, err := evolve.Link(templates.FS, l.files, project.Answers{DB: o.DB, Router: o.Router, Auth: o.Auth}, "v0.0.0-test", time.Time{})
			must(t, err)
			if !linked.Answers.Equal(want) {
				t.Errorf("found\n%+v\nwant\n%+v", linked.Answers.Resources, want.Resources)
			}
			if len(linked.Missing) > 0 || len(linked.Differ) != 2 {
				t.Errorf("missing %q, differ %q", linked.Missing, linked.Differ)
			}
		})
	}
}

// TestLinkFindsFeatures of which nothing is remembered: each alone, though others
// stand on the same files, and all together; and fields beside them.
func TestLinkFindsFeatures(t *testing.T) {
	var all []string
	sets := make(map[string][]string)
	for _, f := range feature.For("complete") {
		all = append(all, f.Name)
		sets[f.Name] = []string{f.Name}
	}
	sets["all"] = all
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	resources := map[string][]project.Resource{"totp": manyResources(t, true)} // requests of users are written otherwise beside them
	for name, set := range sets {
		t.Run(name, func(t *testing.T) {
			l := livingOf(t, templates.FS, generator.Options{Auth: "complete", DB: "sqlite", Router: "stdlib", Features: set, Resources: resources[name]})
			l.addAt(t, "Nick", at)
			l.addAt(t, "Motto", at.Add(time.Second))
			l.edit(t, []edit{{"internal/auth/authhttp/me.go", `json:"motto,omitempty" maxLength:"255"`, `json:"motto,omitempty" maxLength:"40"`}})
			want := l.project.Manifest.Answers
			delete(l.files, project.ManifestPath)
			delete(l.files, project.BasePath)
			linked, err := evolve.Link(templates.FS, l.files, project.Answers{DB: "sqlite", Router: "stdlib", Auth: "complete"}, "v0.0.0-test", at)
			must(t, err)
			if !linked.Answers.Equal(want) || len(linked.Missing) > 0 || len(linked.Differ) != 1 {
				t.Errorf("found %+v, want %+v; missing %q, differ %q", linked.Answers, want, linked.Missing, linked.Differ)
			}
		})
	}
}

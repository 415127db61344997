package generator_test

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/modfile"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/templates"
)

// withFeatures are the options of a project with all features that it can have.
func withFeatures(o generator.Options) generator.Options {
	o.Features = feature.Names(feature.For(string(o.Auth)))
	return o
}

// words are what only projects with a feature speak of.
func words() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"redis":    regexp.MustCompile(`(?i)redis|valkey`),
		"api-keys": regexp.MustCompile(`(?i:api[ _]key|session[ _-]?only)|api-keys|APIKey|apiKey|apikeys?\.go|insufficient_scope`),
		"cookies":  regexp.MustCompile(`__Host-|errCrossOrigin|session=cookie|SESSION_COOKIE|TypeCookie|accounts_session|cookies\.(go|md)|byCookie|addLog(in|out)\b`),
		"oauth":    regexp.MustCompile(`OAUTH_|oauth_flows|[oO]Auth(Config|Store|Tx|Registration)|CreateOAuthFlow|LinkedIdentity|/identities|has_password|/oauth\b|oauth\.(go|md)|authprovider|(?i:user[ _]?identit|identity_changed|openid[ -]connect|go-oidc)|OIDC|APPLE_|GOOGLE_|GITHUB_CLIENT|PostsForm`),
		"passkeys": regexp.MustCompile(`(?i)passkey|webauthn`),
		"totp":     regexp.MustCompile(`(?i:totp|recovery[ _-]?code|login[ _]token|second[ _-]?factor|encryption[ _]?key|dev[-/]account)|\bamr\b|AMR`),
	}
}

// A project without a feature does not speak of it, and one with it does.
func TestFeaturesLeaveNoTraces(t *testing.T) {
	var projects []*generator.Plan
	for _, o := range combinations() {
		projects = append(projects, planFor(t, o))
	}
	for _, f := range foreignAnswers() {
		added, err := generator.NewForeign(templates.FS, f)
		if err != nil {
			t.Fatal(err)
		}
		projects = append(projects, &generator.Plan{Options: generator.Options{Auth: f.Auth, DB: f.DB, Router: f.Router.Kind}, Files: append(added.Files, generator.File{Path: "README", Content: added.Readme})})
	}
	for _, f := range feature.All() {
		word := words()[f.Name]
		if word == nil {
			t.Errorf("no words are known by which to find %s", f.Name)
			continue
		}
		seen := make(map[string]bool)
		for _, p := range projects {
			for _, file := range p.Files {
				if file.Path == project.BasePath || seen[file.Path+"\n"+string(file.Content)] {
					continue
				}
				seen[file.Path+"\n"+string(file.Content)] = true
				// Where replicas are likely, a project names the command that adds it.
				text := strings.ReplaceAll(file.Path+"\n"+string(file.Content), "forge add "+f.Name, "")
				if found := word.FindString(text); found != "" {
					t.Errorf("%s without %s: %s has %q", p.Options.Combination(), f.Name, file.Path, found)
				}
			}
		}
		with := planFor(t, named(generator.Options{Auth: "complete", DB: "sqlite", Router: "stdlib", Features: []string{f.Name}}))
		if !slices.ContainsFunc(with.Files, func(file generator.File) bool { return word.Match(file.Content) }) {
			t.Errorf("a project with %s does not speak of it, so the words find nothing", f.Name)
		}
	}
}

func TestFeaturesOfNoProject(t *testing.T) {
	o := named(generator.Options{Auth: "none", DB: "sqlite", Router: "stdlib", Features: []string{"api-keys"}})
	var mode *feature.ModeError
	if err := o.Validate(); !errors.As(err, &mode) || mode.Feature.Name != "api-keys" {
		t.Errorf("a mode without users: %v", err)
	}
	o.Auth, o.Features = "basic", []string{"smartcards"}
	var unknown *feature.UnknownError
	if err := o.Validate(); !errors.As(err, &unknown) || unknown.Name != "smartcards" {
		t.Errorf("a feature that there is not: %v", err)
	}
}

// overlay is the templates with others in front of them.
type overlay struct {
	fs.FS
	front fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if f, err := o.front.Open(name); err == nil {
		if info, err := f.Stat(); err == nil && !info.IsDir() {
			return f, nil
		}
	}
	return o.FS.Open(name)
}

// What a feature requires comes to what the project requires anyway: the higher
// of two versions counts, and what either imports is direct.
func TestRequirementsOfFeatures(t *testing.T) {
	o := named(generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib", Features: []string{"api-keys"}})
	front := fstest.MapFS{
		"modules/with-api-keys/go.mod.tmpl": {Data: []byte(`module with

require (
	example.com/new v1.2.3
	github.com/google/uuid v1.6.0
	golang.org/x/crypto v0.1.0
)

require example.com/below v0.9.0 // indirect
`)},
		"modules/with-api-keys/go.sum": {Data: []byte("example.com/new v1.2.3 h1:new=\nexample.com/new v1.2.3/go.mod h1:mod=\n")},
	}
	plan, err := generator.NewPlan(overlay{templates.FS, front}, o)
	if err != nil {
		t.Fatal(err)
	}
	content := make(map[string]string)
	for _, f := range plan.Files {
		content[f.Path] = string(f.Content)
	}
	for _, want := range []string{"\texample.com/new v1.2.3\n", "\tgithub.com/google/uuid v1.6.0\n", "\texample.com/below v0.9.0 // indirect\n"} {
		if !strings.Contains(content["go.mod"], want) {
			t.Errorf("go.mod lacks %q:\n%s", want, content["go.mod"])
		}
	}
	if strings.Contains(content["go.mod"], "golang.org/x/crypto v0.1.0") || strings.Count(content["go.mod"], "google/uuid") != 1 {
		t.Errorf("go.mod is\n%s", content["go.mod"])
	}
	if !strings.Contains(content["go.sum"], "example.com/new v1.2.3/go.mod h1:mod=\n") || !slices.IsSorted(strings.Split(strings.TrimSpace(content["go.sum"]), "\n")[:3]) {
		t.Errorf("go.sum is\n%s", content["go.sum"])
	}
	o.Features = nil
	without, err := generator.NewPlan(overlay{templates.FS, front}, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range without.Files {
		if strings.Contains(string(f.Content), "example.com/new") {
			t.Errorf("%s has what only a feature requires", f.Path)
		}
	}
}

// A template that asks for a feature by a wrong name is not rendered as one
// without it.
func TestHasKnowsTheNames(t *testing.T) {
	front := fstest.MapFS{"service/internal/wrong.go.tmpl": {Data: []byte(`[[ if .Has "api-keyz" ]]x[[ end ]]`)}}
	_, err := generator.NewPlan(overlayDir{overlay{templates.FS, front}}, named(generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib"}))
	if err == nil || !strings.Contains(err.Error(), `"api-keyz"`) {
		t.Errorf("NewPlan = %v", err)
	}
}

// overlayDir shows the files in front in the folder internal, too.
type overlayDir struct{ overlay }

func (o overlayDir) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	if name == "service/internal" {
		more, _ := fs.ReadDir(o.front, name)
		entries = append(entries, more...)
	}
	return entries, err
}

// All that is said of features can be rendered in every project.
func TestSettingsOfFeatures(t *testing.T) {
	for program, want := range map[string]string{"myapi": "myapi", "my-api": "myapi", "x": "xkey", "a-very-long-name": "averylongn"} {
		o := named(generator.Options{Auth: "basic", DB: "sqlite", Router: "stdlib", Features: []string{"api-keys"}})
		o.Program = program
		for _, f := range planFor(t, o).Files {
			if f.Path == ".env.example" && !strings.Contains(string(f.Content), fmt.Sprintf("\nAPI_KEY_PREFIX=%s\n", want)) {
				t.Errorf("%s: keys begin otherwise:\n%s", program, f.Content)
			}
		}
	}
}

// What only tests import is nothing that a service requires.
func TestNoRequirementIsForTestsAlone(t *testing.T) {
	for name, o := range goldens(t) {
		imported := make(map[string]bool)
		var mod *modfile.File
		for _, f := range planFor(t, o).Files {
			if f.Path == "go.mod" {
				var err error
				if mod, err = modfile.Parse(f.Path, f.Content, nil); err != nil {
					t.Fatal(err)
				}
			}
			if path.Ext(f.Path) != ".go" || strings.HasSuffix(f.Path, "_test.go") || strings.HasPrefix(f.Path, "internal/testkit/") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range file.Imports {
				imported[strings.Trim(spec.Path.Value, `"`)] = true
			}
		}
		for _, r := range mod.Require {
			below := func(name string) bool { return name == r.Mod.Path || strings.HasPrefix(name, r.Mod.Path+"/") }
			if !r.Indirect && !slices.ContainsFunc(slices.Collect(maps.Keys(imported)), below) {
				t.Errorf("%s requires %s, which only its tests import", name, r.Mod.Path)
			}
		}
	}
}

// TestNoOtherDatabase looks for the names of databases that a project does not use:
// what it is made of is written for the one that was chosen.
func TestNoOtherDatabase(t *testing.T) {
	names := map[string]*regexp.Regexp{
		"sqlite":   regexp.MustCompile(`(?i)mysql|mariadb|postgres`),
		"postgres": regexp.MustCompile(`(?i)mysql|mariadb|sqlite`),
		"mysql":    regexp.MustCompile(`(?i)postgres|sqlite`),
	}
	for db, others := range names {
		p, err := generator.NewPlan(templates.FS, withFeatures(generator.Options{Program: "myapi", Module: "example.com/myapi", Auth: "complete", DB: project.Database(db), Router: "stdlib"}))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Files {
			isTest := strings.HasSuffix(f.Path, "_test.go") // which tries the addresses of others
			if isTest || f.Path == "go.mod" || f.Path == "go.sum" || strings.HasPrefix(f.Path, ".forge/") {
				continue
			}
			if found := others.Find(f.Content); found != nil {
				t.Errorf("%s of a project on %s names %s", f.Path, db, found)
			}
		}
	}
}

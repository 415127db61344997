package generator

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator/project"
)

// smallTemplates has the pinned modules of two combinations, and as little of
// a service as can be.
func smallTemplates() fstest.MapFS {
	return fstest.MapFS{
		"service/.env.development.tmpl":           {Data: []byte("ENVIRONMENT=development\n[[ if .HasAuth ]]SECRET_KEY=\n[[ end ]]")},
		"service/cmd/_program_/main.go.tmpl":      {Data: []byte("package main // [[ .Program ]] of [[ .Module ]]\n")},
		"service/scripts/run.sh":                  {Data: []byte("#!/bin/sh\n")},
		"service/verbatim.txt":                    {Data: []byte("[[ .Nothing ]] {{ .Nothing }} -- x --")},
		"service/hello.txt.none.tmpl":             {Data: []byte("hello\n")},
		"service/internal/auth/auth.go":           {Data: []byte("package auth\n")},
		"service/mode.txt.basic.tmpl":             {Data: []byte("[[ .Mode ]] [[ .Complete ]]\n")},
		"service/db.txt.sqlite.tmpl":              {Data: []byte("[[ .DB ]]\n")},
		"service/db.txt.postgres.tmpl":            {Data: []byte("another\n")},
		"service/auth.sql.accounts.sqlite.tmpl":   {Data: []byte("CREATE TABLE users;\n")},
		"service/none.sql.none.sqlite.tmpl":       {Data: []byte("CREATE TABLE greetings;\n")},
		"service/serve.txt.nethttp.tmpl":          {Data: []byte("serve\n")},
		"service/router.txt.stdlib.tmpl":          {Data: []byte("[[ .Router ]]\n")},
		"service/static/mail.html":                {Data: []byte("mail\n")},
		"service/internal/accounts/accounts.go":   {Data: []byte("package accounts\n")},
		"modules/none-sqlite-stdlib/go.mod.tmpl":  {Data: []byte("module [[ .Module ]]\n\ngo 1.26.0\n")},
		"modules/none-sqlite-stdlib/go.sum":       {Data: nil},
		"modules/basic-sqlite-stdlib/go.mod.tmpl": {Data: []byte("module [[ .Module ]]\n\ngo 1.26.0\n")},
		"modules/basic-sqlite-stdlib/go.sum":      {Data: nil},
	}
}

func smallOptions() Options {
	return Options{Module: "github.com/acme/myapi", Program: "myapi", Auth: "basic", DB: "sqlite", Router: "stdlib", Version: "v0.0.0-test"}
}

func smallPlan(t testing.TB) *Plan {
	t.Helper()
	plan, err := NewPlan(smallTemplates(), smallOptions())
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestPlanHasTheFilesWhoseTagsHoldSortedByPath(t *testing.T) {
	var got []string
	for _, f := range smallPlan(t).Files {
		got = append(got, f.Path)
	}
	want := []string{
		".env.development", ".forge/.gitattributes", ".forge/base.txtar.gz", ".forge/manifest.json", "auth.sql", "cmd/myapi/main.go", "db.txt",
		"go.mod", "go.sum", "internal/auth/auth.go", "mode.txt", "router.txt", "scripts/run.sh", "serve.txt", "verbatim.txt",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestPlanRendersTemplatesAndCopiesTheRest(t *testing.T) {
	plan := smallPlan(t)
	for path, want := range map[string]string{
		"cmd/myapi/main.go": "package main // myapi of github.com/acme/myapi\n",
		"mode.txt":          "basic false\n",
		"verbatim.txt":      "[[ .Nothing ]] {{ .Nothing }} -- x --",
		".env.development":  "ENVIRONMENT=development\nSECRET_KEY=\n",
	} {
		if got := contentOf(t, plan, path); got != want {
			t.Errorf("%s is %q, not %q", path, got, want)
		}
	}
}

func TestPlanTakesPartsWhoseTagsHoldIn(t *testing.T) {
	templates := smallTemplates()
	templates["service/whole.txt.tmpl"] = &fstest.MapFile{Data: []byte("whole\n[[ template \"part.txt\" . ]]")}
	templates["service/_parts_/part.txt.stdlib.tmpl"] = &fstest.MapFile{Data: []byte("of [[ .Router ]]\n")}
	templates["service/_parts_/part.txt.chi.tmpl"] = &fstest.MapFile{Data: []byte("of another router\n")}
	plan, err := NewPlan(templates, smallOptions())
	if err != nil {
		t.Fatal(err)
	}
	if got := contentOf(t, plan, "whole.txt"); got != "whole\nof stdlib\n" {
		t.Errorf("whole.txt is %q", got)
	}
	for _, file := range plan.Files {
		if strings.Contains(file.Path, "_parts_") {
			t.Errorf("%s is in the project", file.Path)
		}
	}
	delete(templates, "service/_parts_/part.txt.stdlib.tmpl")
	if _, err := NewPlan(templates, smallOptions()); err == nil || !strings.Contains(err.Error(), "whole.txt") {
		t.Errorf("without the part: %v", err)
	}
}

func TestPlanGivesPermissionsAndClasses(t *testing.T) {
	for _, f := range smallPlan(t).Files {
		perm, class := fs.FileMode(0o644), project.Owned
		switch f.Path {
		case "scripts/run.sh":
			perm = 0o755
		case ".env.development":
			perm, class = 0o600, project.Secret
		}
		if f.Perm != perm || f.Class != class {
			t.Errorf("%s is %v %s, not %v %s", f.Path, f.Perm, f.Class, perm, class)
		}
	}
}

func TestPlanIsTheSameEachTime(t *testing.T) {
	a, b := smallPlan(t), smallPlan(t)
	for i := range a.Files {
		if !bytes.Equal(a.Files[i].Content, b.Files[i].Content) {
			t.Errorf("%s differs", a.Files[i].Path)
		}
	}
}

func TestBaseHoldsWhatThePlanHolds(t *testing.T) {
	plan := smallPlan(t)
	base, err := project.DecodeBase([]byte(contentOf(t, plan, project.BasePath)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range plan.Files {
		inBase, ok := base[f.Path]
		remembered := f.Class != project.Secret && !strings.HasPrefix(f.Path, ".forge/")
		if ok != remembered || ok && !bytes.Equal(inBase, f.Content) {
			t.Errorf("%s: in the base %v, wanted %v; %q", f.Path, ok, remembered, inBase)
		}
	}
}

func TestPlanRefusesFaultyTemplates(t *testing.T) {
	for name, c := range map[string]struct {
		path, content, want string
	}{
		"two templates, one path":   {"service/db.txt.basic.tmpl", "", "db.txt.basic.tmpl and db.txt.sqlite.tmpl both give it"},
		"paths that differ in case": {"service/VERBATIM.txt", "", "another template gives the same path"},
		"a folder that is a file":   {"service/db.txt/x", "", "its folder is a file"},
		"a path Windows can't hold": {"service/aux.txt", "", "on Windows"},
		"an unknown field":          {"service/x.tmpl", "[[ .Unknown ]]", "x.tmpl"},
		"an unknown function":       {"service/x.tmpl", `[[ env "HOME" ]]`, "x.tmpl"},
		"an action that never ends": {"service/x.tmpl", "[[ if ]]", "x.tmpl"},
	} {
		t.Run(name, func(t *testing.T) {
			templates := smallTemplates()
			templates[c.path] = &fstest.MapFile{Data: []byte(c.content)}
			_, err := NewPlan(templates, smallOptions())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestPlanNeedsPinnedModules(t *testing.T) {
	templates := smallTemplates()
	delete(templates, "modules/basic-sqlite-stdlib/go.mod.tmpl")
	delete(templates, "modules/basic-sqlite-stdlib/go.sum")
	if _, err := NewPlan(templates, smallOptions()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want missing modules", err)
	}
}

func TestChoicesRefuseUnknownValues(t *testing.T) {
	for _, c := range []Choice{AuthChoice(), DBChoice(), RouterChoice()} {
		var refused *ChoiceError
		for _, value := range []string{"sso", ""} {
			if err := c.Check(value); !errors.As(err, &refused) || refused.Value != value {
				t.Errorf("%s=%q: %v", c.Name, value, err)
			}
		}
		for _, value := range append(c.Names(), c.Default) {
			if err := c.Check(value); err != nil {
				t.Error(err)
			}
		}
	}
}

func contentOf(t testing.TB, plan *Plan, path string) string {
	t.Helper()
	for _, f := range plan.Files {
		if f.Path == path {
			return string(f.Content)
		}
	}
	t.Fatalf("the plan has no %s", path)
	return ""
}

// Go would look for the packages of such a module in the service itself.
func TestModulePathOfARequiredModuleIsRefused(t *testing.T) {
	templates, o := smallTemplates(), smallOptions()
	templates["modules/basic-sqlite-stdlib/go.mod.tmpl"].Data = []byte("module [[ .Module ]]\n\ngo 1.26.0\n\nrequire (\n\texample.com/router/v2 v2.1.0\n)\n")
	for modulePath, refused := range map[string]bool{"example.com/router/v2": true, "example.com/router": false, "example.com/router/v2/mine": false} {
		o.Module = modulePath
		_, err := NewPlan(templates, o)
		if refused != (err != nil) || refused && !errors.As(err, new(*NameError)) {
			t.Errorf("%s: %v", modulePath, err)
		}
	}
}

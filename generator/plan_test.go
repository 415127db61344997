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

// smallTemplates has every layer of two combinations, with as little as can
// be in them.
func smallTemplates() fstest.MapFS {
	return fstest.MapFS{
		"base/.env.development.tmpl":              {Data: []byte("ENVIRONMENT=development\n[[ if .HasAuth ]]SECRET_KEY=\n[[ end ]]")},
		"base/cmd/_program_/main.go.tmpl":         {Data: []byte("package main // [[ .Program ]] of [[ .Module ]]\n")},
		"base/scripts/run.sh":                     {Data: []byte("#!/bin/sh\n")},
		"base/verbatim.txt":                       {Data: []byte("[[ .Nothing ]] {{ .Nothing }} -- x --")},
		"none/hello.txt":                          {Data: []byte("hello\n")},
		"auth/internal/auth/auth.go":              {Data: []byte("package auth\n")},
		"basic/mode.txt.tmpl":                     {Data: []byte("[[ .Mode ]] [[ .Complete ]]\n")},
		"db-sqlite/db.txt.tmpl":                   {Data: []byte("[[ .DB ]]\n")},
		"auth-sqlite/auth.sql":                    {Data: []byte("CREATE TABLE users;\n")},
		"none-sqlite/none.sql":                    {Data: []byte("CREATE TABLE greetings;\n")},
		"complete-sqlite/mail.sql":                {Data: []byte("CREATE TABLE outbox;\n")},
		"complete-stdlib/mail.txt":                {Data: []byte("routes\n")},
		"net-http/serve.txt":                      {Data: []byte("serve\n")},
		"router-stdlib/router.txt.tmpl":           {Data: []byte("[[ .Router ]]\n")},
		"auth-stdlib/routes.txt":                  {Data: []byte("routes\n")},
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

func TestPlanHasTheFilesOfItsLayersSortedByPath(t *testing.T) {
	var got []string
	for _, f := range smallPlan(t).Files {
		got = append(got, f.Path)
	}
	want := []string{
		".env.development", ".forge/base.txtar.gz", ".forge/manifest.json", "auth.sql", "cmd/myapi/main.go", "db.txt",
		"go.mod", "go.sum", "internal/auth/auth.go", "mode.txt", "router.txt", "routes.txt", "scripts/run.sh", "serve.txt", "verbatim.txt",
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

func TestPlanTakesPartsOfTheLayersIn(t *testing.T) {
	templates := smallTemplates()
	templates["basic/whole.txt.tmpl"] = &fstest.MapFile{Data: []byte("whole\n[[ template \"part.txt\" . ]]")}
	templates["router-stdlib/_parts_/part.txt.tmpl"] = &fstest.MapFile{Data: []byte("of [[ .Router ]]\n")}
	templates["router-chi/_parts_/part.txt.tmpl"] = &fstest.MapFile{Data: []byte("of another layer\n")}
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
	delete(templates, "router-stdlib/_parts_/part.txt.tmpl")
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
		"two layers, one path":      {"basic/verbatim.txt", "", "two layers give this path"},
		"paths that differ in case": {"basic/VERBATIM.txt", "", "two layers give this path"},
		"a folder that is a file":   {"basic/db.txt/x", "", "its folder is a file"},
		"a path Windows can't hold": {"basic/aux.txt", "", "on Windows"},
		"an unknown field":          {"basic/x.tmpl", "[[ .Unknown ]]", "basic/x.tmpl"},
		"an unknown function":       {"basic/x.tmpl", `[[ env "HOME" ]]`, "basic/x.tmpl"},
		"an action that never ends": {"basic/x.tmpl", "[[ if ]]", "basic/x.tmpl"},
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

func TestPlanNeedsEveryLayer(t *testing.T) {
	templates := smallTemplates()
	delete(templates, "modules/basic-sqlite-stdlib/go.mod.tmpl")
	delete(templates, "modules/basic-sqlite-stdlib/go.sum")
	if _, err := NewPlan(templates, smallOptions()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want a missing layer", err)
	}
}

func TestChoicesOfferWhatHasAllItsLayers(t *testing.T) {
	templates := smallTemplates()
	if got := AuthChoice(templates).Available(); !slices.Equal(got, []string{"none", "basic"}) {
		t.Errorf("auth: %q", got)
	}
	if got := AuthChoice(templates).Default; got != "basic" {
		t.Errorf("auth's default: %q", got)
	}
	delete(templates, "auth-sqlite/auth.sql")
	if got := DBChoice(templates).Available(); len(got) != 0 {
		t.Errorf("db without auth-sqlite: %q", got)
	}
	var choice *ChoiceError
	for value, known := range map[string]bool{"complete": true, "sso": false, "": false} {
		err := AuthChoice(templates).Check(value)
		if !errors.As(err, &choice) || choice.Known != known {
			t.Errorf("auth=%q: %v", value, err)
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

package generator_test

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/templates"
)

var makeTarget = regexp.MustCompile(`make ([a-z.-]+)`)

// TestEditorFiles reads what editors are told, and looks for the targets of
// make and the folders that it names.
func TestEditorFiles(t *testing.T) {
	for _, o := range generator.Combinations() {
		o.Module, o.Program, o.Version = "example.com/myapi", "myapi", "v0.0.0-test"
		plan, err := generator.NewPlan(templates.FS, o)
		if err != nil {
			t.Fatal(err)
		}
		contents, folders := map[string]string{}, map[string]bool{}
		for _, file := range plan.Files {
			contents[file.Path], folders[path.Dir(file.Path)] = string(file.Content), true
		}
		for _, name := range []string{".vscode/launch.json", ".vscode/tasks.json", ".vscode/extensions.json", ".devcontainer/devcontainer.json"} {
			if !json.Valid([]byte(contents[name])) {
				t.Errorf("%v: %s is missing, or no JSON: %s", o, name, contents[name])
			}
			for _, target := range makeTarget.FindAllStringSubmatch(contents[name], -1) {
				if !strings.Contains(contents["Makefile"], "\n"+target[1]+":") {
					t.Errorf("%v: %s runs make %s, which is not there", o, name, target[1])
				}
			}
		}
		if !folders["cmd/myapi"] || !strings.Contains(contents[".vscode/launch.json"], "/cmd/myapi\"") || !strings.Contains(contents[".vscode/tasks.json"], `"label": "settings"`) {
			t.Errorf("%v: launch.json starts what is not there: %s", o, contents[".vscode/launch.json"])
		}
		if compose := contents[".devcontainer/compose.yaml"]; (o.DB != "sqlite") != (compose != "") {
			t.Errorf("%v: a container for the editor beside the database: %q", o, compose)
		}
		if contents[".editorconfig"] == "" {
			t.Errorf("%v: .editorconfig is missing", o)
		}
	}
}

package evolve_test

import (
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/templates"
)

// A project of a forge without files for agents gets them, unless its owner has
// one: that stays as it is, now and later.
func TestOwnersFilesForAgentsStay(t *testing.T) {
	const own = "# Ours\n"
	for _, name := range []string{"AGENTS.md", "CLAUDE.md", ""} {
		l := livingOf(t, templates.FS, optionsOf("none"))
		for _, written := range []string{"AGENTS.md", "CLAUDE.md"} {
			delete(l.files, written)
			delete(l.project.Base, written)
		}
		if name != "" {
			l.files[name] = &fstest.MapFile{Data: []byte(own)}
		}
		for range 2 {
			l.apply(t, l.plan(t, templates.FS, evolve.Request{}))
		}
		_, added := l.files["AGENTS.md"]
		switch {
		case name == "" && (!added || bool(l.project.Manifest.Answers.WithoutAgents)):
			t.Error("nothing was added")
		case name != "" && (string(l.files[name].Data) != own || !bool(l.project.Manifest.Answers.WithoutAgents) || added && name != "AGENTS.md"):
			t.Errorf("with an own %s: %q, added %v, %+v", name, l.files[name].Data, added, l.project.Manifest.Answers)
		}
	}
}

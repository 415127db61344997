package evolve

import (
	"testing"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/project"
)

// TestAFileThatForgeHasNoMore resolves a conflict in a file that its owner changed
// and forge removed: keeping forge's side of the markers leaves no text, so the
// file goes.
func TestAFileThatForgeHasNoMore(t *testing.T) {
	marked := merge.File("a.go", []byte("package p\n"), []byte("package p // mine\n"), nil).Content
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"forge's side":     {[]byte("\n"), "removed"},
		"an empty file":    {[]byte{}, "removed"},
		"removed":          {nil, "resolved"},
		"the owner's side": {[]byte("package p // mine\n"), "resolved"},
		"markers":          {marked, "open"},
		"no Go":            {[]byte("mine\n"), "broken"},
	} {
		var r Resolution
		r.add(project.Conflict{Path: "a.go", At: "a.go"}, c.content, Choice{})
		got := "resolved"
		switch {
		case len(r.Open) > 0:
			got = "open"
		case len(r.Broken) > 0:
			got = "broken"
		case len(r.Gone) > 0:
			got = "gone"
		case len(r.Changes) == 1 && r.Changes[0].New == nil:
			got = "removed"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}

	var kept Resolution
	kept.add(project.Conflict{Path: "Makefile", At: "Makefile", Next: []byte("all:\n")}, []byte("\n"), Choice{})
	if len(kept.Changes) > 0 {
		t.Error("an empty file goes, though forge still has it")
	}
}

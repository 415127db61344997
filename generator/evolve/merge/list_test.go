package merge

import "testing"

// TestInLists merges what two sides add at one place of a list, and no other
// text.
func TestInLists(t *testing.T) {
	for name, c := range map[string]struct{ file, before, ours, theirs, want string }{
		"settings":           {".env.example", "PORT=1\n", "\n# Mine.\nMINE=1\n", "# Forge's.\nFORGES=1\n", "PORT=1\n# Forge's.\nFORGES=1\n\n# Mine.\nMINE=1\n"},
		"the same setting":   {".env.example", "PORT=1\n", "ONE=1\n", "ONE=2\n", ""},
		"rows":               {"docs/settings.md", "| `PORT` | 1 |\n", "| `MINE` | 1 |\n", "| `FORGES` | 2 |\n", "| `PORT` | 1 |\n| `FORGES` | 2 |\n| `MINE` | 1 |\n"},
		"the same row":       {"docs/settings.md", "| `PORT` | 1 |\n", "| `ONE` | 1 |\n", "| `ONE` | 2 |\n", ""},
		"a row and prose":    {"docs/settings.md", "| `PORT` | 1 |\n", "| `MINE` | 1 |\n", "\nForge's.\n", ""},
		"prose":              {"README.md", "It runs.\n", "Mine.\n", "Forge's.\n", ""},
		"rules":              {"Makefile", "all:\n\tgo build\n", "\nmine: all\n\t./mine\n", "\nforges: ## do it\n\t./forges\n", "all:\n\tgo build\n\nforges: ## do it\n\t./forges\n\nmine: all\n\t./mine\n"},
		"the same rule":      {"Makefile", "all:\n\tgo build\n", "\none:\n\t./mine\n", "\none:\n\t./forges\n", ""},
		"a rule and a step":  {"Makefile", "all:\n\tgo build\n", "\tgo vet\n", "\nforges:\n\t./forges\n", ""},
		"a rule and a value": {"Makefile", "all:\n\tgo build\n", "\nmine:\n\t./mine\n", "\nX := 1\n", ""},
		"another file":       {"compose.yaml", "a: 1\n", "b: 1\n", "c: 1\n", ""},
	} {
		result := File(c.file, []byte(c.before), []byte(c.before+c.ours), []byte(c.before+c.theirs))
		if merged := len(result.Conflicts) == 0; merged != (c.want != "") || merged && string(result.Content) != c.want {
			t.Errorf("%s: %d conflicts, got %q, want %q", name, len(result.Conflicts), result.Content, c.want)
		}
	}
}

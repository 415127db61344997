package merge

import (
	"strings"
	"testing"
)

// TestUndo takes merges with conflicts apart again.
func TestUndo(t *testing.T) {
	const base, next = "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\ntwo\n3\n4\n5\n6\n7\nacht\n9\n10\n"
	for name, ours := range map[string]string{
		"a conflict, and forge's change elsewhere": "1\n2\n3\n4\n5\n6\n7\neight\n9\n",
		"two conflicts, and an edit elsewhere":     "1\nzwei\n3\n4\nfünf\n6\n7\neight\n9\n",
		"other line ends":                          "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\neight\r\n9\r\n",
	} {
		merged := File("f.txt", []byte(base), []byte(ours), []byte(next))
		if len(merged.Conflicts) == 0 {
			t.Fatalf("%s: there is no conflict", name)
		}
		if got, ok := Undo("f.txt", []byte(base), merged.Content, []byte(next)); !ok || string(got) != ours {
			t.Errorf("%s: %v\n%q, want\n%q", name, ok, got, ours)
		}
		edited := strings.Replace(string(merged.Content), "<<<<<<< yours", "", 1)
		if got, ok := Undo("f.txt", []byte(base), []byte(edited), []byte(next)); ok {
			t.Errorf("%s: edited, and taken for %q", name, got)
		}
	}
}

package moves

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

//go:embed testdata/handler.txt
var handlerFormat string

// handler is an endpoint that resembles others: only the names differ.
func handler(pkg, verb, noun string) string { return fmt.Sprintf(handlerFormat, pkg, verb, noun) }

// TestFilesThatResembleOthersAreNotTaken removes a file that forge wrote, and
// has others that look like it: each case lists what is there, and where forge's
// file is then.
func TestFilesThatResembleOthersAreNotTaken(t *testing.T) {
	get, list := handler("authhttp", "get", "User"), handler("authhttp", "list", "User")
	for name, c := range map[string]struct {
		base, there map[string]string
		want        map[string]string // forge's path → where it is
	}{
		"the owner's handler is like it": {
			map[string]string{"a/get_user.go": get},
			map[string]string{"notes/get_note.go": handler("notes", "get", "Note"), "a/get_group.go": handler("authhttp", "get", "Group")},
			nil,
		},
		"renamed, and the owner's is like it": {
			map[string]string{"a/get_user.go": get},
			map[string]string{"notes/get_note.go": handler("notes", "get", "Note"), "a/show.go": get},
			map[string]string{"a/get_user.go": "a/show.go"},
		},
		"two are gone, and one is there": {
			map[string]string{"a/get_user.go": get, "a/list_user.go": list},
			map[string]string{"a/all.go": list},
			map[string]string{"a/list_user.go": "a/all.go"},
		},
		"two alike are gone, and one is there": {
			map[string]string{"a/get_user.go": get, "b/get_user.go": get},
			map[string]string{"c/show.go": get},
			map[string]string{"a/get_user.go": "c/show.go"},
		},
		"copied, and the copy is changed": {
			map[string]string{"a/get_user.go": get},
			map[string]string{"b/get_user.go": strings.ReplaceAll(get, "/User", "/Other") + "\nfunc more() {}\n", "c/show.go": get},
			map[string]string{"a/get_user.go": "c/show.go"},
		},
		"copied, and the original is there": {
			map[string]string{"a/get_user.go": get},
			map[string]string{"a/get_user.go": get, "b/get_user.go": get},
			nil,
		},
		"nothing but imports and braces": {
			map[string]string{"a/doc.go": "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc one() {\n\tfmt.Println(os.Args)\n}\n"},
			map[string]string{"b/x.go": "package b\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc two() {\n\tfmt.Println(os.Args)\n}\n"},
			nil,
		},
		"edited beyond recognition, with its names": {
			map[string]string{"a/get_user.go": get},
			map[string]string{"b/user.go": strings.Replace(strings.ReplaceAll(get, "found", "user"), "h.service.Find(ctx, in.ID)", "h.cache.Get(ctx, in.ID, time.Hour)", 1)},
			map[string]string{"a/get_user.go": "b/user.go"},
		},
	} {
		base, current := make(map[string][]byte), make(fstest.MapFS)
		for file, text := range c.base {
			base[file] = []byte(text)
		}
		for file, text := range c.there {
			current[file] = &fstest.MapFile{Data: []byte(text)}
		}
		at, err := Locate(base, current, func(string) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(at.files) != fmt.Sprint(c.want) {
			t.Errorf("%s: found %v, want %v", name, at.files, c.want)
		}
	}
}

package evolve

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/project"
)

//go:embed moves/testdata/handler.txt
var handlerFormat string

// handler is an endpoint that resembles others: only the names differ.
func handler(pkg, verb, noun string) string { return fmt.Sprintf(handlerFormat, pkg, verb, noun) }

// TestResemblingFileIsNotMergedInto deletes an endpoint that forge goes on to
// change: the owner's endpoint of the same shape stays as it is.
func TestResemblingFileIsNotMergedInto(t *testing.T) {
	get := handler("authhttp", "get", "User")
	base := map[string][]byte{"a/get_user.go": []byte(get)}
	next := []generator.File{{Path: "a/get_user.go", Class: project.Owned, Content: []byte(strings.Replace(get, "MethodGet", "MethodPost", 1))}}
	current := fstest.MapFS{"a/get_group.go": {Data: []byte(handler("authhttp", "get", "Group"))}}
	outcomes, err := compareLocated(base, current, next, nil)
	if err != nil || len(outcomes) != 1 || outcomes[0].Action != LeftOut || outcomes[0].Path != "a/get_user.go" {
		t.Errorf("%+v, %v", outcomes, err)
	}
}

// TestNoTestOfWhatIsGone adds tests of a file that the owner has, and of one that
// they have removed.
func TestNoTestOfWhatIsGone(t *testing.T) {
	base := map[string][]byte{"a/get_user.go": []byte(handler("a", "get", "User")), "a/list_user.go": []byte(handler("a", "list", "User"))}
	next := []generator.File{
		{Path: "a/get_user.go", Content: base["a/get_user.go"]}, {Path: "a/get_user_test.go", Content: []byte("package a\n")},
		{Path: "a/list_user.go", Content: base["a/list_user.go"]}, {Path: "a/list_user_test.go", Content: []byte("package a\n")},
		{Path: "a/other_test.go", Content: []byte("package a\n")},
	}
	current := fstest.MapFS{"a/get_user.go": {Data: base["a/get_user.go"]}}
	outcomes, err := compareLocated(base, current, next, nil)
	got := ""
	for _, o := range outcomes {
		got += fmt.Sprintf("%s %s|", o.Action, o.Path)
	}
	if want := "add a/get_user_test.go|left out a/list_user_test.go|add a/other_test.go|"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

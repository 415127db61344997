package generator

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestNamesThatDoWhatAPersonExpects(t *testing.T) {
	for _, c := range []struct {
		argument, module, dir string
		want                  Names
	}{
		{"myapi", "", "", Names{"myapi", "myapi", "myapi"}},
		{"myapi/", "", "", Names{"myapi", "myapi", "myapi"}},
		{"my-api_2", "", "", Names{"my-api_2", "my-api_2", "my-api_2"}},
		{"github.com/acme/myapi", "", "", Names{"github.com/acme/myapi", "myapi", "myapi"}},
		{"github.com/acme/myapi/", "", "", Names{"github.com/acme/myapi", "myapi", "myapi"}},
		{"github.com/acme/myapi/v2", "", "", Names{"github.com/acme/myapi/v2", "myapi", "myapi"}},
		{"gopkg.in/myapi.v3", "", "", Names{"gopkg.in/myapi.v3", "myapi", "myapi"}},
		{"github.com/Acme/myapi", "", "", Names{"github.com/Acme/myapi", "myapi", "myapi"}},
		{"work/myapi", "", "", Names{"myapi", "myapi", "work/myapi"}},
		{"./projects/myapi", "", "", Names{"myapi", "myapi", "projects/myapi"}},
		{"./myapi", "", "", Names{"myapi", "myapi", "myapi"}},
		{"./my.api/", "", "", Names{"my.api", "my.api", "my.api"}},
		{"net/myapi", "", "", Names{"myapi", "myapi", "net/myapi"}},
		{".", "", "", Names{"here", "here", "."}},
		{"myapi", "github.com/Acme/MyAPI", "", Names{"github.com/Acme/MyAPI", "myapi", "myapi"}},
		{"myapi", "", "../elsewhere", Names{"myapi", "myapi", "../elsewhere"}},
		{"", "github.com/acme/myapi", "", Names{"github.com/acme/myapi", "myapi", "myapi"}},
	} {
		got, err := ParseName(c.argument, c.module, c.dir, "/home/me/here")
		if err != nil || got != c.want {
			t.Errorf("%q %q %q: got %v, %v; want %v", c.argument, c.module, c.dir, got, err, c.want)
		}
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	for _, c := range []struct{ argument, module, reason, suggestion string }{
		{"", "", "empty", ""},
		{"/", "", "absolute", ""},
		{"MyApi", "", "upper-case", "myapi"},
		{"github.com/acme/MyAPI", "", "upper-case", "github.com/acme/myapi"},
		{"work/MyApi", "", "upper-case", "work/myapi"},
		{"2fast", "", "start with a letter", "fast"},
		{"-x", "", "start with a letter", "x"},
		{".hidden", "", "", ""},
		{"my api", "", "only letters", "my-api"},
		{"my..api", "", "only letters", "my-api"},
		{"myapi-", "", "only letters", "myapi"},
		{"müsli", "", "ASCII", "m-sli"},
		{"my\x00api", "", "control", ""},
		{"my\napi", "", "control", ""},
		{`work\myapi`, "", "backslash", "work/myapi"},
		{"../myapi", "", `".."`, "myapi --dir ../myapi"},
		{"a/../myapi", "", `".."`, "myapi --dir a/../myapi"},
		{"..", "", `".."`, ""},
		{"/srv/myapi", "", "absolute", "myapi --dir /srv/myapi"},
		{"https://github.com/acme/myapi.git", "", "address", "github.com/acme/myapi"},
		{"github.com/acme/myapi.git", "", "file", "github.com/acme/myapi"},
		{"main.go", "", "file", "main"},
		{"con", "", "Windows", "con-service"},
		{"nul.txt", "", "Windows", ""},
		{"com1", "", "Windows", "com1-service"},
		{"CON", "", "Windows", "con-service"},
		{"example.com/vendor/myapi", "", "below vendor", ""},
		{"internal", "", "special meaning", "myinternal"},
		{"vendor", "", "special meaning", "myvendor"},
		{"main", "", "special meaning", "mymain"},
		{"test", "", "special meaning", "mytest"},
		{"testdata", "", "special meaning", "mytestdata"},
		{"func", "", "special meaning", "myfunc"},
		{"fmt", "", "special meaning", "myfmt"},
		{"github.com/acme/fmt", "", "special meaning", "github.com/acme/myfmt"},
		{"myapi", "net/http", "standard library", ""},
		{"myapi", "cmd/x", "standard library", ""},
		{"myapi", "github.com/acme/my api", "invalid char", ""},
		{"myapi", "github.com/acme/../x", "invalid path element", ""},
		{"myapi", "github.com/acme/", "trailing slash", ""},
		{"myapi", "github.com/acme/myapi/v1", "version", ""},
		{"myapi", "/abs", "empty path element", ""},
		{"github.com/acme/con", "", "Windows", "github.com/acme/con-service"},
		{strings.Repeat("a", 64), "", "longer than 63", ""},
	} {
		_, err := ParseName(c.argument, c.module, "", "/home/me/here")
		var refused *NameError
		if !errors.As(err, &refused) || !strings.Contains(refused.Error(), c.reason) {
			t.Errorf("%q %q: got %v, want a refusal with %q", c.argument, c.module, err, c.reason)
		} else if c.suggestion != "" && refused.Suggestion != c.suggestion {
			t.Errorf("%q %q: suggests %q, not %q", c.argument, c.module, refused.Suggestion, c.suggestion)
		}
	}
}

func TestSuggestionsAreTakenWhenTried(t *testing.T) {
	for _, name := range []string{"MyApi", "2fast", "my api", "müsli", "internal", "con", "x.go", "github.com/acme/MyAPI", "A/B/C"} {
		_, err := ParseName(name, "", "", "/")
		var refused *NameError
		if !errors.As(err, &refused) || refused.Suggestion == "" {
			t.Errorf("%q: no suggestion: %v", name, err)
			continue
		}
		if _, err := ParseName(refused.Suggestion, "", "", "/"); err != nil {
			t.Errorf("%q: the suggestion %q is refused too: %v", name, refused.Suggestion, err)
		}
	}
}

func TestStandardRootsAreTheToolchains(t *testing.T) {
	output, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(output)) {
		root, _, _ := strings.Cut(name, "/")
		if !slices.Contains(standardRoots(), root) {
			t.Errorf("standardRoots lacks %s", root)
		}
	}
}

func FuzzParseName(f *testing.F) {
	f.Add("github.com/acme/myapi", "", "")
	f.Add("../../etc", "x", "")
	f.Fuzz(func(t *testing.T, argument, module, dir string) {
		names, err := ParseName(argument, module, dir, "/home/me/here")
		if err != nil {
			return
		}
		if strings.ContainsAny(names.Program, `/\ `) || strings.HasPrefix(names.Program, ".") {
			t.Errorf("%q gives the program %q", argument, names.Program)
		}
		if dir == "" && (strings.Contains(names.Dir, "..") && strings.Contains("/"+names.Dir+"/", "/../") || strings.HasPrefix(names.Dir, "/")) {
			t.Errorf("%q gives the folder %q", argument, names.Dir)
		}
	})
}

package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator/shell"
	"github.com/forge-go/forge/scripts/test/leave"
)

// words are what shells have a meaning for.
func words() []string {
	return []string{
		"plain", "a b", " a", "a ", "", "tab\tb", "line\nbreak", "my [app]", "[a-z]*", "*", "what?", "{a,b}", "a{1..3}",
		"!", "!!", "!echo", "a!b", "~", "~root", "a~b", "=", "=ls", "a=b", "a==b", "--flag=~/x", "--flag=a=b",
		"$HOME", "${HOME}", "$(id)", "`id`", "a;b", "a&b", "a|b", "a>b", "a<b", "<(id)", ">(id)", "#", "a#b", "^a", "a^b", "%1", "%", "a%b",
		"'", "''", "'a'", "a'b", "it's 'two'", `"`, `a"b`, `\`, `a\b`, `a\`, "(", "a(b)", "a(.)", "@", "a@b", "+", "a,b", "a:b", ":/", "./a", "-",
		"GET /todos/{id}", "title:string?", "plan:string=a b", "main.go:12", "ünï", "日本", "é?",
	}
}

// TestShellsReadWhatWasQuoted asks each shell for the words back: bash and zsh also
// as where people type, with all that they expand there.
func TestShellsReadWhatWasQuoted(t *testing.T) {
	for _, argv := range [][]string{
		{"sh", "-c"}, {"dash", "-c"}, {"bash", "--norc", "-c"}, {"zsh", "-f", "-c"},
		{"bash", "--norc", "-O", "extglob", "-O", "nullglob", "-H", "-c"},
		{"zsh", "-f", "-o", "extendedglob", "-o", "nullglob", "-o", "banghist", "-o", "magicequalsubst", "-o", "rcquotes", "-o", "interactivecomments", "-c"},
	} {
		t.Run(strings.Join(argv, " "), func(t *testing.T) {
			if _, err := exec.LookPath(argv[0]); err != nil {
				leave.Out(t, argv[0]+" is not installed")
			}
			command := "printf '%s\\0' " + shell.QuoteAll(words())
			out, err := exec.Command(argv[0], append(argv[1:], command)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got, want := string(out), strings.Join(words(), "\x00")+"\x00"; got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

package generator

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/module"
)

// NameError refuses a name. Suggestion is a name that would do, or empty.
type NameError struct {
	What       string // which name: "name", "module path", ...
	Name       string
	Reason     string
	Suggestion string
}

func (e *NameError) Error() string {
	return fmt.Sprintf("the %s %q can't be used: %s", e.What, e.Name, e.Reason)
}

// maxProgram is the length of a DNS label, which a container is often named by.
const maxProgram = 63

// programPattern is a path component of a container image's name that begins
// with a letter.
var programPattern = regexp.MustCompile(`^[a-z][a-z0-9]*((\.|_|-+)[a-z0-9]+)*$`)

// CheckProgram refuses a program's name, which is also a folder's, a Go
// package path's last element and a container image's, with a *NameError.
func CheckProgram(name string) error {
	refuse := func(reason, suggestion string) error {
		return &NameError{What: "name", Name: name, Reason: reason, Suggestion: suggestion}
	}
	switch {
	case name == "":
		return refuse("it is empty", "")
	case len(name) > maxProgram:
		return refuse(fmt.Sprintf("it is longer than %d characters", maxProgram), "")
	case isWindowsDevice(name):
		return refuse("Windows keeps it for a device", name+"-service")
	case slices.Contains(reservedPrograms(), strings.ToLower(name)):
		return refuse("it has a meaning of its own in Go", "my"+strings.ToLower(name))
	case slices.Contains(reservedSuffixes(), path.Ext(name)):
		return refuse(fmt.Sprintf("a name that ends in %s is taken for a file", path.Ext(name)), strings.TrimSuffix(name, path.Ext(name)))
	case !programPattern.MatchString(name):
		return refuse(programFault(name), suggestProgram(name))
	}
	return nil
}

func programFault(name string) string {
	switch {
	case strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }):
		return "it has characters other than plain ASCII letters and digits"
	case strings.ToLower(name) != name:
		return "container images have no upper-case letters in their names"
	case !unicode.IsLetter(rune(name[0])):
		return "it does not begin with a letter"
	default:
		return "only letters, digits and single -, _ or . between them make a name for a program, a Go package and a container image"
	}
}

// suggestProgram gives the nearest usable name, or "" when little would be
// left of it.
func suggestProgram(name string) string {
	usable := regexp.MustCompile(`[^a-z0-9._-]+`).ReplaceAllString(strings.ToLower(name), "-")
	usable = regexp.MustCompile(`[._-]{2,}`).ReplaceAllString(usable, "-")
	usable = strings.Trim(strings.TrimLeft(usable, "0123456789._-"), "._-")
	if usable == name || CheckProgram(usable) != nil {
		return ""
	}
	return usable
}

// CheckModule refuses a module path with a *NameError. A path whose first
// element has a dot must be one that can be fetched; others only name an
// unpublished module, and must not be taken for the standard library.
func CheckModule(modulePath string) error {
	refuse := func(reason string) error {
		return &NameError{What: "module path", Name: modulePath, Reason: reason, Suggestion: ""}
	}
	first, _, _ := strings.Cut(modulePath, "/")
	if strings.Contains(first, ".") {
		if err := module.CheckPath(modulePath); err != nil {
			return refuse(reasonOf(err))
		}
		return nil
	}
	if err := module.CheckImportPath(modulePath); err != nil {
		return refuse(reasonOf(err))
	}
	if slices.Contains(standardRoots(), first) {
		return refuse(fmt.Sprintf("paths that begin with %q belong to Go's standard library and tools", first))
	}
	return nil
}

// reasonOf takes the path out of x/mod's error, which the caller names.
func reasonOf(err error) string {
	if invalid, ok := err.(*module.InvalidPathError); ok {
		return invalid.Err.Error()
	}
	return err.Error()
}

func isWindowsDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	return slices.Contains([]string{
		"con", "prn", "aux", "nul", "conin$", "conout$",
		"com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
		"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
	}, stem)
}

func reservedSuffixes() []string { return []string{".go", ".exe", ".test", ".git", ".mod", ".sum"} }

// reservedPrograms are names the go command or the language understands
// otherwise, besides the standard library's.
func reservedPrograms() []string {
	return append([]string{
		"main", "internal", "vendor", "test", "testdata", "all", "std", "cmd", "tool", "work", "example",
		"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for",
		"func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return",
		"select", "struct", "switch", "type", "var",
	}, standardRoots()...)
}

// standardRoots are the first elements of the standard library's packages and
// of the go command's reserved paths; a test compares them with the toolchain.
func standardRoots() []string {
	return []string{
		"all", "archive", "arena", "bufio", "builtin", "bytes", "cmd", "cmp", "compress", "container", "context",
		"crypto", "database", "debug", "embed", "encoding", "errors", "example", "expvar", "flag", "fmt", "go",
		"hash", "html", "image", "index", "internal", "io", "iter", "log", "main", "maps", "math", "mime", "net",
		"os", "path", "plugin", "reflect", "regexp", "runtime", "simd", "slices", "sort", "std", "strconv",
		"strings", "structs", "sync", "syscall", "test", "testing", "text", "time", "tool", "unicode", "unique",
		"unsafe", "vendor", "weak", "work",
	}
}

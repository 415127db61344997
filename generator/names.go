package generator

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/module"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
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
var programPattern = lazyregexp.New(`^[a-z][a-z0-9]*((\.|_|-+)[a-z0-9]+)*$`)

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
		return refuse("Windows reserves it for a device", strings.ToLower(name)+"-service")
	case slices.Contains(reservedPrograms(), strings.ToLower(name)):
		return refuse("it has a special meaning in Go", "my"+strings.ToLower(name))
	case slices.Contains(reservedSuffixes(), path.Ext(name)):
		return refuse(fmt.Sprintf("a name that ends in %s is mistaken for a file", path.Ext(name)), strings.TrimSuffix(name, path.Ext(name)))
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
		return "it is the name of a container image, too, which has no upper-case letters"
	case !unicode.IsLetter(rune(name[0])):
		return "it does not start with a letter"
	default:
		return "only letters, digits and single -, _ or . between them make a name for a program, a Go package and a container image"
	}
}

// suggestProgram returns the nearest usable name, or "" when little would be
// left of it.
func suggestProgram(name string) string {
	usable := regexp.MustCompile(`[^a-z0-9._-]+`).ReplaceAllString(strings.ToLower(name), "-")
	usable = lazyregexp.New(`[._-]{2,}`).ReplaceAllString(usable, "-")
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
	if slices.Contains(strings.Split(modulePath, "/"), "vendor") {
		return refuse("Go lets nobody import packages from below vendor")
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
		return refuse(fmt.Sprintf("paths that start with %q belong to Go's standard library and tools", first))
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

// Names are the module path, the program's name and the project's folder that
// one argument of "forge new" stands for.
type Names struct {
	Module, Program, Dir string
}

// ParseName reads the argument of "forge new": a bare name (myapi), a module
// path (github.com/acme/myapi), a path with a folder (work/myapi), or "." for
// the working folder, whose name workdir ends in. A module or dir that is not
// empty takes the place of the one the argument stands for. The error is a
// *NameError.
func ParseName(argument, modulePath, dir, workdir string) (Names, error) {
	if argument == "" && modulePath != "" {
		argument = modulePath
	}
	names, err := parseArgument(argument, workdir)
	if err != nil {
		return Names{}, err
	}
	if modulePath != "" {
		names.Module = modulePath
	}
	if dir != "" {
		names.Dir = dir
	}
	if err := CheckProgram(names.Program); err != nil {
		return Names{}, qualify(err, argument, names.Program)
	}
	return names, CheckModule(names.Module)
}

func parseArgument(argument, workdir string) (Names, error) {
	refuse := func(reason, suggestion string) (Names, error) {
		return Names{}, &NameError{What: "name", Name: argument, Reason: reason, Suggestion: suggestion}
	}
	trimmed := strings.TrimPrefix(strings.TrimRight(argument, "/"), "./")
	switch {
	case argument == ".", argument == "./":
		base := filepath.Base(workdir)
		return Names{Module: base, Program: base, Dir: "."}, nil
	case strings.ContainsFunc(argument, unicode.IsControl):
		return refuse("it has control characters", "")
	case strings.Contains(argument, "://"):
		_, rest, _ := strings.Cut(strings.TrimRight(argument, "/"), "://")
		return refuse("it is an address, not a module path", strings.TrimSuffix(rest, ".git"))
	case filepath.IsAbs(argument), strings.HasPrefix(argument, "/"), filepath.VolumeName(argument) != "":
		return refuse("it is an absolute path", path.Base(argument)+" --dir "+argument)
	case strings.Contains(argument, `\`):
		return refuse("it has a backslash; folders are separated by /", strings.ReplaceAll(argument, `\`, "/"))
	case hasDotDot(argument):
		return refuse(`it has ".." in it`, path.Base(argument)+" --dir "+argument)
	case trimmed == "":
		return refuse("it is empty", "")
	}
	first, _, hasFolder := strings.Cut(trimmed, "/")
	if strings.Contains(first, ".") && !strings.HasPrefix(argument, "./") {
		return namesOfModule(trimmed), nil
	}
	program := path.Base(trimmed)
	if !hasFolder {
		return Names{Module: program, Program: program, Dir: program}, nil
	}
	return Names{Module: program, Program: program, Dir: filepath.FromSlash(path.Clean(trimmed))}, nil
}

// namesOfModule takes the program's name from a module path, whose last
// element may be a major version.
func namesOfModule(modulePath string) Names {
	prefix, _, ok := module.SplitPathVersion(modulePath)
	if !ok {
		prefix = modulePath
	}
	program := path.Base(prefix)
	return Names{Module: modulePath, Program: program, Dir: program}
}

func hasDotDot(argument string) bool {
	for segment := range strings.SplitSeq(argument, "/") {
		if segment == ".." {
			return true
		}
	}
	return false
}

// qualify turns a suggestion for the program's name into one for the whole
// argument it was taken from.
func qualify(err error, argument, program string) error {
	refused, ok := err.(*NameError)
	if !ok || refused.Suggestion == "" || program == "" || program == argument {
		return err
	}
	i := strings.LastIndex(argument, program)
	if i < 0 {
		return err
	}
	refused.Suggestion = argument[:i] + refused.Suggestion + argument[i+len(program):]
	return refused
}

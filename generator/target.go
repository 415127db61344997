package generator

import (
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/mod/module"
)

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

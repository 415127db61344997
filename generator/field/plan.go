package field

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// Request is what to add to which project.
type Request struct {
	Fields    []Field
	Module    string // the project's module path
	DB        string // sqlite, postgres, mysql
	Migration string // the path of the new migration
}

// UnsureError says where the project is not as forge wrote it, and what is to
// be added by hand. Nothing was changed.
type UnsureError struct {
	Where []string // path: reason
	Lines []Lines
}

// Lines are to be added to a file, in the order of the places named.
type Lines struct {
	Path  string `json:"path"`
	Place string `json:"place"`
	Text  string `json:"text"`
}

func (e *UnsureError) Error() string {
	return "the users' code is not as forge knows it, so nothing was changed"
}

// step is what happens to one place.
type step struct {
	path, place string
	lines       []string
	edit        func(s *source, lines []string) error
}

// Plan gives the changes that add the fields. The error is an *Error when a
// field is there already, and an *UnsureError when a place can't be found.
func Plan(current fs.FS, r Request) ([]txn.Change, error) {
	steps := follow(current, r.steps())
	if err := r.checkNew(current, steps); err != nil {
		return nil, err
	}
	var changes []txn.Change
	unsure := &UnsureError{}
	for ofFile := range byFile(steps) {
		change, err := editFile(current, ofFile)
		switch {
		case errors.Is(err, errGone) && strings.HasSuffix(change.Path, "_test.go"):
			// Whoever removes a test does not want it.
		case err != nil:
			unsure.Where = append(unsure.Where, fmt.Sprintf("%s: %v", change.Path, err))
		default:
			changes = append(changes, change)
		}
	}
	added, err := r.newFiles(current)
	if err != nil {
		unsure.Where = append(unsure.Where, err.Error())
	}
	if len(unsure.Where) > 0 {
		for _, s := range r.steps() {
			unsure.Lines = append(unsure.Lines, Lines{s.path, s.place, strings.Join(s.lines, "\n")})
		}
		for _, c := range added {
			unsure.Lines = append(unsure.Lines, Lines{c.Path, "a new file", strings.TrimRight(string(c.New), "\n")})
		}
		return nil, unsure
	}
	return slices.Concat(r.readme(current), changes, added), nil
}

// checkNew refuses fields that users have already.
func (r Request) checkNew(current fs.FS, steps []step) error {
	seen := make(map[string]string) // lower-cased name → where it is
	for _, step := range steps {
		if step.place != userPlace {
			continue
		}
		content, err := fs.ReadFile(current, step.path)
		if err != nil {
			break // which editFile says
		}
		if s, err := parseSource(step.path, content); err == nil {
			if user, err := s.structNamed("User", false); err == nil {
				for _, name := range fieldNames(user) {
					seen[strings.ToLower(name)] = step.path
				}
			}
		}
	}
	for _, f := range r.Fields {
		key := strings.ToLower(f.GoName)
		if where := seen[key]; where != "" {
			return &Error{Spec: f.Name + ":" + string(f.Kind), Reason: "users have a field of that name already, in " + where}
		}
		seen[key] = "this command"
	}
	return nil
}

// editFile does the steps of one file.
func editFile(current fs.FS, steps []step) (txn.Change, error) {
	change := txn.Change{Path: steps[0].path}
	content, err := project.ReadFile(current, change.Path)
	if err != nil {
		return change, err
	}
	if content == nil {
		return change, errGone
	}
	change.Old = content
	s, err := parseSource(change.Path, content)
	if err != nil {
		return change, err
	}
	for _, step := range steps {
		if err := step.edit(s, step.lines); err != nil {
			return change, err
		}
	}
	change.New, err = s.result()
	return change, err
}

// each makes a line for each field that the condition takes, or for all.
func (r Request) each(takes func(Field) bool, line func(Field) string) []string {
	var lines []string
	for _, f := range r.Fields {
		if takes == nil || takes(f) {
			lines = append(lines, line(f))
		}
	}
	return slices.Compact(lines)
}

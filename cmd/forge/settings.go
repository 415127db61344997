package main

import (
	"io/fs"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// settingsThatAreSet lists where each variable has a value: in the environment, or in
// which .env file, of which examples set nothing.
func settingsThatAreSet(current fs.FS, environ []string) (map[string][]string, error) {
	set := make(map[string][]string)
	note := func(line, where string) {
		if name, value, ok := setting(line); ok && strings.Trim(value, `"'`) != "" {
			set[name] = append(set[name], where)
		}
	}
	for _, variable := range environ {
		note(variable, "the environment")
	}
	files, err := fs.Glob(current, ".env*")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, ".example") {
			continue
		}
		content, err := project.ReadFile(current, name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(content)) {
			note(line, name)
		}
	}
	return set, nil
}

// setting reads a line of a .env file or of the environment that sets a variable.
func setting(line string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
	name = strings.TrimSpace(name)
	return name, strings.TrimSpace(value), ok && name != "" && !strings.ContainsFunc(name, isNotOfVariables)
}

// isNotOfVariables reports whether the names of variables do not have r.
func isNotOfVariables(r rune) bool {
	return r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

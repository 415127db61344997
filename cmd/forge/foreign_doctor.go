package main

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/migration"
	"github.com/forge-go/forge/generator/project"
)

// foreignFindings are about accounts in a module that forge did not make: their key,
// their tables, and which of their settings are set. They have the names of settings
// and never a value.
func foreignFindings(current fs.FS, answers project.Answers, environ []string) ([]evolve.Finding, error) {
	set, err := settingsThatAreSet(current, environ)
	if err != nil {
		return nil, err
	}
	tables, err := tablesOf(current, answers.MigrationsDir())
	if err != nil {
		return nil, err
	}
	level, help := evolve.Fine, ""
	by := "the program creates them when it starts"
	if host := answers.Foreign.Migrations; host != "" {
		created, err := tablesOf(current, host)
		if err != nil {
			return nil, err
		}
		by = "your migrations in " + host + " create them"
		if missing := slices.DeleteFunc(slices.Clone(tables), func(t string) bool { return slices.Contains(created, t) }); len(missing) > 0 {
			by = fmt.Sprintf("no migration in %s creates %s, which the program needs to start", host, strings.Join(missing, ", "))
			level, help = evolve.Note, "an editor: "+answers.MigrationsDir()+" has them, in the form of goose"
		}
	}
	found := []evolve.Finding{keyFinding(set), {Level: level, Text: fmt.Sprintf("tables: %s; %s", strings.Join(tables, ", "), by), Help: help}}
	if host := answers.Foreign.Migrations; host != "" {
		twice, err := migration.Twice(current, host)
		if err != nil {
			return nil, err
		}
		if len(twice) > 0 {
			found = append(found, evolve.Finding{Level: evolve.Wrong, Text: "migrations in " + host + " have one number: " + strings.Join(twice, ", "),
				Help: "git mv one of them to a number that is free"})
		}
	}
	known, err := settingsOf(current, answers)
	if err != nil {
		return nil, err
	}
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if slices.Contains(known, strings.TrimSuffix(name, "_FILE")) {
			shown = append(shown, fmt.Sprintf("%s (%s)", name, strings.Join(set[name], ", ")))
		}
	}
	text := "settings: all have their defaults"
	if len(shown) > 0 {
		text = "settings that are set: " + strings.Join(shown, ", ")
	}
	return append(found, evolve.Finding{Level: evolve.Fine, Text: text + "; " + answers.AccountsDir() + "/README.md lists all"}), nil
}

// keyFinding reports where the key is from that signs access tokens.
func keyFinding(set map[string][]string) evolve.Finding {
	from := append(slices.Clone(set["SECRET_KEY"]), set["SECRET_KEY_FILE"]...)
	if len(from) == 0 {
		return evolve.Finding{
			Level: evolve.Note, Text: "SECRET_KEY is not set here: outside development, the program does not start without it",
			Help: "openssl rand -base64 48",
		}
	}
	return evolve.Finding{Level: evolve.Fine, Text: "SECRET_KEY is set: " + strings.Join(from, ", ")}
}

// tablesOf lists the tables that the migrations of a folder create.
func tablesOf(current fs.FS, folder string) ([]string, error) {
	return matchesIn(current, path.Join(folder, "*.sql"), regexp.MustCompile(`(?m)^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`))
}

// settingsOf lists the settings of accounts.
func settingsOf(current fs.FS, answers project.Answers) ([]string, error) {
	return matchesIn(current, answers.AccountsDir()+"/settings/*.go", regexp.MustCompile("`env:\"([A-Z][A-Z0-9_]*)\""))
}

// matchesIn lists what the group of a pattern matches in files, each once.
func matchesIn(current fs.FS, files string, pattern *regexp.Regexp) ([]string, error) {
	names, err := fs.Glob(current, files)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, name := range names {
		content, err := project.ReadFile(current, name)
		if err != nil {
			return nil, err
		}
		for _, match := range pattern.FindAllSubmatch(content, -1) {
			if found := string(match[1]); !slices.Contains(all, found) {
				all = append(all, found)
			}
		}
	}
	return all, nil
}

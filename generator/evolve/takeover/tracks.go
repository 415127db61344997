package takeover

import (
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// track is a column and what became of it.
type track struct {
	first, definition string    // its name and its type at first
	by                migration // which added it
	name              string    // now
	renames           []project.Rename
	dropped           string // the migration that dropped it
}

// follow lets a later migration add, rename or drop columns of a table.
func follow(tracks []*track, plural string, m migration) []*track {
	current := func(name string) *track {
		i := slices.IndexFunc(tracks, func(c *track) bool { return c.name == name && c.dropped == "" })
		if i < 0 {
			return &track{}
		}
		return tracks[i]
	}
	if name, ok := between(m.title, "drop_", "_of_"+plural); ok {
		current(name).dropped = m.name
		return tracks
	}
	if from, ok := between(m.title, "rename_", "_of_"+plural); ok {
		if step := renamedColumn.FindStringSubmatch(m.content); step != nil && step[1] == from {
			c := current(from)
			c.name, c.renames = step[2], append(c.renames, project.Rename{From: from, Migration: m.name})
		}
		return tracks
	}
	if _, ok := between(m.title, "add_", "_to_"+plural); !ok {
		return tracks
	}
	added := regexp.MustCompile(`(?m)^(?:ALTER TABLE ` + plural + `|   ) ADD COLUMN ([a-z0-9_]+) (.*?)[,;]$`)
	for _, column := range added.FindAllStringSubmatch(m.content, -1) {
		tracks = append(tracks, &track{first: column[1], definition: column[2], by: m, name: column[1]})
	}
	return tracks
}

// between returns what is between a prefix and a suffix.
func between(text, before, after string) (string, bool) {
	rest, isAfter := strings.CutPrefix(text, before)
	name, isBefore := strings.CutSuffix(rest, after)
	return name, isAfter && isBefore
}

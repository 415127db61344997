package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// names lists every variable that is a setting.
func names() []string {
	fields, err := env.GetFieldParams(&Settings{})
	if err != nil {
		panic(err) // It is a pointer to a struct.
	}
	var all []string
	for _, field := range fields {
		all = append(all, field.Key)
	}
	for _, secret := range secretNames() {
		all = append(all, secret+"_FILE")
	}
	return all
}

// unknown lists the variables of the .env files that are not settings. Most are
// misspelt, so that a default applies.
func unknown(all []layer) []string {
	known := names()
	var found []string
	for _, l := range all {
		if l.file == "" {
			continue // A process has many others.
		}
		for _, name := range slices.Sorted(maps.Keys(l.values)) {
			if slices.Contains(known, name) {
				continue
			}
			found = append(found, sentence(name, l.file, known))
		}
	}
	return slices.Compact(found)
}

// variableName is what names of settings look like. Those with digits are left
// out: keys have them.
var variableName = regexp.MustCompile(`^[A-Z]{2,20}(_[A-Z]{1,20}){1,5}$`)

// sentence describes a variable that is not a setting. What does not look like
// a name is not repeated: it may be a line of a key that was pasted.
func sentence(name, file string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("%s in %s is no setting: is %s meant?", name, file, near)
	}
	if !variableName.MatchString(name) {
		return fmt.Sprintf("a line of %s sets what is no setting: its name is not shown, since it may be a part of a secret", file)
	}
	return fmt.Sprintf("%s in %s is no setting", name, file)
}

// nearest returns the name that is most like a misspelt one, or "" when none is.
func nearest(name string, known []string) string {
	best, least := "", 1+len(name)/4
	for _, candidate := range known {
		if d := distance(strings.ToUpper(name), candidate); d <= least && (best == "" || d < least) {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the characters to insert, delete or replace between two
// texts (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

package notice

import (
	"regexp"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/project"
)

// Cure is what sets accounts apart from what has their names.
type Cure string

// The cures.
const (
	TablePrefix Cure = "table-prefix"
	PathPrefix  Cure = "prefix"
)

// Names are what accounts would call their tables and routes.
type Names struct {
	Mode project.Mode // basic, complete
	// TablePrefix begins the names of the tables, PathPrefix the paths.
	TablePrefix, PathPrefix string
}

// matcher finds these names in a module.
type matcher struct {
	models                                  map[string]string // types by whose names gorm makes tables of ours
	path, usesTable, namesTable, makesTable *regexp.Regexp
}

func (n Names) matcher() matcher {
	models := make(map[string]string)
	for model, table := range map[string]string{"User": "users", "Token": "tokens", "Outbox": "outbox"} {
		if n.TablePrefix == "" && slices.Contains(ourTables(n.Mode), table) {
			models[model] = table
		}
	}
	table := regexp.QuoteMeta(n.TablePrefix) + "(?:" + strings.Join(ourTables(n.Mode), "|") + ")"
	return matcherOf(models, table, regexp.QuoteMeta(n.PathPrefix)+`/api/v1/(auth|users)`)
}

// matcherOf finds tables and paths that expressions match.
func matcherOf(models map[string]string, table, path string) matcher {
	return matcher{
		models:     models,
		path:       regexp.MustCompile(`^([A-Z]+ )?` + path + `(/|$)`),
		usesTable:  regexp.MustCompile("(?is)\\b(?:select\\b.*\\bfrom|delete\\s+from|insert\\s+into|join|update)\\s+[\"`]?(" + table + ")\\b[\"`]?(?:\\s+set\\b)?"),
		namesTable: regexp.MustCompile(`table:"?(` + table + `)\b`),
		makesTable: regexp.MustCompile("(?i)create\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?[\"`\\[]?(?:\\w+[\"`\\]]?\\.[\"`\\[]?)?(" + table + ")\\b"),
	}
}

// tableIn returns the table of ours that a text has a match for.
func tableIn(pattern *regexp.Regexp, text string) string {
	if match := pattern.FindStringSubmatch(text); match != nil {
		return strings.ToLower(match[1])
	}
	return ""
}

// ourTables are the tables that accounts are kept in.
func ourTables(mode project.Mode) []string {
	tables := []string{"users", "tokens", "login_failures", "login_networks"}
	if mode == project.Complete {
		tables = append(tables, "outbox")
	}
	return tables
}

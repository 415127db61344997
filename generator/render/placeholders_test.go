package render

import "testing"

func TestNumbered(t *testing.T) {
	for source, want := range map[string]string{
		"package p\nvar a = `SELECT a FROM b WHERE c = ? AND d = ?`": "package p\nvar a = `SELECT a FROM b WHERE c = $1 AND d = $2`",
		// Numbers run through an expression, and begin anew in the next.
		"package p\nvar a, b = f(`SELECT `+columns+` FROM b WHERE c = ?`+more.text+` AND d = ?`, x), `UPDATE a SET b = ?`": "package p\nvar a, b = f(`SELECT `+columns+` FROM b WHERE c = $1`+more.text+` AND d = $2`, x), `UPDATE a SET b = $1`",
		"package p\nvar a = `\n\tDELETE FROM a\n\tWHERE b = ?`":                                                            "package p\nvar a = `\n\tDELETE FROM a\n\tWHERE b = $1`",
		// Neither other texts nor comments are statements.
		"package p\nvar a = `^a?$` // SELECT ?\nvar b = \"SELECT ?\"":                "package p\nvar a = `^a?$` // SELECT ?\nvar b = \"SELECT ?\"",
		"package p\nvar a = g(`SELECT b FROM c WHERE d = ?`, `^e?$`, \"?\")":         "package p\nvar a = g(`SELECT b FROM c WHERE d = $1`, `^e?$`, \"?\")",
		"package p\nvar a = []any{`INSERT INTO b VALUES (?, ?)`, `SELECTED?`}":       "package p\nvar a = []any{`INSERT INTO b VALUES ($1, $2)`, `SELECTED?`}",
		"package p\nvar a = f(x, `SELECT `+columns()+` FROM b WHERE c = ?`, g(`?`))": "package p\nvar a = f(x, `SELECT `+columns()+` FROM b WHERE c = $1`, g(`?`))",
		"package p\nvar a = f(`SELECT ?`)(`?`)":                                      "package p\nvar a = f(`SELECT $1`)(`?`)",
		"":                                                                           "",
	} {
		if got := string(numbered([]byte(source))); got != want {
			t.Errorf("numbered(%q)\n= %q, want\n  %q", source, got, want)
		}
	}
}

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ends are the columns of the table of what ends what, in the page about log-ins,
// each with the things of the project's tests that it shows.
func ends() [][]string {
	return [][]string{{"session"}, {"other session", "other refresh token"}, {"reset link"}, {"verification link"}, {"pending address"}, {"reset mail"}, {"verified"}, {"lock"}}
}

// TestEndsAreDocumented compares the table with the one that the project's tests
// try.
func TestEndsAreDocumented(t *testing.T) {
	files := projectFiles(t, "complete")
	tested := testedEnds(t, files["internal/auth/authhttp/whatends_test.go"])
	if len(tested) < 20 {
		t.Fatalf("the tests try %d events", len(tested))
	}
	_, table, _ := strings.Cut(files["docs/login.md"], "## What ends what")
	var documented []string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != len(ends())+2 || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| event") {
			continue
		}
		row := strings.TrimSpace(cells[0]) + ":"
		for i, column := range ends() {
			if strings.HasPrefix(strings.TrimSpace(cells[i+1]), "end") {
				row += " " + column[0] + ","
			}
		}
		documented = append(documented, row+strings.TrimRight(cells[len(cells)-1], " "))
	}
	if !slices.Equal(documented, tested) {
		t.Errorf("documented: %s\ntested: %s", strings.Join(documented, "\n"), strings.Join(tested, "\n"))
	}
}

// testedEnds lists the events of a test file, each with the columns that it ends and
// with the mails.
func testedEnds(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "whatends_test.go", file, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]string)
	var rows []string
	ast.Inspect(parsed, func(node ast.Node) bool {
		if constant, ok := node.(*ast.ValueSpec); ok && len(constant.Values) == 1 {
			known[constant.Names[0].Name] = text(constant.Values[0], known)
		}
		event, ok := node.(*ast.CompositeLit)
		if !ok || event.Type != nil || len(event.Elts) != 4 {
			return true
		}
		named := strings.Split(text(event.Elts[2], known), ", ")
		row := text(event.Elts[0], known) + ":"
		for _, column := range ends() {
			if slices.Contains(named, column[0]) {
				row += " " + column[0] + ","
			}
			for _, thing := range column {
				if slices.Contains(named, thing) != slices.Contains(named, column[0]) {
					t.Errorf("%s: %q differs from %q, and has one column", row, thing, column[0])
				}
			}
		}
		rows = append(rows, strings.TrimRight(row+" "+strings.ReplaceAll(text(event.Elts[3], known), "_", " "), " "))
		return true
	})
	return rows
}

// text is the value of a constant expression of strings.
func text(e ast.Expr, known map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		value, _ := strconv.Unquote(e.Value)
		return value
	case *ast.Ident:
		return known[e.Name]
	case *ast.BinaryExpr:
		return text(e.X, known) + text(e.Y, known)
	}
	return ""
}

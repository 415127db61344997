// Package notice finds what a module has already that accounts would stand
// beside, or in the way of: log-in code, routes and tables of their names
// (notice.go), the drivers of its databases (dialect.go) and its migrations
// (migration.go).
package notice

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
	"github.com/forge-go/forge/generator/internal/lazyregexp"
	"github.com/forge-go/forge/generator/project"
)

// Notice is something that is there already and that accounts would stand
// beside, or in the way of.
type Notice struct {
	scan.Position
	Text  string `json:"text"`
	Grade Grade  `json:"grade"`
	// Cure is what would set accounts apart from it; empty: nothing would.
	Cure Cure `json:"cure,omitempty"`
}

var (
	loginPath = lazyregexp.New(`(?i)^([A-Z]+ )?(/[\w.{}:*-]+)*/(log-?in|sign-?in|sign-?up|register|log-?out)/?$`)
	nearPath  = lazyregexp.New(`(?i)^([A-Z]+ )?/?(users?|auth)(/|$)`)
)

// Find lists what is in the module already: log-in code, routes and tables
// of the names that accounts would use, a package auth.
func Find(m *scan.Module, names Names) []Notice {
	ours := names.matcher()
	var all []Notice
	for _, p := range m.Packages {
		if name := path.Base(p.PkgPath); (name == "auth" || name == "authentication") && len(p.Files) > 0 {
			all = append(all, Notice{m.Position(p.Files[0].AST.Package), "a package " + name, ungraded, ""})
		}
	}
	for _, f := range m.Files() {
		all = append(all, noticesIn(m, f, ours)...)
	}
	all = append(all, tables(m, ours)...)
	gradeAll(all, ungraded, hasLiteral(m, password), LogIn)
	gradeAll(all, ungradedPath, names.PathPrefix == "" && hasLiteral(m, ourPrefix), Doubt)
	return all
}

// Taken lists what is in the module of the names of a resource: its table, which gorm
// would make for a type of the name model, and its path.
func Taken(m *scan.Module, table, model, path string) []Notice {
	ours := matcherOf(map[string]string{model: table}, regexp.QuoteMeta(table), regexp.QuoteMeta(path))
	var all []Notice
	for _, f := range m.Files() {
		all = append(all, noticesIn(m, f, ours)...)
	}
	all = append(all, tables(m, ours)...)
	return slices.DeleteFunc(all, func(n Notice) bool { return n.Grade != Clash || n.Cure == "" })
}

func noticesIn(m *scan.Module, f *scan.File, ours matcher) []Notice {
	var all []Notice
	add := func(pos token.Pos, text string, grade Grade, cure Cure) {
		all = append(all, Notice{m.Position(pos), text, grade, cure})
	}
	for _, spec := range f.AST.Imports {
		if library, grade := loginLibrary(strings.Trim(spec.Path.Value, `"`)); library != "" {
			add(spec.Pos(), "an import of "+library, grade, "")
		}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind != token.STRING || err != nil {
				return true
			}
			if ours.path.MatchString(text) {
				add(n.Pos(), "a route "+text, Clash, PathPrefix)
			} else if loginPath.MatchString(text) {
				add(n.Pos(), "a route "+text, LogIn, "")
			}
			if table := tableIn(ours.makesTable, text); table != "" {
				add(n.Pos(), "a table "+table, Clash, TablePrefix)
			} else if table := cmp.Or(tableIn(ours.usesTable, text), tableIn(ours.namesTable, text)); table != "" {
				add(n.Pos(), "a query of a table "+table, Clash, TablePrefix)
			}
		case *ast.CallExpr:
			if table := ours.migrated(n); table != "" {
				add(n.Pos(), "a model of the table "+table, Clash, TablePrefix)
			}
			if text, grade, cure := nearRoute(f, n); text != "" {
				add(n.Pos(), "a route "+text, grade, cure)
			}
		case *ast.TypeSpec:
			if table := ours.model(f, n); table != "" {
				add(n.Pos(), "a model of the table "+table, Clash, TablePrefix)
			}
		}
		return true
	})
	return all
}

// nearRoute returns the path of a call that adds a route which, below some prefix,
// may be one of ours, or beside which gin allows no others at all.
func nearRoute(f *scan.File, call *ast.CallExpr) (text string, grade Grade, cure Cure) {
	receiver, name := scan.Method(call)
	if receiver == nil || len(call.Args) == 0 {
		return "", "", ""
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	r, isRouter := f.RouterOf(receiver)
	if !ok || !isRouter || literal.Kind != token.STRING {
		return "", "", ""
	}
	pattern := strings.Trim(literal.Value, "\"`")
	if r.Kind == project.Gin && (strings.HasPrefix(pattern, "/*") || pattern == "/" && strings.HasPrefix(name, "Static")) && !r.Group {
		return pattern + " for all paths", Clash, ""
	}
	if nearPath.MatchString(pattern) {
		return pattern, ungradedPath, PathPrefix
	}
	return "", "", ""
}

// migrated returns the table of ours that a call of gorm's AutoMigrate makes.
func (ours matcher) migrated(call *ast.CallExpr) string {
	if _, name := scan.Method(call); name != "AutoMigrate" {
		return ""
	}
	for _, arg := range call.Args {
		composite, ok := scan.LiteralOf(arg)
		if !ok {
			continue
		}
		name := types.ExprString(composite.Type)
		if table := ours.tableOf(name[strings.LastIndex(name, ".")+1:]); table != "" {
			return table
		}
	}
	return ""
}

// tableOf returns the table of ours that a model of that name has by default.
func (ours matcher) tableOf(model string) string {
	return ours.models[model]
}

// model returns the table of ours that a type would be kept in by gorm.
func (ours matcher) model(f *scan.File, spec *ast.TypeSpec) string {
	table := ours.tableOf(spec.Name.Name)
	structure, ok := spec.Type.(*ast.StructType)
	if !ok || table == "" {
		return ""
	}
	for _, field := range structure.Fields.List {
		importPath, name := f.Qualified(field.Type)
		if name == "Model" && strings.HasSuffix(importPath, "gorm") || name == "Schema" && importPath == "entgo.io/ent" || field.Tag != nil && strings.Contains(field.Tag.Value, "gorm:") {
			return table
		}
	}
	return ""
}

// loginLibrary returns the library of an import that users may log in with
// already, or that accounts would change the ways of. What keeps sessions or
// signs tokens is graded once it is known whether passwords are read; what is
// made for nothing but log-ins is one.
func loginLibrary(importPath string) (library string, grade Grade) {
	for _, l := range []struct {
		path  string
		grade Grade
	}{
		{"github.com/golang-jwt/jwt", ungraded}, {"github.com/dgrijalva/jwt-go", ungraded}, {"github.com/lestrrat-go/jwx", ungraded},
		{"github.com/gorilla/sessions", ungraded}, {"github.com/alexedwards/scs", ungraded}, {"github.com/gin-contrib/sessions", ungraded},
		{"github.com/go-chi/jwtauth", ungraded}, {"github.com/labstack/echo-jwt", ungraded}, {"github.com/gofiber/contrib/jwt", ungraded},
		{"github.com/appleboy/gin-jwt", LogIn}, {"github.com/markbates/goth", LogIn}, {"github.com/coreos/go-oidc", LogIn},
		{"github.com/volatiletech/authboss", LogIn}, {"github.com/aarondl/authboss", LogIn},
		{"golang.org/x/crypto/bcrypt", Beside},
		{"github.com/danielgtaylor/huma", Doubt}, // whose names of fields accounts take to the letter, in all of the program
	} {
		if importPath == l.path || strings.HasPrefix(importPath, l.path+"/") {
			return l.path, l.grade
		}
	}
	return "", ""
}

// tables finds tables of our names in the module's SQL files.
func tables(m *scan.Module, ours matcher) []Notice {
	var all []Notice
	root := os.DirFS(m.Root)
	_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // What can't be read is nothing to notice.
		}
		if entry.IsDir() {
			return skipFolder(name, entry)
		}
		if path.Ext(name) != ".sql" || m.Skip(name) {
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return nil
		}
		if table := tableIn(ours.makesTable, string(content)); table != "" {
			at := ours.makesTable.FindIndex(content)
			line := 1 + strings.Count(string(content[:at[0]]), "\n")
			all = append(all, Notice{scan.Position{File: name, Line: line}, "a table " + table, Clash, TablePrefix})
		}
		return nil
	})
	return all
}

// skipFolder leaves out folders that are not the module's own.
func skipFolder(name string, entry fs.DirEntry) error {
	base := entry.Name()
	if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "vendor" || base == "node_modules" || base == "testdata") {
		return fs.SkipDir
	}
	return nil
}

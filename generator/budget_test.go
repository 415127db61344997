package generator_test

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/forge-go/forge/templates"
)

// What templates may have of conditionals (if, with, range). The modules
// layers, which a program writes, don't count.
const (
	mostPer100Lines   = 1.5
	leastPercentClean = 65
	mostInAFile       = 5
)

func TestTemplatesKeepTheirBudgetOfConditionals(t *testing.T) {
	var files, clean, lines, conditionals int
	for path, content := range templateFiles(t) {
		count, nested := countConditionals(t, path, content)
		files++
		lines += bytes.Count(content, []byte("\n"))
		conditionals += count
		if count == 0 {
			clean++
		}
		if count > mostInAFile {
			t.Errorf("%s has %d conditionals; at most %d: prefer another file in another layer", path, count, mostInAFile)
		}
		if nested {
			t.Errorf("%s nests conditionals", path)
		}
	}
	per100, percentClean := 100*float64(conditionals)/float64(lines), 100*float64(clean)/float64(files)
	t.Logf("%d conditionals in %d lines (%.2f per 100); %.0f %% of %d files have none", conditionals, lines, per100, percentClean, files)
	if per100 > mostPer100Lines || percentClean < leastPercentClean {
		t.Errorf("the budget is %.1f per 100 lines and %d %% of files with none", mostPer100Lines, leastPercentClean)
	}
}

func TestEveryLayerIsUsed(t *testing.T) {
	used := []string{"embed.go"}
	for _, layer := range []string{
		"base", "net-http", "none", "auth", "basic", "complete", "modules",
		"db-*", "none-*", "auth-*", "basic-*", "complete-*", "router-*", "foreign", "foreign-*",
	} {
		matches, err := fs.Glob(templates.FS, layer)
		if err != nil {
			t.Fatal(err)
		}
		used = append(used, matches...)
	}
	entries, err := fs.ReadDir(templates.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(used, entry.Name()) {
			t.Errorf("templates/%s is no layer", entry.Name())
		}
	}
}

func templateFiles(t *testing.T) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := fs.WalkDir(templates.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".tmpl") || strings.HasPrefix(path, "modules/") {
			return err
		}
		files[path], err = fs.ReadFile(templates.FS, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func countConditionals(t *testing.T, path string, content []byte) (count int, nested bool) {
	t.Helper()
	tree := parse.New(path)
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(string(content), "[[", "]]", make(map[string]*parse.Tree)); err != nil {
		t.Fatal(err)
	}
	var visit func(list *parse.ListNode, depth int)
	branch := func(b parse.BranchNode, depth int) {
		count++
		nested = nested || depth > 0
		visit(b.List, depth+1)
		visit(b.ElseList, depth) // "else if" is no nesting
	}
	visit = func(list *parse.ListNode, depth int) {
		if list == nil {
			return
		}
		for _, node := range list.Nodes {
			switch node := node.(type) {
			case *parse.IfNode:
				branch(node.BranchNode, depth)
			case *parse.WithNode:
				branch(node.BranchNode, depth)
			case *parse.RangeNode:
				branch(node.BranchNode, depth)
			}
		}
	}
	visit(tree.Root, 0)
	return count, nested
}

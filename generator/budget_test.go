package generator_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource/resourcetest"
	"github.com/forge-go/forge/templates"
)

// What templates may have of conditionals (if, with). A range over the fields of
// users repeats a line and chooses nothing, so it does not count; nor do the
// pinned modules, which a program writes.
const (
	mostPer100Lines = 1.5
	mostInAFile     = 6
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
			t.Errorf("%s has %d conditionals; at most %d", path, count, mostInAFile)
		}
		if nested {
			t.Errorf("%s nests conditionals", path)
		}
	}
	per100 := 100 * float64(conditionals) / float64(lines)
	t.Logf("%d conditionals in %d lines (%.2f per 100); %d of %d files have none", conditionals, lines, per100, clean, files)
	if per100 > mostPer100Lines {
		t.Errorf("the budget is %.1f per 100 lines", mostPer100Lines)
	}
}

// TestEveryTemplateIsUsed fails for templates whose tags never hold together.
func TestEveryTemplateIsUsed(t *testing.T) {
	opened := openedFiles{FS: templates.FS, names: make(map[string]bool)}
	for _, o := range combinations() {
		for _, o := range []generator.Options{o, withFeatures(o)} {
			if _, err := generator.NewPlan(opened, o); err != nil {
				t.Fatal(err)
			}
		}
	}
	withFields := generator.Options{Module: "example.com/myapi", Program: "myapi", Auth: "basic", DB: "sqlite", Router: "stdlib"}
	for _, kind := range field.KindNames() {
		withFields.Fields = append(withFields.Fields, project.Field{Name: "a_" + kind, Type: kind + "?", Migration: "00004_add_user_fields"})
	}
	for _, resources := range [][]project.Resource{nil, resourcetest.Some(t, true)} {
		withFields.Resources = resources
		if _, err := generator.NewPlan(opened, withFields); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range foreignAnswers() {
		if _, err := generator.NewForeign(opened, f); err != nil {
			t.Fatal(err)
		}
	}
	added := foreignAnswers()[len(foreignAnswers())/2] // the first of complete
	added.Features = feature.Names(feature.For(string(added.Auth)))
	if _, err := generator.NewForeign(opened, added); err != nil {
		t.Fatal(err)
	}
	for name := range templateFiles(t) {
		if !opened.names[name] {
			t.Errorf("templates/%s is part of no project", name)
		}
	}
}

// openedFiles remembers which files were opened.
type openedFiles struct {
	fs.FS
	names map[string]bool
}

func (f openedFiles) Open(name string) (fs.File, error) {
	f.names[name] = true
	return f.FS.Open(name)
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
				count--
			}
		}
	}
	visit(tree.Root, 0)
	return count, nested
}

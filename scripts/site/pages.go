package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// page is a page of the site.
type page struct {
	Source string // below the checkout
	Name   string // of the HTML file
	Title  string
	Body   template.HTML
	found  []found
}

// found is what the search finds: a heading, and the words below it.
type found struct {
	Page    string `json:"page"`
	Address string `json:"address"`
	Heading string `json:"heading"`
	Words   string `json:"words"`
}

// readPages returns README.md as the first page, the pages in docs, and what
// else a reader asks for.
func readPages(checkout string) ([]page, error) {
	sources := []string{"README.md"}
	docs, err := filepath.Glob(filepath.Join(checkout, "docs", "*.md"))
	if err != nil {
		return nil, err
	}
	for _, name := range docs {
		sources = append(sources, "docs/"+filepath.Base(name))
	}
	sources = append(sources, "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "BENCHMARKS.md")
	names := map[string]string{}
	for _, source := range sources {
		names[source] = strings.ToLower(strings.TrimSuffix(path.Base(source), ".md")) + ".html"
		if source == "docs/security.md" { // SECURITY.md is the policy.
			names[source] = "threats.html"
		}
	}
	names["README.md"] = "index.html"
	pages := make([]page, len(sources))
	for i, source := range sources {
		content, err := os.ReadFile(filepath.Join(checkout, source))
		if err != nil {
			return nil, err
		}
		if pages[i], err = convert(source, content, names); err != nil {
			return nil, fmt.Errorf("converting %s: %w", source, err)
		}
	}
	return pages, nil
}

// convert makes a page of Markdown. Links between pages lead to HTML, and those
// to other files of the checkout become plain text.
func convert(source string, content []byte, names map[string]string) (page, error) {
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	document := markdown.Parser().Parse(text.NewReader(content))
	p := page{Source: source, Name: names[source]}
	err := ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Heading:
			p.heading(node, content)
		case *ast.Image:
			node.Destination = []byte(strings.TrimPrefix(path.Join(path.Dir(source), string(node.Destination)), "docs/"))
		case *ast.Link:
			node.Destination = []byte(target(source, string(node.Destination), names))
		case *ast.Text:
			p.add(string(node.Segment.Value(content)))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return page{}, err
	}
	var body bytes.Buffer
	err = markdown.Renderer().Render(&body, content, document)
	p.Body = template.HTML(body.String()) // Our own pages; goldmark leaves out the HTML in them.
	return p, err
}

func (p *page) heading(node *ast.Heading, content []byte) {
	words := string(node.Lines().Value(content))
	if node.Level == 1 && p.Title == "" {
		p.Title = words
	}
	address := p.Name
	if id, ok := node.AttributeString("id"); ok && node.Level > 1 {
		address += fmt.Sprintf("#%s", id)
	}
	p.found = append(p.found, found{Page: p.Title, Address: address, Heading: strings.ReplaceAll(words, "`", "")})
}

// add gives the words to the search, under the heading before them.
func (p *page) add(words string) {
	if len(p.found) > 0 {
		p.found[len(p.found)-1].Words += words + " "
	}
}

// target is where a link of the site leads.
func target(source, link string, names map[string]string) string {
	if strings.Contains(link, "://") || strings.HasPrefix(link, "#") {
		return link
	}
	file, anchor, hasAnchor := strings.Cut(link, "#")
	name, ok := names[path.Join(path.Dir(source), file)]
	switch {
	case !ok:
		return "" // A file of the checkout, which the site does not have.
	case hasAnchor:
		return name + "#" + anchor
	}
	return name
}

// render returns the HTML of all pages, and what the search looks through.
func render(pages []page) (map[string][]byte, error) {
	layout, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var all []found
	for _, p := range pages {
		var out bytes.Buffer
		if err := layout.Execute(&out, map[string]any{"Page": p, "Pages": pages}); err != nil {
			return nil, err
		}
		files[p.Name] = bytes.ReplaceAll(out.Bytes(), []byte(`<a href="">`), []byte(`<a>`))
		all = append(all, p.found...)
	}
	index, err := json.Marshal(all)
	files["search.json"] = index
	return files, err
}

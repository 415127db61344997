package evolve

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/forge-go/forge/generator/field"
	"github.com/forge-go/forge/generator/project"
)

// Mentions lists, as FILE:LINE, the places where a column or a member of JSON may
// be meant by its name in the owner's own strings and SQL: no compiler knows.
func Mentions(p *project.Project, current fs.FS, name string) ([]string, error) {
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	written := make(map[string]bool) // lines of forge's
	for file, content := range p.Base {
		if path.Ext(file) == ".go" {
			for line := range bytes.Lines(content) {
				written[strings.TrimSpace(string(line))] = true
			}
		}
	}
	var places []string
	add := func(file string, content []byte, line int) {
		text := strings.TrimSpace(string(bytes.SplitN(content, []byte("\n"), line+1)[line-1]))
		if place := fmt.Sprintf("%s:%d", file, line); !written[text] && (len(places) == 0 || places[len(places)-1] != place) {
			places = append(places, place)
		}
	}
	isText := func(file string) bool {
		_, title := splitMigration(file)
		_, isForges := p.Base[file]
		return path.Ext(file) == ".go" || path.Ext(file) == ".sql" && !isForges && !field.IsMigrationTitle(title)
	}
	err := project.Walk(current, ".", isText, func(file string, content []byte) error {
		if !word.Match(content) {
			return nil
		}
		for _, s := range stringsIn(file, content) {
			for _, at := range word.FindAllStringIndex(s.text, -1) {
				add(file, content, s.line+strings.Count(s.text[:at[0]], "\n"))
			}
		}
		return nil
	})
	return places, err
}

// literal is a string of Go, with its quotes, or a file of SQL.
type literal struct {
	text string
	line int
}

func stringsIn(file string, content []byte) []literal {
	if path.Ext(file) == ".sql" {
		return []literal{{string(content), 1}}
	}
	set := token.NewFileSet()
	var s scanner.Scanner
	s.Init(set.AddFile(file, -1, len(content)), content, nil, 0)
	var all []literal
	for {
		pos, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return all
		case token.STRING:
			all = append(all, literal{text, set.PositionFor(pos, false).Line})
		}
	}
}

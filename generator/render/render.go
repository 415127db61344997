// Package render turns a tree of templates into files.
//
// A template's path is the path of the file that it becomes, followed by tags
// and ".tmpl":
//
//	internal/server/router.go.chi.tmpl → internal/server/router.go, with the tag chi
//
// It is rendered when all of its tags hold, as Go compiles a file whose name
// ends with a system (exec_windows.go). A file without ".tmpl" has no tags and
// is copied byte for byte. In a path, the segment "_program_" becomes the name
// of the program. A path with "_resource_" in it is of one resource, whose package
// that becomes. What stands in a folder "_parts_" is no file, but a piece of
// one that others take in with [[ template "name" . ]]; it has tags, too.
package render

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"strings"
	"text/template"
)

const (
	suffix         = ".tmpl"
	programSegment = "_program_"
	resourceName   = "_resource_"
	partsFolder    = "_parts_"
	leftDelim      = "[["
	rightDelim     = "]]"
)

// Request selects what is rendered from a tree, and has the data for it.
type Request struct {
	Tags    Tags
	Data    any
	Program string
	// Numbered writes the "?" of SQL statements as $1, $2 and so on.
	Numbered bool
	// TablePrefix begins the names of the tables of accounts in SQL.
	TablePrefix string
	// Features and Fields report whether there are features, and whether users have
	// fields: Go files that differ by them are formatted.
	Features, Fields bool
	// Resource is the package of the resource whose templates are rendered;
	// empty for all that is of no resource.
	Resource string
}

// File is a rendered file; its path is slash-separated.
type File struct {
	Path    string
	Content []byte
}

// Tree renders the templates below root whose tags hold, in the order of
// their names. It reads nothing but its arguments. Two templates for one path
// are an error.
func Tree(templates fs.FS, root string, r Request) ([]File, error) {
	sources, err := fs.Sub(templates, root)
	if err != nil {
		return nil, fmt.Errorf("reading the templates: %w", err)
	}
	selected, parts, err := r.Tags.selectFrom(sources)
	if err != nil {
		return nil, err
	}
	set := template.New("").Delims(leftDelim, rightDelim).Option("missingkey=error").Funcs(funcs())
	for _, part := range parts {
		if err := parsePart(set, sources, part); err != nil {
			return nil, err
		}
	}
	files := make([]File, 0, len(selected))
	from := make(map[string]string)
	for _, s := range selected {
		if strings.Contains(s.output, resourceName) != (r.Resource != "") {
			continue
		}
		file := File{Path: strings.ReplaceAll(withProgram(s.output, r.Program), resourceName, r.Resource)}
		if other, ok := from[file.Path]; ok {
			return nil, fmt.Errorf("rendering %s: %s and %s both give it", file.Path, other, s.name)
		}
		from[file.Path] = s.name
		if file.Content, err = r.content(set, sources, s); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

func parsePart(set *template.Template, sources fs.FS, part source) error {
	content, err := fs.ReadFile(sources, part.name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", part.name, err)
	}
	if _, err := set.New(path.Base(part.output)).Parse(string(content)); err != nil {
		return fmt.Errorf("parsing %s: %w", part.name, err)
	}
	return nil
}

// content renders a template.
func (r Request) content(set *template.Template, sources fs.FS, s source) ([]byte, error) {
	content, err := fs.ReadFile(sources, s.name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.name, err)
	}
	if !strings.HasSuffix(s.name, suffix) {
		return content, nil
	}
	parsed, err := set.New(s.name).Parse(string(content))
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", s.name, err)
	}
	var out bytes.Buffer
	out.Grow(len(content))
	if err := parsed.Execute(&out, r.Data); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", s.name, err)
	}
	source := out.Bytes()
	if r.TablePrefix != "" {
		source = r.prefixed(s.output, source)
	}
	if path.Ext(s.output) != ".go" {
		return source, nil
	}
	if r.Numbered {
		source = numbered(source)
	}
	hasFields := r.Resource != "" || bytes.Contains(content, []byte("Fields ]]"))
	hasFeatures := bytes.Contains(content, []byte(".Has ")) || bytes.Contains(content, []byte(" .Feature"))
	if hasFields || hasFeatures {
		if source, err = withoutUnused(source); err != nil {
			return nil, fmt.Errorf("reading the imports of %s: %w", s.output, err)
		}
	}
	// Nobody has seen the lines that come of fields, resources and features.
	if r.Resource != "" || r.Fields && hasFields || r.Features && hasFeatures || bytes.Contains(content, []byte("Resources ]]")) {
		if source, err = format.Source(source); err != nil {
			return nil, fmt.Errorf("formatting %s: %w", s.output, err)
		}
	}
	return source, nil
}

func withProgram(output, program string) string {
	segments := strings.Split(output, "/")
	for i, segment := range segments {
		if segment == programSegment {
			segments[i] = program
		}
	}
	return path.Join(segments...)
}

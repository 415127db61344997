package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/template"
)

const (
	templateSuffix = ".tmpl"
	programSegment = "_program_"
	partsFolder    = "_parts_"
	leftDelim      = "[["
	rightDelim     = "]]"
)

// renderer turns one layer's files into a project's.
type renderer struct {
	templates fs.FS
	data      any
	set       *template.Template // all of them, so that each part is parsed once
	program   string
	numbered  bool                   // "?" in SQL becomes $1 and so on
	takes     func(path string) bool // nil: everything
}

func newSet() *template.Template {
	return template.New("").Delims(leftDelim, rightDelim).Option("missingkey=error").Funcs(funcs())
}

// all renders the layers, each of which may take in the parts of the others.
func (r renderer) all(layers []string) ([]File, error) {
	for _, layer := range layers {
		if err := r.takeParts(layer); err != nil {
			return nil, err
		}
	}
	var files []File
	for _, layer := range layers {
		rendered, err := r.layer(layer)
		if err != nil {
			return nil, err
		}
		files = append(files, rendered...)
	}
	return files, nil
}

// takeParts reads the parts of a layer: pieces of a file that differ by layer,
// where the file as a whole does not. They are taken in with
// [[ template "name" . ]].
func (r renderer) takeParts(layer string) error {
	found, err := fs.Glob(r.templates, path.Join(layer, partsFolder, "*"+templateSuffix))
	if err != nil {
		return err
	}
	for _, source := range found {
		content, err := fs.ReadFile(r.templates, source)
		if err != nil {
			return fmt.Errorf("reading %s: %w", source, err)
		}
		if _, err := r.set.New(strings.TrimSuffix(path.Base(source), templateSuffix)).Parse(string(content)); err != nil {
			return fmt.Errorf("parsing %s: %w", source, err)
		}
	}
	return nil
}

// layer renders every file of a layer, in the order of their names.
func (r renderer) layer(layer string) ([]File, error) {
	var files []File
	err := fs.WalkDir(r.templates, layer, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == partsFolder {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() {
			return err
		}
		inLayer := strings.TrimPrefix(name, layer+"/")
		if r.takes != nil && !r.takes(outputPath(inLayer, r.program)) {
			return nil
		}
		file, err := r.file(name, inLayer)
		if err != nil {
			return err
		}
		files = append(files, file)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading layer %s: %w", layer, err)
	}
	return files, nil
}

func (r renderer) file(source, inLayer string) (File, error) {
	content, err := fs.ReadFile(r.templates, source)
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", source, err)
	}
	if strings.HasSuffix(inLayer, templateSuffix) {
		if content, err = r.render(source, content); err != nil {
			return File{}, fmt.Errorf("rendering %s: %w", source, err)
		}
	}
	return newFile(outputPath(inLayer, r.program), content), nil
}

func (r renderer) render(name string, source []byte) ([]byte, error) {
	parsed, err := r.set.New(name).Parse(string(source))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, r.data); err != nil {
		return nil, err
	}
	if r.numbered && strings.HasSuffix(name, ".go"+templateSuffix) {
		return numbered(out.Bytes()), nil
	}
	return out.Bytes(), nil
}

// outputPath is the place in the project of a file at inLayer in its layer.
func outputPath(inLayer, program string) string {
	segments := strings.Split(strings.TrimSuffix(inLayer, templateSuffix), "/")
	for i, segment := range segments {
		if segment == programSegment {
			segments[i] = program
		}
	}
	return path.Join(segments...)
}

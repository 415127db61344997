package merge

import (
	"bytes"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/merge3"
)

// joined is a Go file that forge has put together from parts: what forge wrote,
// what the user made of it and what forge writes now, declaration by
// declaration, in the order that forge's has.
type joined struct {
	heads [3]goFile   // base, ours, next: of the first part
	uses  [2][]goFile // base, ours: all parts, for their imports
	keys  map[string]string
	order []string
	texts map[string]*[3]string // by key
	from  map[string]Place      // where the user's text of a key begins
	found []Place               // of conflicts
	gone  map[string]bool       // keys of files that the user removed
	gaps  map[string]string
	crlf  bool

	resolver resolver
}

// Part is a file of the base that is a part of another one now.
type Part struct {
	At         string // where the user has it; empty: nowhere
	Base, Ours []byte
	// Belongs reports whether a declaration, by the names that it declares, goes
	// into the joined file; nil: all do.
	Belongs func(names []string) bool
}

// Place is a line of a file.
type Place struct {
	Path string
	Line int
}

// Join merges the declarations of parts, the first of which is the file's own,
// into next, what forge writes today. It returns the places of conflicts in the
// parts, and false if one of the files is no Go.
func Join(next []byte, parts []Part) (merged []byte, conflicts []Place, ok bool) {
	head, ok := splitGo(next)
	if !ok {
		return nil, nil, false
	}
	j := &joined{keys: make(map[string]string), texts: make(map[string]*[3]string), from: make(map[string]Place),
		gone: make(map[string]bool), gaps: make(map[string]string)}
	j.heads[2] = head
	for _, p := range head.pieces {
		j.add(2, p, Place{})
	}
	for i, p := range parts {
		if !j.addPart(0, p, p.Base, i == 0) {
			return nil, nil, false
		}
	}
	for i, p := range parts {
		if !j.addPart(1, p, p.Ours, i == 0) {
			return nil, nil, false
		}
	}
	if parts[0].Ours == nil { // The user removed it, but not the head of what is there now.
		j.heads[1] = j.heads[0]
	}
	return j.merge(next), j.found, true
}

// addPart adds one side's content of a part; false if it is no Go.
func (j *joined) addPart(side int, p Part, content []byte, isFirst bool) bool {
	if len(content) == 0 {
		return true
	}
	split, ok := splitGo(content)
	if !ok {
		return false
	}
	pieces := split.pieces
	if isFirst {
		j.heads[side] = split
	} else {
		pieces = slices.Concat(split.headPieces(), pieces)
	}
	if p.Belongs != nil {
		pieces = slices.DeleteFunc(slices.Clone(pieces), func(piece piece) bool { return !p.Belongs(piece.names) })
	}
	j.uses[side] = append(j.uses[side], split)
	j.crlf = j.crlf || side == 1 && bytes.Contains(content, []byte("\r\n"))
	j.addAll(side, pieces, p.At)
	return true
}

// headPieces are the comments above and below the package clause.
func (f goFile) headPieces() []piece {
	var pieces []piece
	for _, text := range []string{f.before, f.after} {
		if text = strings.TrimSpace(text); text != "" {
			pieces = append(pieces, piece{gap: "\n\n", text: text, line: 1})
		}
	}
	return pieces
}

// addAll adds the pieces of a part. A declaration that forge has no more, or
// that is the user's, keeps its place behind the one that it stands behind.
func (j *joined) addAll(side int, pieces []piece, at string) {
	before := -1
	for i, p := range pieces {
		key := j.key(p)
		place := slices.Index(j.order, key)
		if place < 0 {
			place = before + 1
			if before < 0 {
				place = j.firstOf(pieces[i+1:])
			}
			j.order = slices.Insert(j.order, place, key)
		}
		before = place
		j.add(side, p, Place{at, p.line})
	}
}

// firstOf is the place of the first of the pieces that has one, or the end.
func (j *joined) firstOf(pieces []piece) int {
	for _, p := range pieces {
		if place := slices.Index(j.order, j.key(p)); place >= 0 {
			return place
		}
	}
	return len(j.order)
}

// add adds a piece to one side.
func (j *joined) add(side int, p piece, from Place) {
	key := j.key(p)
	if !slices.Contains(j.order, key) {
		j.order = append(j.order, key)
	}
	texts := j.texts[key]
	if texts == nil {
		texts = new([3]string)
		j.texts[key], j.gaps[key] = texts, p.gap
	}
	switch {
	case side == 0 && from.Path == "":
		j.gone[key] = true
	case side == 0:
		j.from[key] = Place{from.Path, 1} // unless the user's text is there
	case side == 1 && texts[1] == "":
		j.from[key] = from
	}
	if texts[side] != "" {
		texts[side] += p.gap
	}
	texts[side] += p.text
}

// key is the same for pieces that declare one name.
func (j *joined) key(p piece) string {
	if len(p.names) == 0 {
		return "text " + p.text
	}
	key := p.names[0]
	for _, name := range p.names {
		if known, ok := j.keys[name]; ok {
			key = known
		}
	}
	for _, name := range p.names {
		if _, ok := j.keys[name]; !ok {
			j.keys[name] = key
		}
	}
	return key
}

// merge puts the merged file together; next is what forge writes.
func (j *joined) merge(next []byte) []byte {
	var body strings.Builder
	for _, key := range j.order {
		texts := j.texts[key]
		if j.gone[key] && texts[1] == "" {
			continue
		}
		result := mergeText(texts[0], texts[1], texts[2], j.resolver.resolve)
		for _, line := range result.Conflicts {
			from := j.from[key]
			j.found = append(j.found, Place{from.Path, from.Line + line - 1})
		}
		if merged := strings.TrimRight(string(result.Content), "\n"); merged != "" {
			gap := j.gaps[key]
			if !strings.HasPrefix(gap, "\n") {
				gap = "\n\n"
			}
			body.WriteString(gap + merged)
		}
	}
	imports := mergeImports(union(j.uses[0]), union(j.uses[1]), j.heads[2].imports, []byte("package p\n"+body.String()))
	var out strings.Builder
	out.Write(mergeText(j.heads[0].before, j.heads[1].before, j.heads[2].before, nil).Content)
	out.WriteString(j.heads[2].clause)
	for _, block := range []string{string(mergeText(j.heads[0].after, j.heads[1].after, j.heads[2].after, nil).Content), imports} {
		if block = strings.TrimSpace(block); block != "" {
			out.WriteString("\n\n" + block)
		}
	}
	merged := []byte(out.String() + body.String() + "\n")
	if len(j.found) == 0 {
		merged = j.resolver.formatted(next, merged)
	}
	if j.crlf {
		merged = gotext.Like([]byte("\r\n"), merged)
	}
	return merged
}

// mergeText merges the texts of one declaration.
func mergeText(base, ours, theirs string, resolve func(base, ours, theirs []byte) ([]byte, bool)) merge3.Result {
	switch {
	case base == ours:
		return merge3.Result{Content: []byte(theirs)}
	case base == theirs, ours == theirs:
		return merge3.Result{Content: []byte(ours)}
	}
	lines := func(text string) []byte {
		if text == "" || strings.HasSuffix(text, "\n") {
			return []byte(text)
		}
		return []byte(text + "\n")
	}
	options := sides()
	options.Resolve = resolve
	return merge3.Merge(lines(base), lines(ours), lines(theirs), options)
}

// union has the imports of several files.
func union(files []goFile) importing {
	if len(files) == 1 {
		return files[0].imports
	}
	all := importing{}
	for i, f := range files {
		if i == 0 {
			all = f.imports
			continue
		}
		for _, s := range f.imports.specs {
			if !has(all.specs, s) {
				all = parseImports([]byte("package p\n\n" + addImport(all.text, s, all.specs) + "\n"))
			}
		}
	}
	return all
}

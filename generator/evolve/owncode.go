package evolve

import (
	"io/fs"
	"path"
	"strings"

	"github.com/forge-go/forge/generator/evolve/merge"
	"github.com/forge-go/forge/generator/internal/gotext"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/txn"
)

// MeetsOwnCode reports whether changes and Go code of the owner meet: whether
// the changes concern what is compiled, in a project whose Go files are not all
// as forge wrote them. Where they don't, the result is what forge's own tests
// have compiled.
func MeetsOwnCode(p *project.Project, current fs.FS, changes []txn.Change) (bool, error) {
	for _, c := range changes {
		if isCompiled(c.Path) {
			return hasOwnCode(p, current)
		}
	}
	return false, nil
}

func isCompiled(name string) bool {
	return path.Ext(name) == ".go" || name == "go.mod" || name == "go.sum"
}

func hasOwnCode(p *project.Project, current fs.FS) (bool, error) {
	missing := make(map[string]bool)
	for name := range p.Base {
		missing[name] = isCompiled(name)
	}
	own := false
	err := project.Walk(current, ".", isCompiled, func(name string, content []byte) error {
		base, ok := p.Base[name]
		missing[name] = false
		if own = !ok || !gotext.SameLines(base, content); own {
			return fs.SkipAll
		}
		return nil
	})
	for _, is := range missing {
		own = own || is
	}
	return own, err
}

// NoGo lists the files among those with conflicts that are no Go any more,
// though they are called so, with the place of the first mistake; gone lists
// those that the user has deleted.
func NoGo(p *project.Project, current fs.FS) (broken, gone []string, err error) {
	for _, c := range p.Conflicts {
		content, err := project.ReadFile(current, c.At)
		switch {
		case err != nil:
			return nil, nil, err
		case content == nil && c.Next != nil:
			gone = append(gone, c.At)
		case content != nil && path.Ext(c.At) == ".go":
			if fault := merge.Fault(c.At, content); fault != nil {
				first, _, _ := strings.Cut(fault.Error(), " (and ")
				broken = append(broken, first)
			}
		}
	}
	return broken, gone, nil
}

package evolve

import (
	"io/fs"
	"path"

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

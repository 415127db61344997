package scan

import (
	"go/types"
	"iter"
	"strings"
)

// FieldsOf returns the fields of a struct type of the module, or of a pointer to
// one, that code of the package from may use.
func (m *Module) FieldsOf(t types.Type, from *Package) iter.Seq[*types.Var] {
	return func(yield func(*types.Var) bool) {
		if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
			t = pointer.Elem()
		}
		named, ok := types.Unalias(t).(*types.Named)
		if !ok || named.Obj().Pkg() == nil || !m.owns(named.Obj().Pkg().Path()) {
			return
		}
		structure, ok := named.Underlying().(*types.Struct)
		if !ok {
			return
		}
		for field := range structure.Fields() {
			if (field.Exported() || field.Pkg().Path() == from.PkgPath) && !yield(field) {
				return
			}
		}
	}
}

// owns reports whether a package belongs to the module.
func (m *Module) owns(importPath string) bool {
	return importPath == m.Path || strings.HasPrefix(importPath, m.Path+"/") || importPath == "main" || importPath == "command-line-arguments"
}

package render

import (
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// funcs returns a few functions out of sprig, by name: those that
// read no clock, environment, network or random source, and bring no logic.
func funcs() template.FuncMap {
	hermetic := sprig.HermeticTxtFuncMap()
	picked := make(template.FuncMap)
	for _, name := range []string{
		"contains", "hasPrefix", "hasSuffix", "indent", "join", "kebabcase", "lower", "nindent",
		"quote", "repeat", "replace", "snakecase", "trim", "trimPrefix", "trimSuffix", "upper",
	} {
		picked[name] = hermetic[name]
	}
	return picked
}

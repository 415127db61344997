package notice

import (
	"strings"

	"github.com/forge-go/forge/generator/adopt/scan"
)

// Server is a server that does not call the handlers of net/http, and what makes one
// of them a handler of its own.
type Server struct {
	Module   string
	Adaptor  string // the import path of a package
	Call     string // of the package, with the handler in the place of %s
	Position scan.Position
}

// OtherServer finds the import of such a server.
func OtherServer(m *scan.Module) (Server, bool) {
	for _, s := range []Server{
		{Module: "github.com/valyala/fasthttp", Adaptor: "github.com/valyala/fasthttp/fasthttpadaptor", Call: "fasthttpadaptor.NewFastHTTPHandler(%s)"},
		{Module: "github.com/cloudwego/hertz", Adaptor: "github.com/cloudwego/hertz/pkg/common/adaptor", Call: "adaptor.HertzHandler(%s)"},
	} {
		for _, f := range m.Files() {
			for _, spec := range f.AST.Imports {
				if strings.HasPrefix(strings.Trim(spec.Path.Value, `"`)+"/", s.Module+"/") {
					s.Position = m.Position(spec.Pos())
					return s, true
				}
			}
		}
	}
	return Server{}, false
}

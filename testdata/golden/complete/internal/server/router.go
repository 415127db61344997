package server

import (
	"net/http"
	"net/url"
	"path"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/myapi/internal/problem"
)

// router is the standard mux, except that it lists its patterns and answers unknown
// paths and methods with problem details.
type router struct {
	mux      *http.ServeMux
	patterns []string
}

func newRouter() *router {
	return &router{mux: http.NewServeMux()}
}

func newAPI(r *router, config huma.Config) huma.API {
	return humago.New(r, config)
}

// Handle adds a route.
func (r *router) Handle(pattern string, handler http.Handler) {
	r.patterns = append(r.patterns, pattern)
	r.mux.Handle(pattern, handler)
}

// HandleFunc adds a route.
func (r *router) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	r.Handle(pattern, http.HandlerFunc(handler))
}

func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !isClean(req.URL.EscapedPath()) {
		problem.Write(w, http.StatusNotFound, "Not found")
		return
	}
	handler, pattern := r.mux.Handler(req)
	if pattern != "" {
		r.mux.ServeHTTP(w, req)
		return
	}
	refused := &refusal{header: http.Header{}}
	handler.ServeHTTP(refused, req)
	if refused.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", refused.header.Get("Allow"))
		problem.Write(w, http.StatusMethodNotAllowed, "Method not allowed")
		return
	}
	problem.Write(w, http.StatusNotFound, "Not found")
}

// isClean reports whether a path is written in the one way that has a route.
// The mux would redirect from //health and /docs/../health.
func isClean(escaped string) bool {
	clean := path.Clean(escaped)
	return escaped == clean || escaped == clean+"/"
}

// refusal takes the mux's plain-text answer, of which only the status and the
// allowed methods matter.
type refusal struct {
	header http.Header
	status int
}

func (r *refusal) Header() http.Header         { return r.header }
func (r *refusal) WriteHeader(status int)      { r.status = status }
func (r *refusal) Write(b []byte) (int, error) { return len(b), nil }

// registerStart adds the page at the root, unless a route is there.
func (s *Server) registerStart() {
	root := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}}
	if _, pattern := s.router.mux.Handler(root); pattern == "" {
		s.router.HandleFunc("GET /{$}", s.startPage())
	}
}

// registerDocs adds the OpenAPI document and Swagger UI.
func (s *Server) registerDocs() {
	if !s.Settings.DocsEnabled {
		return
	}
	s.router.HandleFunc("GET /openapi.json", s.openAPIDocument())
	ui := s.swaggerUI()
	s.router.HandleFunc("GET /docs", ui)
	s.router.HandleFunc("GET /docs/", ui)
}

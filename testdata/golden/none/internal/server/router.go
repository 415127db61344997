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
	r.mux.ServeHTTP(&routeWriter{w, req}, req)
}

// isClean reports whether a path is written in the one way that has a route.
// The mux would redirect from //health and /docs/../health.
func isClean(escaped string) bool {
	clean := path.Clean(escaped)
	return escaped == clean || escaped == clean+"/"
}

// routeWriter writes the answer of a route. Without one, the mux answers in plain
// text, of which only the status and the allowed methods matter.
type routeWriter struct {
	http.ResponseWriter
	request *http.Request
}

// routed reports whether the mux has found a route.
func (w *routeWriter) routed() bool { return w.request.Pattern != "" }

// WriteHeader begins the answer.
func (w *routeWriter) WriteHeader(status int) {
	switch {
	case w.routed():
		w.ResponseWriter.WriteHeader(status)
	case status == http.StatusMethodNotAllowed:
		problem.Write(w.ResponseWriter, status, "Method not allowed")
	default:
		problem.Write(w.ResponseWriter, http.StatusNotFound, "Not found")
	}
}

// Write begins the answer, or goes on with it.
func (w *routeWriter) Write(b []byte) (int, error) {
	if !w.routed() {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *routeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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

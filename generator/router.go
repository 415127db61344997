package generator

// RouterType is the type of the server's router.
func (d data) RouterType() string {
	return map[string]string{
		"stdlib": "*router", "chi": "*chi.Mux", "gin": "*gin.Engine", "echo": "*echo.Echo", "fiber": "*fiber.App",
	}[d.Router]
}

// RouterImport is the package of RouterType, empty for one of the project.
func (d data) RouterImport() string {
	return map[string]string{
		"chi": "github.com/go-chi/chi/v5", "gin": "github.com/gin-gonic/gin", "echo": "github.com/labstack/echo/v5",
		"fiber": "github.com/gofiber/fiber/v3",
	}[d.Router]
}

// NewRouter makes a router, given Dependencies d.
func (d data) NewRouter() string {
	if d.Router == "echo" {
		return "newRouter(d.Log)"
	}
	return "newRouter()"
}

// RouterHandler is what answers a request that has passed the middleware:
// routers that compare paths as they were sent need them normalized.
func (d data) RouterHandler() string {
	if d.Router == "stdlib" {
		return "s.router"
	}
	return "unescapePaths(s.router)"
}

// RouterName is what prose calls the router.
func (d data) RouterName() string {
	return map[string]string{
		"stdlib": "net/http",
		"chi":    "[chi](https://go-chi.io)",
		"gin":    "[gin](https://gin-gonic.com)",
		"echo":   "[echo](https://echo.labstack.com)",
		"fiber":  "[fiber](https://gofiber.io)",
	}[d.Router]
}

// Root is the route of the root alone, as the router writes it.
func (d data) Root() string {
	if d.Router == "stdlib" {
		return "/{$}"
	}
	return "/"
}

// DocsFiles is the route of all files below /docs/, as the router writes it.
func (d data) DocsFiles() string {
	if d.Router == "stdlib" {
		return "/docs/"
	}
	return "/docs/*"
}

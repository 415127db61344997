package generator

import "github.com/forge-go/forge/generator/project"

// RouterType is the type of the server's router.
func (d data) RouterType() string {
	return map[project.Router]string{
		project.Stdlib: "*router", project.Chi: "*chi.Mux", project.Gin: "*gin.Engine", project.Echo: "*echo.Echo", project.Fiber: "*fiber.App",
	}[d.Router]
}

// RouterImport is the package of RouterType, empty for one of the project.
func (d data) RouterImport() string {
	return map[project.Router]string{
		project.Chi: "github.com/go-chi/chi/v5", project.Gin: "github.com/gin-gonic/gin", project.Echo: "github.com/labstack/echo/v5",
		project.Fiber: "github.com/gofiber/fiber/v3",
	}[d.Router]
}

// NewRouter makes a router, given Dependencies d.
func (d data) NewRouter() string {
	if d.Router == project.Echo {
		return "newRouter(d.Log)"
	}
	return "newRouter()"
}

// RouterHandler is what answers a request that has passed the middleware:
// routers that compare paths as they were sent need them normalized.
func (d data) RouterHandler() string {
	if d.Router == project.Stdlib {
		return "s.router"
	}
	return "unescapePaths(s.router)"
}

// RouterName is what prose calls the router.
func (d data) RouterName() string {
	return map[project.Router]string{
		project.Stdlib: "net/http",
		project.Chi:    "[chi](https://go-chi.io)",
		project.Gin:    "[gin](https://gin-gonic.com)",
		project.Echo:   "[echo](https://echo.labstack.com)",
		project.Fiber:  "[fiber](https://gofiber.io)",
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
	if d.Router == project.Stdlib {
		return "/docs/"
	}
	return "/docs/*"
}

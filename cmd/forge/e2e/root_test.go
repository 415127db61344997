package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/scripts/test/leave"
)

// ownRoots are, by router, the import and the route of a front end that has the
// root, with all paths below it where the router allows that beside others.
var ownRoots = map[string][2]string{
	"stdlib": {"net/http", `s.router.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("mine")) })`},
	"chi":    {"net/http", `s.router.Get("/*", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("mine")) })`},
	"gin":    {"github.com/gin-gonic/gin", `s.router.GET("/", func(c *gin.Context) { c.String(200, "mine") })`},
	"echo":   {"github.com/labstack/echo/v5", `s.router.GET("/*", func(c *echo.Context) error { return c.String(200, "mine") })`},
	"fiber":  {"github.com/gofiber/fiber/v3", `s.router.Get("/*", func(c fiber.Ctx) error { return c.SendString("mine") })`},
}

const ownRootTest = `package server_test

import (
	"testing"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestOwnRoot(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.Environment = settings.Development }})
	if got := svc.Expect(t, 200, testkit.Request{Method: "GET", Path: "/"}).Body; got != "mine" {
		t.Errorf("the root answers %q", got)
	}
}
`

// TestOwnRootsStay checks that the start page leaves the root to the owner's route.
func TestOwnRootsStay(t *testing.T) {
	leave.ToTestAll(t)
	for _, router := range generator.RouterChoice().Names() {
		t.Run(router, func(t *testing.T) {
			p := newProjectOn(t, "none", router)
			folder, own := filepath.Join(p.dir, "internal", "server"), ownRoots[router]
			routes, err := os.ReadFile(filepath.Join(folder, "routes.go"))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(string(routes), "import (", "import (\n\t\""+own[0]+"\"\n", 1)
			text = strings.TrimSuffix(strings.TrimSpace(text), "}") + "\t" + own[1] + "\n}\n"
			for name, content := range map[string]string{"routes.go": text, "own_root_test.go": ownRootTest} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			p.run(t, "go", "test", "-vet=off", "-ldflags=-w", "-run=OwnRoot", "./internal/server")
		})
	}
}

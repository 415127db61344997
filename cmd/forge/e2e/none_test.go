//go:build unix

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

func TestReadmeOfNone(t *testing.T) {
	need(t, "make", "the commands of the README are not run")
	p := newProject(t, "none")
	p.follow(t, "Add a route", "Plain handlers", "Add a column")
	s := p.start(t)
	tryFarewells(t, s)
	s.answers(t, "POST", "/api/v1/greetings", "", map[string]string{"name": "Ada"}, http.StatusCreated, "Hello Ada!")
	if printed := p.shell(t, p.readme.find(t, "make migrate"), s.env...); !strings.Contains(printed, "add_language") {
		t.Errorf("make migrate prints %s", printed)
	}
	if printed := p.shell(t, p.readme.only(t, "Troubleshooting", "sh"), s.env...); !strings.Contains(printed, "ok    migrations") {
		t.Errorf("doctor prints %s", printed)
	}
	p.test(t)
	need(t, "curl", "the README's curl command is not run")
	if printed := p.shell(t, s.here(p.readme.find(t, "curl "))); !strings.Contains(printed, `"message":"Hello Ada!"`) {
		t.Errorf("the README's curl command prints %s", printed)
	}
}

func TestReadmeOfNoneOnEachRouter(t *testing.T) {
	leftToTestAll(t)
	eachOtherRouter(t, "none", func(t *testing.T, p project) {
		p.follow(t, "Add a route", "Plain handlers")
		if unformatted := p.run(t, "gofmt", "-l", "."); unformatted != "" {
			t.Errorf("gofmt would change %s", unformatted)
		}
		tryFarewells(t, p.start(t))
	})
}

// tryFarewells asks the added operation and the plain handler until their
// limits.
func tryFarewells(t *testing.T, s service) {
	t.Helper()
	for range 5 {
		s.answers(t, "GET", "/api/v1/farewells/Ada", "", nil, http.StatusOK, "Goodbye Ada!")
	}
	s.answers(t, "GET", "/api/v1/farewells/Ada", "", nil, http.StatusTooManyRequests, "Too many requests")
	for range 5 {
		if status, text := s.send(t, "GET", "/plain", "", nil); status != http.StatusOK || text != "Hello!\n" {
			t.Errorf("GET /plain = %d %q", status, text)
		}
	}
	s.answers(t, "GET", "/plain", "", nil, http.StatusTooManyRequests, "Too many requests")
}

//go:build unix

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

func TestReadmeOfNone(t *testing.T) {
	p := newProject(t, "none")
	p.follow(t, "Add a route", "Add a column")
	s := p.start(t)
	for range 5 {
		s.answers(t, "GET", "/api/v1/farewells/Ada", "", nil, http.StatusOK, "Goodbye Ada!")
	}
	s.answers(t, "GET", "/api/v1/farewells/Ada", "", nil, http.StatusTooManyRequests, "Too many requests")
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

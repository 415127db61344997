package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// endpoint is an operation that an owner may take out of a project.
type endpoint struct {
	method string // of endpoints, in package authhttp
	file   string // where its tests are
	about  string // a pattern of other tests, or parts of them, that name it
}

var ownEndpoints = []endpoint{
	{"register", "register", `Regist|/register`},
	{"login", "login lock limit", `Login|Guesses|/log-in|/login`},
	{"token", "login lock limit", `/token|Forms`},
	{"logout", "logout", `Logout`},
	{"me", "me", ``},
	{"updateMe", "me", `EmailChange|ChangesToOneName|/rename|/update-me`},
	{"deleteMe", "me", `/leave`},
	{"changePassword", "password", `CurrentPassword|/change-password`},
	{"listUsers", "users", ``},
	{"getUser", "users", ``},
	{"updateUser", "users", `/demote|/disable|/by_a_superuser|/update-user`},
	{"deleteUser", "users", `/delete`},
	{"verifyEmail", "email", ``},
	{"declineEmail", "email", ``},
	{"resetPassword", "reset_password", ``},
	{"refresh", "refresh", ``},
	{"resendVerification", "reset_password", ``},
	{"forgotPassword", "reset_password", ``},
	{"logoutAll", "logout", `LogoutAll`},
	{"sessions", "sessions", ``},
	{"revokeSession", "sessions", ``},
	{"endSessions", "sessions", ``},
}

// owns reports whether a test is about the endpoint: it stands in its file, or
// names it.
func (e endpoint) owns(test, file string) bool {
	name := strings.TrimSuffix(filepath.Base(file), "_test.go")
	return slices.Contains(strings.Fields(e.file), name) || e.about != "" && regexp.MustCompile(e.about).MatchString(test)
}

// TestTakingOutEndpoints takes each operation out of a project: no test fails
// that is not about it. First all tests run once, to learn which of them send
// requests to which operation; then those run again without it.
func TestTakingOutEndpoints(t *testing.T) {
	leftToTestAll(t)
	p := newProject(t, "complete")
	routes := p.makeEndpointsOptional(t)
	tests := p.compileTests(t)
	for _, e := range ownEndpoints {
		route, ok := routes[e.method]
		if !ok {
			t.Fatalf("there is no endpoint %s", e.method)
		}
		delete(routes, e.method)
		t.Run(e.method, func(t *testing.T) {
			for _, suite := range tests {
				suite.runWithout(t, e, route)
			}
		})
	}
	for method := range routes {
		t.Errorf("%s is not taken out", method)
	}
}

var (
	registration = regexp.MustCompile(`(?m)^\te\.(\w+)\((.*)\)$`)
	operation    = regexp.MustCompile(`(?s)func \(e endpoints\) (\w+)\(.*?Method: http\.Method(\w+), Path: "([^"]*)"`)
)

// makeEndpointsOptional leaves an endpoint out, with its entry in the public
// list, when WITHOUT names it, so that one program serves for all. It returns
// the route of each.
func (p project) makeEndpointsOptional(t *testing.T) map[string]string {
	t.Helper()
	const authhttp, routesFile, kit = "internal/auth/authhttp/authhttp.go", "internal/server/routes.go", "internal/testkit/request.go"
	content := registration.ReplaceAllString(p.read(t, authhttp), "\tif os.Getenv(\"WITHOUT\") != \"$1\" {\n\t\te.$1($2)\n\t}")
	p.write(t, authhttp, strings.Replace(content, "\t\"net/http\"\n", "\t\"net/http\"\n\t\"os\"\n", 1))

	list, rest, _ := strings.Cut(strings.Replace(p.read(t, routesFile), "var public = []string{", "var public = slices.DeleteFunc([]string{", 1), "\n}\n")
	list = strings.Replace(list, "import (\n", "import (\n\t\"os\"\n\t\"slices\"\n\n", 1)
	p.write(t, routesFile, list+"\n}, func(route string) bool { return route == os.Getenv(\"WITHOUT_ROUTE\") })\n"+rest)

	const do = "func (svc *Service) Do(t testing.TB, request Request) Response {\n\tt.Helper()\n"
	content = strings.Replace(p.read(t, kit), do, do+"\trecordRequest(t, request)\n", 1)
	p.write(t, kit, content)
	p.write(t, "internal/testkit/record.go", recorder)

	routes := map[string]string{}
	for _, name := range p.glob(t, "internal/auth/authhttp/*.go") {
		for _, m := range operation.FindAllStringSubmatch(p.read(t, name), -1) {
			routes[m[1]] = strings.ToUpper(m[2]) + " " + m[3]
		}
	}
	return routes
}

const recorder = `package testkit

import (
	"os"
	"testing"
)

func recordRequest(t testing.TB, request Request) {
	if path := os.Getenv("RECORD"); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.WriteString(t.Name() + "\t" + request.Method + " " + request.Path + "\n")
	}
}
`

func (p project) glob(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(p.path(pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: no files, %v", pattern, err)
	}
	for i, name := range found {
		found[i] = strings.TrimPrefix(filepath.ToSlash(name), filepath.ToSlash(p.dir)+"/")
	}
	return found
}

// suite is the compiled tests of a package.
type suite struct {
	project
	dir, program string
	files        map[string]string // of a test
	sent         []string          // test, tab, request
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// compileTests compiles the tests that run the service, and runs them once.
func (p project) compileTests(t *testing.T) []suite {
	t.Helper()
	var suites []suite
	for _, dir := range []string{"internal/auth/authhttp", "internal/server", "internal/auth/authmail", "internal/auth/authsql", "internal/auth", "internal/testkit"} {
		s := suite{project: p, dir: dir, program: filepath.Join(t.TempDir(), filepath.Base(dir)+".test"), files: map[string]string{}}
		for _, name := range p.glob(t, dir+"/*_test.go") {
			for _, m := range testFunction.FindAllStringSubmatch(p.read(t, name), -1) {
				s.files[m[1]] = name
			}
		}
		p.run(t, "go", "test", "-c", "-vet=off", "-ldflags=-w", "-o", s.program, "./"+dir)
		record := filepath.Join(t.TempDir(), "record")
		if failed := s.run(t, ".", "RECORD="+record); len(failed) > 0 {
			t.Fatalf("with all endpoints, %q fail", failed)
		}
		if content, err := os.ReadFile(record); err == nil {
			s.sent = strings.Split(strings.TrimSpace(string(content)), "\n")
		}
		suites = append(suites, s)
	}
	return suites
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// run returns the tests that fail, without those of which only a part does.
func (s suite) run(t *testing.T, pattern string, environment ...string) []string {
	t.Helper()
	cmd := s.command(s.program, "-test.run="+pattern, "-test.timeout=2m")
	cmd.Dir, cmd.Env = s.path(s.dir), append(cmd.Env, environment...)
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "\npanic: ") || err != nil && !failedTest.Match(out) {
		t.Fatalf("%s: %v\n%s", s.dir, err, out)
	}
	var failed []string
	for _, m := range failedTest.FindAllStringSubmatch(string(out), -1) {
		failed = append(failed, m[1])
	}
	return slices.DeleteFunc(failed, func(test string) bool {
		return slices.ContainsFunc(failed, func(other string) bool { return strings.HasPrefix(other, test+"/") })
	})
}

var variablePart = regexp.MustCompile(`\\\{[^}]*\\\}`)

// runWithout runs the tests that an endpoint concerns but are not in its file:
// those that send it a request, and those that look at all routes.
func (s suite) runWithout(t *testing.T, e endpoint, route string) {
	t.Helper()
	matches := regexp.MustCompile(`^` + variablePart.ReplaceAllString(regexp.QuoteMeta(route), `[^/]+`) + `(\?|$)`)
	concerned := map[string]bool{}
	for test := range s.files {
		if strings.Contains(test, "Document") || strings.Contains(test, "Public") {
			concerned[test] = true
		}
	}
	for _, line := range s.sent {
		test, request, _ := strings.Cut(line, "\t")
		top, _, _ := strings.Cut(test, "/")
		if matches.MatchString(request) && !e.owns("", s.files[top]) {
			concerned[top] = true
		}
	}
	if len(concerned) == 0 {
		return
	}
	var names []string
	for name := range concerned {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, test := range s.run(t, "^("+strings.Join(names, "|")+")$", "WITHOUT="+e.method, "WITHOUT_ROUTE="+route) {
		top, _, _ := strings.Cut(test, "/")
		if !e.owns(test, s.files[top]) {
			t.Errorf("%s: %s fails", s.files[top], test)
		}
	}
}

// TestFilesOfEndpointsStandAlone looks for what a test file of an endpoint has
// and other tests use: they would not compile once the file is deleted.
func TestFilesOfEndpointsStandAlone(t *testing.T) {
	for _, mode := range []string{"basic", "complete"} {
		p := newProject(t, mode)
		declared := map[string]string{}
		files := map[string]*ast.File{}
		for _, name := range p.glob(t, "internal/auth/authhttp/*_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), name, p.read(t, name), 0)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = file
			for object := range file.Scope.Objects {
				declared[object] = name
			}
		}
		for name, file := range files {
			for _, used := range file.Unresolved {
				where := declared[used.Name]
				ofEndpoint := slices.ContainsFunc(ownEndpoints, func(e endpoint) bool { return e.owns("", where) })
				if where != "" && where != name && ofEndpoint {
					t.Errorf("%s: %s uses %s of %s", mode, filepath.Base(name), used.Name, filepath.Base(where))
				}
			}
		}
	}
	if t.Failed() {
		t.Log("What several files use belongs in requests_test.go.")
	}
}

//go:build unix

package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestReadmeQuickStart runs "make run" in what a fresh clone is (no settings
// for development yet), and then the quick start's curl commands.
func TestReadmeQuickStart(t *testing.T) { eachAccountMode(t, followQuickStart) }

func followQuickStart(t *testing.T, p project) {
	blocks := p.readme.section(t, "Quick start")
	need(t, "make", "the README's quick start is not run")
	need(t, "curl", "the README's quick start is not run")
	p.run(t, "rm", ".env.development")
	s := p.launch(t, p.command("sh", "-c", blocks[0].text))
	var session []string
	for _, b := range blocks[1:] {
		if !strings.HasPrefix(b.text, "make ") {
			session = append(session, s.here(b.text))
		}
	}
	if len(session) != 3 {
		t.Fatalf("the quick start has %d blocks of curl commands, want 3", len(session))
	}
	answers := json.NewDecoder(strings.NewReader(p.shell(t, strings.Join(session, "\n"))))
	type answer struct {
		Email, Username, Detail string
		PendingEmail            string `json:"pending_email"`
		TokenType               string `json:"token_type"`
	}
	changed := answer{Email: "newemail@example.com", Username: "johndoe"}
	if p.mode == "complete" { // It waits for its confirmation.
		changed = answer{Email: "user@example.com", Username: "johndoe", PendingEmail: "newemail@example.com"}
	}
	for i, want := range []answer{
		{Email: "user@example.com", Username: "johndoe"},
		{TokenType: "bearer"},
		{Email: "user@example.com", Username: "johndoe"},
		changed,
	} {
		var got answer
		if err := answers.Decode(&got); err != nil || got != want {
			t.Errorf("answer %d is %+v (%v), want %+v", i+1, got, err, want)
		}
	}
	token := s.superuser(t)
	if status, page := s.call(t, "GET", "/api/v1/users", token, nil); status != http.StatusOK {
		t.Errorf("the superuser cannot list the users: %d %v", status, page)
	}
}

func TestReadmeProtectRoute(t *testing.T) {
	eachAccountMode(t, func(t *testing.T, p project) {
		followProtectRoute(t, p)
		p.test(t)
	})
}

// Each router's README shows its own form of plain handlers. What stands there
// is compiled and tried; that all of the project's tests pass on the router is
// for generator's tests to say.
func TestReadmeProtectRouteOnEachRouter(t *testing.T) {
	leftToTestAll(t)
	eachOtherRouter(t, "complete", func(t *testing.T, p project) {
		followProtectRoute(t, p)
		p.run(t, "go", "vet", "./internal/server")
		p.run(t, "go", "test", "-vet=off", "-ldflags=-w", "./internal/server")
	})
}

func TestReadmePlainHandlersOfBasicOnEachRouter(t *testing.T) {
	leftToTestAll(t)
	eachOtherRouter(t, "basic", func(t *testing.T, p project) {
		p.follow(t, protectingSections...)
		p.run(t, "go", "vet", "./internal/server")
	})
}

var protectingSections = []string{"Protect a route", "Users and guests", "Superusers, recent log-ins, limits", "Plain handlers"}

func followProtectRoute(t *testing.T, p project) {
	p.follow(t, protectingSections...)
	if unformatted := p.run(t, "gofmt", "-l", "."); unformatted != "" {
		t.Errorf("gofmt would change %s", unformatted)
	}
	s := p.start(t)
	s.register(t, "johndoe")
	token := s.login(t, "johndoe")
	for _, path := range []string{"/api/v1/protected", "/api/v1/superuser-only", "/api/v1/recent-only", "/api/v1/limited"} {
		s.answers(t, "GET", path, "", nil, http.StatusUnauthorized, "Not authenticated")
	}
	s.answers(t, "GET", "/api/v1/protected", token, nil, http.StatusOK, "Hello johndoe!")
	s.answers(t, "GET", "/api/v1/recent-only", token, nil, http.StatusOK, "Hello johndoe!")
	s.answers(t, "GET", "/api/v1/superuser-only", token, nil, http.StatusForbidden, "Not enough permissions")
	s.answers(t, "GET", "/api/v1/superuser-only", s.superuser(t), nil, http.StatusOK, "Hello admin!")
	s.answers(t, "GET", "/api/v1/optional-auth", "", nil, http.StatusOK, "Hello guest!")
	s.answers(t, "GET", "/api/v1/optional-auth", token, nil, http.StatusOK, "Hello johndoe!")
	s.answers(t, "GET", "/api/v1/optional-auth", "bad", nil, http.StatusUnauthorized, "Invalid token")
	for range 5 {
		s.answers(t, "GET", "/api/v1/limited", token, nil, http.StatusOK, "Hello johndoe!")
	}
	s.answers(t, "GET", "/api/v1/limited", token, nil, http.StatusTooManyRequests, "Too many requests")
	tryPlainHandlers(t, s, token)
}

// tryPlainHandlers asks the handlers that are no operations, which answer in
// plain text and refuse with problem details.
func tryPlainHandlers(t *testing.T, s service, token string) {
	t.Helper()
	greets := func(path, token, want string) {
		t.Helper()
		if status, text := s.send(t, "GET", path, token, nil); status != http.StatusOK || text != want+"\n" {
			t.Errorf("GET %s = %d %q, want %q", path, status, text, want)
		}
	}
	// The limit comes before the guard, and counts this one too.
	s.answers(t, "GET", "/plain", "", nil, http.StatusUnauthorized, "Not authenticated")
	for range 4 {
		greets("/plain", token, "Hello johndoe!")
	}
	s.answers(t, "GET", "/plain", token, nil, http.StatusTooManyRequests, "Too many requests")
	greets("/plain-optional", "", "Hello guest!")
	greets("/plain-optional", token, "Hello johndoe!")
	s.answers(t, "GET", "/plain-optional", "bad", nil, http.StatusUnauthorized, "Invalid token")
	if s.project.mode == "complete" {
		s.answers(t, "GET", "/plain-verified", "", nil, http.StatusUnauthorized, "Not authenticated")
		s.answers(t, "GET", "/plain-verified", token, nil, http.StatusForbidden, "User not verified")
	}
}

func TestReadmeAddField(t *testing.T) {
	leftToTestAll(t)
	eachAccountMode(t, followAddField)
}

func followAddField(t *testing.T, p project) {
	p.follow(t, "Add a field")
	s := p.start(t)
	p.shell(t, p.readme.find(t, "make migrate"), s.env...)
	s.register(t, "johndoe")
	token := s.login(t, "johndoe")
	fields := map[string]any{
		"first_name": "John", "last_name": "Doe", "phone": "+44 20 7946 0000", "avatar_url": "https://example.com/john.png",
	}
	holds := func(answer map[string]any, want map[string]any) {
		t.Helper()
		for name, value := range want {
			if got, ok := answer[name]; !ok || got != value {
				t.Errorf("%s is %v, want %v: %v", name, got, value, answer)
			}
		}
	}
	_, user := s.call(t, "GET", "/api/v1/users/me", token, nil)
	holds(user, map[string]any{"first_name": nil, "last_name": nil, "phone": nil, "avatar_url": nil, "username": "johndoe"})
	if _, user = s.call(t, "PUT", "/api/v1/users/me", token, fields); user["first_name"] != "John" {
		t.Errorf("PUT /users/me = %v", user)
	}
	_, user = s.call(t, "GET", "/api/v1/users/me", token, nil)
	holds(user, fields)
	_, user = s.call(t, "PUT", "/api/v1/users/1", s.superuser(t), map[string]any{"phone": "110"})
	holds(user, map[string]any{"phone": "110", "first_name": "John"})
	if status, _ := s.call(t, "PUT", "/api/v1/users/me", token, map[string]any{"is_superuser": true}); status != http.StatusUnprocessableEntity {
		t.Errorf("PUT /users/me takes is_superuser: %d", status)
	}
	p.test(t)
	need(t, "curl", "the README's command that sets the new fields is not run")
	commands := "TOKEN=" + token + "\n" + s.here(p.readme.find(t, "curl -X PUT http://localhost:8000/api/v1/users/me \\\n"))
	user = map[string]any{}
	if err := json.Unmarshal([]byte(p.shell(t, commands)), &user); err != nil {
		t.Fatal(err)
	}
	holds(user, fields)
}

func TestReadmeBannedUsers(t *testing.T) {
	leftToTestAll(t)
	eachAccountMode(t, followBannedUsers)
}

func followBannedUsers(t *testing.T, p project) {
	p.follow(t, "Banned users")
	s := p.start(t)
	s.register(t, "johndoe")
	token, admin := s.login(t, "johndoe"), s.superuser(t)
	s.answers(t, "GET", "/api/v1/users/me", token, nil, http.StatusOK, "")
	s.answers(t, "PUT", "/api/v1/users/1", admin, map[string]any{"is_banned": true}, http.StatusOK, "")
	s.answers(t, "GET", "/api/v1/users/me", token, nil, http.StatusUnauthorized, "Invalid token")
	s.answers(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "johndoe", "password": password},
		http.StatusUnauthorized, "Invalid credentials")
	s.answers(t, "PUT", "/api/v1/users/1", admin, map[string]any{"is_banned": false}, http.StatusOK, "")
	s.login(t, "johndoe")
	p.test(t)
}

// TestReadmeStatementsOnPostgres follows the changes of SQL where parameters
// are numbered.
func TestReadmeStatementsOnPostgres(t *testing.T) {
	leftToTestAll(t)
	for _, section := range []string{"Add a field", "Banned users"} {
		t.Run(section, func(t *testing.T) {
			p := newProjectWith(t, "basic", "postgres", "stdlib")
			p.follow(t, section)
			cmd := p.command("go", "test", "-vet=off", "-ldflags=-w", "./internal/auth/authhttp")
			cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+databaseServer(t, "postgres"))
			output(t, cmd)
		})
	}
}

// TestReadmeOwnRules makes the README's other changes of log-in together.
func TestReadmeOwnRules(t *testing.T) {
	leftToTestAll(t)
	eachAccountMode(t, followOwnRules)
}

func followOwnRules(t *testing.T, p project) {
	p.follow(t, "A rule at log-in", "Own claims", "Own password rule")
	p.run(t, "go", "vet", "./...")
	s := p.start(t, "RATE_LIMIT_LOGIN=3/60s") // as in "Own limits"
	s.register(t, "johndoe")
	if username := claimsOf(t, s.login(t, "johndoe"))["username"]; username != "johndoe" {
		t.Errorf("the claim username is %v", username)
	}
	stranger := map[string]string{"email": "jane@elsewhere.example", "username": "janedoe", "password": password}
	if status, answer := s.call(t, "POST", "/api/v1/auth/register", "", stranger); status != http.StatusCreated {
		t.Fatalf("registering: %d %v", status, answer)
	}
	s.answers(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "janedoe", "password": password},
		http.StatusUnauthorized, "Invalid credentials")
	stranger["password"] = "I love Acme 4ever"
	if status, text := s.send(t, "POST", "/api/v1/auth/register", "", stranger); status != http.StatusUnprocessableEntity ||
		!strings.Contains(text, "Password must not name the company") {
		t.Errorf("a password with the company's name: %d %s", status, text)
	}
	s.login(t, "johndoe")
	s.answers(t, "POST", "/api/v1/auth/login", "", map[string]string{"username": "johndoe", "password": password},
		http.StatusTooManyRequests, "Too many requests")
}

func TestReadmeTroubleshooting(t *testing.T) { eachAccountMode(t, followTroubleshooting) }

func followTroubleshooting(t *testing.T, p project) {
	need(t, "make", "the commands against trouble are not run")
	s := p.start(t)
	s.register(t, "johndoe")
	var printed []string
	for _, b := range p.readme.section(t, "Troubleshooting") {
		printed = append(printed, p.shell(t, b.text, s.env...))
	}
	if len(printed) != 2 {
		t.Fatalf("docs/troubleshooting.md has %d commands, want 2", len(printed))
	}
	for i, want := range []string{"ok    migrations", "ok    user        johndoe <johndoe@example.com>"} {
		if !strings.Contains(printed[i], want) || strings.Contains(printed[i], "FAIL") {
			t.Errorf("doctor prints\n%s\nwant %q", printed[i], want)
		}
	}
}

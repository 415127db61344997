//go:build unix

package e2e

import (
	"encoding/base64"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

func TestReadmePython(t *testing.T) {
	leftToTestAll(t)
	eachAccountMode(t, runPython)
}

func runPython(t *testing.T, p project) {
	python := pythonWithRequests(t)
	s := p.start(t)
	script := s.here(p.readme.only(t, "Python", "python")) + "\nimport json\nprint(json.dumps(user))\n"
	checkProfile(t, p.run(t, python, "-c", script))
}

func TestReadmeJavaScript(t *testing.T) {
	leftToTestAll(t)
	eachAccountMode(t, runJavaScript)
}

func runJavaScript(t *testing.T, p project) {
	need(t, "node", "the README's JavaScript is not run")
	s := p.start(t)
	// The README's functions are for a browser, whose localStorage Node lacks.
	script := `const kept = {};
const localStorage = { setItem: (name, value) => { kept[name] = value; }, getItem: (name) => kept[name] };
` + s.here(p.readme.only(t, "JavaScript", "js")) + `
await register('user@example.com', 'johndoe', 'SecurePass123!');
await login('johndoe', 'SecurePass123!');
console.log(JSON.stringify(await getProfile()));
`
	p.write(t, "client.mjs", script)
	checkProfile(t, p.run(t, "node", "client.mjs"))
}

func checkProfile(t *testing.T, printed string) {
	t.Helper()
	var user struct{ Email, Username string }
	if err := json.Unmarshal([]byte(printed), &user); err != nil || user.Email != "user@example.com" || user.Username != "johndoe" {
		t.Errorf("the client got %s (%v)", printed, err)
	}
}

// pythonWithRequests finds the first Python that has the library. A system's
// packages may serve another Python than the first one in PATH.
func pythonWithRequests(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import requests").Run() == nil {
			return python
		}
	}
	leaveOut(t, "Python with the library requests is missing: the README's Python is not run")
	return ""
}

func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no JWT", token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

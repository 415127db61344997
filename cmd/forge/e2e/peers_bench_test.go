//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/forge-go/forge/scripts/bench/measure"
)

// BenchmarkPeers measures the processor time of other programs with accounts for a
// request of a user for what is known of them, each in turns with the service's GET
// /users/me: us and own-us, and x, the former by the latter. They come from package
// registries, in the versions that their folders of testdata/bench name; one that
// can't be had is left out.
func BenchmarkPeers(b *testing.B) {
	p := newBench(b, "sqlite", "stdlib", nil)
	s, token := p.serve(b)
	for _, peer := range []struct {
		name  string
		start func(*testing.B) (process, func(int) conversation)
	}{{"pocketbase", startPocketBase}, {"better-auth", startBetterAuth}} {
		b.Run(peer.name, func(b *testing.B) {
			running, me := peer.start(b)
			results := measure.Rounds{}
			for b.Loop() {
				own := s.cost(b, http.StatusOK, benchConnections, asking("/api/v1/users/me", token))
				theirs := running.cost(b, http.StatusOK, benchConnections, me)
				results.Add("own-us", own)
				results.Add("us", theirs)
				results.Add("x", theirs/own)
			}
			results.Report(b)
		})
	}
}

// newPeer copies the files of a peer to a folder of its own and runs the command that
// downloads what they need.
func newPeer(b *testing.B, name string, files []string, command string, args ...string) bench {
	b.Helper()
	p := bench{project: project{dir: b.TempDir()}, env: []string{"SECRET_KEY=" + benchKey}}
	p.binaries = p.dir
	for _, file := range files {
		p.take(b, file, filepath.Join("bench", name, file))
	}
	cmd := exec.CommandContext(b.Context(), command, args...)
	cmd.Dir = p.dir
	if text, err := cmd.CombinedOutput(); err != nil {
		leaveOut(b, name+" can't be had: "+err.Error()+"\n"+string(text))
	}
	return p
}

// startPocketBase runs PocketBase with a user, whose record is asked for.
func startPocketBase(b *testing.B) (process, func(int) conversation) {
	p := newPeer(b, "pocketbase", []string{"main.go", "go.mod"}, "go", "build", "-trimpath", "-mod=mod", "-o", "pocketbase", ".")
	s := p.process(b, "pocketbase")
	_, user := s.post(b, "/api/collections/users/records", map[string]string{
		"email": "user@example.com", "password": password, "passwordConfirm": password,
	})
	_, login := s.post(b, "/api/collections/users/auth-with-password", map[string]string{"identity": "user@example.com", "password": password})
	return s, asking("/api/collections/users/records/"+member(b, user, "id"), member(b, login, "token"))
}

// startBetterAuth runs better-auth with a user, whose session is asked for.
func startBetterAuth(b *testing.B) (process, func(int) conversation) {
	node, err := exec.LookPath("node")
	if err != nil {
		leaveOut(b, "better-auth can't be had: "+err.Error())
	}
	p := newPeer(b, "better-auth", []string{"server.mjs", "package.json"}, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
	p.binaries = filepath.Dir(node)
	s := p.process(b, "node", "server.mjs")
	header, _ := s.post(b, "/api/auth/sign-up/email", map[string]string{"email": "user@example.com", "password": password, "name": "user"})
	cookie := (&http.Response{Header: header}).Cookies()[0]
	return s, getting("/api/auth/get-session", "Cookie: "+cookie.Name+"="+cookie.Value)
}

// post sends JSON to a peer, as a page of its own would.
func (p process) post(b *testing.B, path string, body any) (http.Header, map[string]any) {
	b.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	address := "http://127.0.0.1:" + p.port
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, address+path, bytes.NewReader(content))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", address)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	printed, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("POST %s: %d %s, %v", path, response.StatusCode, printed, err)
	}
	answer := map[string]any{}
	if err := json.Unmarshal(printed, &answer); err != nil {
		b.Fatal(err)
	}
	return response.Header, answer
}

func member(b *testing.B, answer map[string]any, name string) string {
	b.Helper()
	value, ok := answer[name].(string)
	if !ok {
		b.Fatalf("no %s in %v", name, answer)
	}
	return value
}

//go:build unix

package e2e

import (
	"bufio"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemo runs "make demo" in a fresh clone: it prints that it compiles before it
// does, and then addresses that answer at once.
func TestDemo(t *testing.T) {
	leftToTestAll(t)
	need(t, "make", "make demo is not run")
	port := freePort(t)
	place := t.TempDir() + "/myapi"
	lines, end := startDemo(t, "PORT="+port, "DEMO="+place)
	var printed []string
	for line := range lines {
		printed = append(printed, line)
		for _, address := range []string{"http://localhost:" + port + "/docs", "http://localhost:" + port + "/dev/mailbox"} {
			if !strings.Contains(line, address) {
				continue
			}
			response, err := http.Get(address)
			if err != nil {
				t.Fatalf("%s was printed: %v", address, err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("GET %s = %d", address, response.StatusCode)
			}
		}
		if strings.Contains(line, "/dev/mailbox") {
			break
		}
	}
	compiling := slices.IndexFunc(printed, func(line string) bool { return strings.Contains(line, place+"; compiling it") })
	open := slices.IndexFunc(printed, func(line string) bool { return strings.Contains(line, "Open http://localhost:"+port+"/docs") })
	if compiling < 0 || open < compiling {
		t.Errorf("make demo prints\n%s", strings.Join(printed, "\n"))
	}
	_ = end() // Its error is that it was interrupted.
	if response, err := http.Get("http://localhost:" + port + "/docs"); err == nil {
		response.Body.Close()
		t.Error("the service answers after Ctrl-C")
	}
}

// TestDemoOnTakenPort wants no address where nothing of the demo listens, and
// to hear of another port.
func TestDemoOnTakenPort(t *testing.T) {
	leftToTestAll(t)
	need(t, "make", "make demo is not run")
	port := freePort(t)
	taken := http.Server{Addr: "127.0.0.1:" + port}
	go func() { _ = taken.ListenAndServe() }() // until Close
	t.Cleanup(func() { _ = taken.Close() })
	lines, end := startDemo(t, "PORT="+port, "DEMO="+t.TempDir()+"/myapi")
	var printed []string
	for line := range lines {
		printed = append(printed, line)
	}
	text := strings.Join(printed, "\n")
	if end() == nil || strings.Contains(text, "Open http") || !strings.Contains(text, "make demo PORT=") {
		t.Errorf("make demo prints\n%s", text)
	}
}

// startDemo runs "make demo" with variables. It returns the lines that are
// printed, and a function that does what Ctrl-C does.
func startDemo(t *testing.T, variables ...string) (<-chan string, func() error) {
	t.Helper()
	cmd := project{dir: "../../.."}.command("make", append([]string{"demo"}, variables...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(output)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	killed := time.AfterFunc(startTimeout, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	end := func() error {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) // it may have ended
		for range lines {
		}
		killed.Stop()
		return cmd.Wait()
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = end()
		}
	})
	return lines, end
}

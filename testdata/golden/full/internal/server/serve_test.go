package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

func TestProbes(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Run(t, []testkit.Scenario{
		{Name: "alive", Request: testkit.Request{Method: "GET", Path: "/health"}, Status: 200, Want: []string{`{"status":"healthy"}`}},
		{Name: "ready", Request: testkit.Request{Method: "GET", Path: "/ready"}, Status: 200, Want: []string{`{"status":"healthy"}`}},
	})
	if err := svc.DB.Close(); err != nil {
		t.Fatal(err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "alive without database", Request: testkit.Request{Method: "GET", Path: "/health"}, Status: 200},
		{Name: "not ready without database", Request: testkit.Request{Method: "GET", Path: "/ready"}, Status: 503,
			Detail: "Database does not answer", Header: map[string]string{"Retry-After": "5"}, Unwanted: []string{"sql"}},
	})
}

// A stopping service tells the load balancer so, and finishes what it began.
func TestStopLetsRunningRequestsFinish(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	began, finish := make(chan struct{}), make(chan struct{})
	svc.Handle("GET", "/slow", func(w io.Writer) {
		close(began)
		<-finish
		fmt.Fprint(w, "finished")
	})
	address, stop := svc.Listen(t)
	answered := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + address + "/slow")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		answered <- fmt.Sprint(string(body), err)
	}()
	<-began
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for len(svc.Log.Lines(t, "msg", "stopping")) == 0 {
		if response := svc.Do(t, testkit.Request{Method: "GET", Path: "/health"}); response.Status != 200 {
			t.Fatal(response)
		}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "alive", Request: testkit.Request{Method: "GET", Path: "/health"}, Status: 200},
		{Name: "not ready", Request: testkit.Request{Method: "GET", Path: "/ready"}, Status: 503, Detail: "Stopping",
			Header: map[string]string{"Retry-After": "5"}},
	})
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request running: %v", err)
	default:
	}
	close(finish)
	if got := <-answered; got != "finished<nil>" {
		t.Errorf("the running request got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Serve = %v", err)
	}
	if connection, err := net.Dial("tcp", address); err == nil {
		connection.Close()
		t.Error("the stopped service takes connections")
	}
}

// refusal sends a request and returns the status of its refusal, which must end
// the connection: what follows is not answered.
func refusal(t *testing.T, address, request string) (status int) {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprint(connection, request)
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body) // It may break off: the client has sent more than was read.
	if !response.Close {
		t.Errorf("after status %d the connection stays open", response.StatusCode)
	}
	if more, err := http.ReadResponse(reader, nil); err == nil {
		t.Errorf("what follows is answered too: %d", more.StatusCode)
	}
	return response.StatusCode
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	address, _ := testkit.New(t, testkit.Options{}).Listen(t)
	for name, request := range map[string]string{
		"two lengths":              "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"unknown transfer coding":  "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"no host":                  "GET /health HTTP/1.1\r\n\r\n",
		"blank in a header's name": "GET /health HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
		"headers above 16 KiB":     "GET /health HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("y", 24<<10) + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			if status := refusal(t, address, request); status < 400 || status >= 600 {
				t.Errorf("status = %d, want a refusal", status)
			}
		})
	}
}

// Two meanings for one request are how it is smuggled past a proxy.
func TestAmbiguousRequestsAreRefused(t *testing.T) {
	address, _ := testkit.New(t, testkit.Options{}).Listen(t)
	const get, next = "GET /health HTTP/1.1\r\nHost: a\r\n", "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
	for name, request := range map[string]string{
		"length, and chunks":    get + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + next,
		"chunks, and a length":  get + "Transfer-Encoding: chunked\r\nX: y\r\ncontent-length:5\r\n\r\n0\r\n\r\n" + next,
		"length in other lines": "GET /health HTTP/1.1\nHost: a\nCONTENT-LENGTH: 5\nTransfer-Encoding: chunked\n\n0\r\n\r\n" + next,
		"chunks in HTTP/1.0":    "GET /health HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n" + next,
	} {
		t.Run(name, func(t *testing.T) {
			if status := refusal(t, address, request); status != http.StatusBadRequest {
				t.Errorf("status = %d, want 400", status)
			}
		})
	}
}

// A length so written that it is not followed lets no request behind it through.
func TestOddLengthHidesNoSecondMeaning(t *testing.T) {
	const body = "{\"x\":\nTransfer-Encoding: c\n\n1}"
	for name, length := range map[string]string{
		"padded":              fmt.Sprintf("Content-Length: %080d\r\n", len(body)),
		"on the next line":    fmt.Sprintf("Content-Length:\r\n %d\r\n", len(body)),
		"going on by a tab":   fmt.Sprintf("Content-Length:\r\n\t%d\r\n", len(body)),
		"on the next but one": fmt.Sprintf("Content-Length:\r\n \r\n %d\r\n", len(body)),
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := testkit.New(t, testkit.Options{}).Listen(t)
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			fmt.Fprint(connection, "GET /health HTTP/1.1\r\nHost: a\r\n"+length+"\r\n"+body)
			fmt.Fprint(connection, "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
			reader := bufio.NewReader(connection)
			for _, ok := range []bool{true, false} {
				response, err := http.ReadResponse(reader, nil)
				if err != nil {
					if !ok {
						return // The connection has ended before.
					}
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				if response.StatusCode != http.StatusBadRequest && !ok {
					t.Errorf("the second request = %d, want 400", response.StatusCode)
				}
			}
		})
	}
}

// Requests on one connection, of which the last one comes in chunks.
func TestRequestsAreFollowedToTheLast(t *testing.T) {
	address, _ := testkit.New(t, testkit.Options{}).Listen(t)
	const health = "GET /health HTTP/1.1\r\nHost: a\r\n"
	sent := []string{
		health + "\r\n", // The bodies look like heads.
		health + "Content-Length: 53\r\n\r\n" + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n"[:53],
		health + "Content-Length: 2\r\n\r\n\r\n",
		health + "Transfer-Encoding: chunked\r\n\r\n19\r\n\r\nContent-Length: 4\r\n\r\n..\r\n0\r\n\r\n",
	}
	for name, size := range map[string]int{"at once": 1 << 10, "byte by byte": 1} {
		t.Run(name, func(t *testing.T) {
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			go func() {
				for part := range slices.Chunk([]byte(strings.Join(sent, "")), size) {
					_, _ = connection.Write(part) // The answers tell.
				}
			}()
			reader := bufio.NewReader(connection)
			for i := range sent {
				response, err := http.ReadResponse(reader, nil)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, response.Body); err != nil {
					t.Fatal(err)
				}
				if response.StatusCode != 200 {
					t.Errorf("answer %d = %d", i+1, response.StatusCode)
				}
			}
		})
	}
}

// Nobody waits for a body that says it is too large.
func TestAnnouncedBodyIsNotAwaited(t *testing.T) {
	address, _ := testkit.New(t, testkit.Options{}).Listen(t)
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(connection, "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n{")
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge || !response.Close {
		t.Errorf("status = %d, connection closes: %t", response.StatusCode, response.Close)
	}
}

//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load is clients that register, log in, ask who they are and refresh their
// tokens, over and over. It remembers what was answered.
type load struct {
	t    *testing.T
	name string   // of its users, before their numbers
	urls []string // asked in turn
	// strictFrom is when every request has to succeed, in Unix nanoseconds.
	// Before it, the outcome of a request may be unknown: the connection broke,
	// or the answer was 502 of the proxy or 503.
	strictFrom atomic.Int64

	users, turn, answered, unknown atomic.Int64
	longest                        atomic.Int64
	stop                           chan struct{}
	clients                        sync.WaitGroup

	mu       sync.Mutex
	accounts []*account
	statuses map[int]int
	faults   []string
}

// account is a user as the answers tell.
type account struct {
	name, address   string
	access, refresh string // empty when a lost answer may have changed them
}

const never = 1<<63 - 1

// startLoad starts clients. They may meet trouble before strictFrom.
func startLoad(t *testing.T, name string, strictFrom int64, urls ...string) *load {
	t.Helper()
	l := &load{t: t, name: name, urls: urls, stop: make(chan struct{}), statuses: map[int]int{}}
	l.strictFrom.Store(strictFrom)
	for range 6 {
		l.clients.Go(func() {
			for !l.stopped() {
				l.user()
			}
		})
	}
	return l
}

func (l *load) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// end stops the clients and reports what they met.
func (l *load) end() {
	l.t.Helper()
	close(l.stop)
	l.clients.Wait()
	for i, fault := range l.faults {
		if i == 10 {
			l.t.Errorf("and %d more faults", len(l.faults)-i)
			break
		}
		l.t.Error(fault)
	}
	l.t.Logf("%d requests %v, %d of unknown outcome, the longest %v; %d accounts", l.answered.Load(), l.statuses, l.unknown.Load(),
		time.Duration(l.longest.Load()).Round(time.Millisecond), len(l.accounts))
}

// user is the life of one user.
func (l *load) user() {
	n := l.users.Add(1)
	a := &account{name: fmt.Sprintf("%s%d", l.name, n), address: fmt.Sprintf("10.%d.%d.%d", crc32.ChecksumIEEE([]byte(l.name))&255, n>>8&255, n&255)}
	if _, ok := l.ask(a, "POST", "/api/v1/auth/register", "", map[string]string{
		"email": a.name + "@example.com", "username": a.name, "password": password}, http.StatusCreated); !ok {
		return
	}
	l.mu.Lock()
	l.accounts = append(l.accounts, a)
	l.mu.Unlock()
	if !l.login(a) {
		return
	}
	for range 4 {
		l.me(a)
		if l.stopped() {
			return
		}
		if l.renew(a); a.refresh == "" {
			return
		}
	}
}

func (l *load) login(a *account) bool {
	answer, ok := l.ask(a, "POST", "/api/v1/auth/login", "", map[string]string{"username": a.name, "password": password}, http.StatusOK)
	a.take(answer)
	return ok
}

func (l *load) me(a *account) {
	answer, ok := l.ask(a, "GET", "/api/v1/users/me", a.access, nil, http.StatusOK)
	if ok && answer["username"] != a.name {
		l.fault("%s is told to be %v", a.name, answer)
	}
}

// renew uses up the refresh token. Without an answer nobody knows whether it
// still is good.
func (l *load) renew(a *account) {
	answer, _ := l.ask(a, "POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": a.refresh}, http.StatusOK)
	a.take(answer)
}

func (a *account) take(answer map[string]any) {
	a.access, _ = answer["access_token"].(string)
	a.refresh, _ = answer["refresh_token"].(string)
}

// client does not follow redirects for ever, and waits longer than a service may take.
var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

// ask sends a request, which is to have a status. The second result is false
// when its outcome is unknown.
func (l *load) ask(a *account, method, path, token string, body any, want int) (map[string]any, bool) {
	request, err := newRequest(method, l.urls[int(l.turn.Add(1))%len(l.urls)]+path, token, a.address, body)
	if err != nil {
		l.fault("%v", err)
		return nil, false
	}
	begin := time.Now()
	strict := begin.UnixNano() >= l.strictFrom.Load()
	status, header, answer, err := send(request)
	l.note(status, time.Since(begin))
	switch {
	case err == nil && status == want:
		return answer, true
	case err == nil && status == http.StatusServiceUnavailable && header.Get("Content-Type") == "application/problem+json" && answer["detail"] != "" && !strict:
	case (err != nil || header.Get(failedByProxy) != "") && !strict && l.throughProxy():
	default:
		l.fault("%s %s (%s) = %d %v %v %v after %v, want %d", method, path, a.name, status, answer, header.Get(failedByProxy), err, time.Since(begin), want)
	}
	l.unknown.Add(1)
	time.Sleep(20 * time.Millisecond)
	return nil, false
}

// throughProxy reports whether replicas may be killed.
func (l *load) throughProxy() bool { return len(l.urls) == 1 }

func newRequest(method, url, token, address string, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, url, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Forwarded-For", address)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request, nil
}

func send(request *http.Request) (status int, header http.Header, answer map[string]any, err error) {
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &answer)
	}
	return response.StatusCode, response.Header, answer, err
}

func (l *load) note(status int, took time.Duration) {
	l.answered.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.statuses[status]++
	l.longest.Store(max(l.longest.Load(), int64(took)))
}

func (l *load) fault(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, fmt.Sprintf(format, args...))
}

// verify holds the service to its answers: who was told to be registered can
// log in, the newest tokens of each session are good.
func (l *load) verify() {
	l.t.Helper()
	l.faults = nil
	l.strictFrom.Store(0)
	sessions := 0
	for _, a := range l.accounts {
		if a.refresh == "" {
			l.login(a)
		} else {
			sessions++
		}
		l.me(a)
		l.renew(a)
		l.me(a)
	}
	for _, fault := range l.faults {
		l.t.Error(fault)
	}
	l.t.Logf("%d accounts and %d sessions are as answered", len(l.accounts), sessions)
}

// awaitMails waits until every account got a mail, and returns how many got more.
func (l *load) awaitMails(outbox string, patience time.Duration) (more int) {
	l.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		mails := mailTimes(l.t, outbox)
		var missing []string
		more = 0
		for _, a := range l.accounts {
			switch n := len(mails[a.name+"@example.com"]); {
			case n == 0:
				missing = append(missing, a.name)
			case n > 1:
				more++
			}
		}
		if len(missing) == 0 {
			return more
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("after %v, %d of %d accounts have no mail: %v", patience, len(missing), len(l.accounts), missing)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// mailTimes tells when the mails in a folder were sent, by their addressee.
func mailTimes(t *testing.T, outbox string) map[string][]time.Time {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(outbox, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	mails := map[string][]time.Time{}
	for _, name := range names {
		state, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		to := strings.Trim(readMail(t, name).Header.Get("To"), "<>")
		mails[to] = append(mails[to], state.ModTime())
	}
	return mails
}

// readMail reads the file of a mail.
func readMail(t *testing.T, name string) *mail.Message {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	message, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return message
}

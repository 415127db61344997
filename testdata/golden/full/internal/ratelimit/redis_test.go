package ratelimit

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// fake counts as the script does in a Redis, on a clock of the test's.
type fake struct {
	server
	mu    sync.Mutex
	now   time.Time
	times map[string][]int64
	away  bool
}

var errSilent = errors.New("no answer")

func (f *fake) EvalSha(_ context.Context, _ string, keys []string, args ...any) *redis.Cmd {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return redis.NewCmdResult(nil, errSilent)
	}
	key, window, requests := keys[0], args[0].(int64), args[1].(int)
	now, times := f.now.UnixMicro(), f.times[key]
	for len(times) > 0 && now-times[0] >= window {
		times = times[1:]
	}
	if len(times) >= requests {
		return redis.NewCmdResult(times[0]+window-now, nil)
	}
	f.times[key] = append(times, now)
	return redis.NewCmdResult(int64(0), nil)
}

// pass lets time pass in the Redis, and makes it answer or not.
func (f *fake) pass(d time.Duration, away bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now, f.away = f.now.Add(d), away
}

// replica returns limits as one process of several has them.
func replica(shared server, now func() time.Time, log *bytes.Buffer) *Limits {
	return New(true, now).SharedIn(&Redis{client: shared, prefix: "test:", log: slog.New(slog.NewTextHandler(log, nil))})
}

func TestProcessesShareLimits(t *testing.T) {
	shared := &fake{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), times: make(map[string][]int64)}
	var log bytes.Buffer
	late := func() time.Time { return time.Now().Add(-time.Hour) } // Processes need not agree on the time.
	first, second := replica(shared, time.Now, &log).Limit("login", 2, time.Minute), replica(shared, late, &log).Limit("login", 2, time.Minute)
	for i, limit := range []*Limit{first, second} {
		if _, ok := limit.Allow(t.Context(), "a"); !ok {
			t.Fatalf("request %d was refused", i)
		}
		shared.pass(20*time.Second, false)
	}
	for i, limit := range []*Limit{first, second} {
		if wait, ok := limit.Allow(t.Context(), "a"); ok || wait != 20*time.Second {
			t.Errorf("process %d: Allow = %v, %v; want 20s, false", i, wait, ok)
		}
	}
	if _, ok := second.Allow(t.Context(), "b"); !ok {
		t.Error("another client was refused")
	}
	shared.pass(20*time.Second, false)
	if _, ok := first.Allow(t.Context(), "a"); !ok {
		t.Error("refused after the wait it was told")
	}
	if _, ok := second.Allow(t.Context(), "a"); ok {
		t.Error("a third request passed within a minute")
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", &log)
	}
}

// Without its Redis a process limits by itself, logs that once, and returns to
// sharing when the Redis does.
func TestRedisGoesAwayAndComesBack(t *testing.T) {
	shared := &fake{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), times: make(map[string][]int64)}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	limit := replica(shared, func() time.Time { return now }, &log).Limit("login", 2, time.Minute)
	limit.Allow(t.Context(), "a")
	shared.pass(0, true)
	for i, want := range []bool{true, true, false, false} {
		if _, ok := limit.Allow(t.Context(), "a"); ok != want {
			t.Errorf("request %d without the Redis: %v, want %v", i, ok, want)
		}
	}
	if n := strings.Count(log.String(), "does not answer"); n != 1 {
		t.Errorf("logged %d times: %s", n, &log)
	}
	shared.pass(0, false)
	now = now.Add(nextTryIn)
	if _, ok := limit.Allow(t.Context(), "a"); !ok {
		t.Error("the second request of the Redis's count was refused")
	}
	if _, ok := limit.Allow(t.Context(), "a"); ok {
		t.Error("the third request of the Redis's count passed")
	}
	if n := strings.Count(log.String(), "answers again"); n != 1 {
		t.Errorf("logged %d times: %s", n, &log)
	}
}

// A Redis that can't be reached does not keep a request waiting.
func TestNobodyAnswers(t *testing.T) {
	var log bytes.Buffer
	shared, err := Connect("redis://127.0.0.1:1", "test", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer shared.Close()
	limit := New(true, time.Now).SharedIn(shared).Limit("login", 1, time.Hour)
	if _, ok := limit.Allow(t.Context(), "a"); !ok || !strings.Contains(log.String(), "does not answer") {
		t.Errorf("Allow = %t, logged: %s", ok, &log)
	}
	if _, ok := limit.Allow(t.Context(), "a"); ok {
		t.Error("a second request passed")
	}
	if shared.Ping(t.Context()) == nil {
		t.Error("Ping finds a server")
	}
}

// overServer returns two processes' limits on the server that TEST_REDIS_URL names,
// with keys of their own.
func overServer(t *testing.T) [2]*Limits {
	t.Helper()
	rawURL := os.Getenv("TEST_REDIS_URL")
	if rawURL == "" {
		t.Skip("TEST_REDIS_URL names no Redis or Valkey server")
	}
	var both [2]*Limits
	app := "test-" + rand.Text()
	for i := range both {
		shared, err := Connect(rawURL, app, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := shared.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = shared.Close() })
		both[i] = New(true, time.Now).SharedIn(shared)
	}
	return both
}

func TestSharedLimitsInParallel(t *testing.T) {
	both := overServer(t)
	limits := [2]*Limit{both[0].Limit("login", 7, time.Hour), both[1].Limit("login", 7, time.Hour)}
	var passed atomic.Int32
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			if _, ok := limits[i%2].Allow(t.Context(), "a"); ok {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if passed.Load() != 7 {
		t.Errorf("%d passed, want 7", passed.Load())
	}
}

func TestServerTellsHowLongToWait(t *testing.T) {
	both := overServer(t)
	const window = 200 * time.Millisecond
	first, second := both[0].Limit("login", 1, window), both[1].Limit("login", 1, window)
	if _, ok := first.Allow(t.Context(), "a"); !ok {
		t.Fatal("the first request was refused")
	}
	wait, ok := second.Allow(t.Context(), "a")
	for ok { // The window has passed on a busy machine.
		wait, ok = second.Allow(t.Context(), "a")
	}
	if wait <= 0 || wait > window {
		t.Errorf("told to wait %v", wait)
	}
	time.Sleep(wait)
	if _, ok := second.Allow(t.Context(), "a"); !ok {
		t.Error("refused after the wait it was told")
	}
	client, ok := second.shared.client.(*redis.Client)
	if !ok {
		t.Fatal("the server is no client")
	}
	// Nothing is kept of a client for much longer than the window.
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(window) {
		keys, err := client.Keys(t.Context(), second.shared.prefix+"*").Result()
		if err == nil && len(keys) == 0 {
			return
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("keys are %q, %v", keys, err)
		}
	}
}

func TestConnectDoesNotRepeatThePassword(t *testing.T) {
	for _, rawURL := range []string{"http://user:secret@host", "redis://user:secret@host/none", "redis://user:secret%@host"} {
		if shared, err := Connect(rawURL, "test", slog.New(slog.DiscardHandler)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Connect(%q) = %v, %v", rawURL, shared, err)
		}
	}
}

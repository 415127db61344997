package ratelimit

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// replica returns limits as one process of several has them.
func replica(t *testing.T, server *miniredis.Miniredis, now func() time.Time, log *bytes.Buffer) *Limits {
	t.Helper()
	shared, err := Connect("redis://"+server.Addr(), "test", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shared.Close() }) // Its connections may have gone with the server.
	return New(true, now, shared)
}

func TestProcessesShareLimits(t *testing.T) {
	server := miniredis.RunT(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 123456000, time.UTC)
	pass := func(d time.Duration) { now = now.Add(d); server.SetTime(now) }
	pass(0)
	var log bytes.Buffer
	late := func() time.Time { return now.Add(-time.Hour) } // Processes need not agree on the time.
	first, second := replica(t, server, time.Now, &log).Limit("login", 2, time.Minute), replica(t, server, late, &log).Limit("login", 2, time.Minute)
	for i, limit := range []*Limit{first, second} {
		if _, ok := limit.Allow(t.Context(), "a"); !ok {
			t.Fatalf("request %d was refused", i)
		}
		pass(20 * time.Second)
	}
	for i, limit := range []*Limit{first, second} {
		if wait, ok := limit.Allow(t.Context(), "a"); ok || wait != 20*time.Second {
			t.Errorf("process %d: Allow = %v, %v; want 20s, false", i, wait, ok)
		}
	}
	if _, ok := second.Allow(t.Context(), "b"); !ok {
		t.Error("another client was refused")
	}
	pass(20 * time.Second)
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

func TestSharedLimitsAreForgotten(t *testing.T) {
	server := miniredis.RunT(t)
	limit := replica(t, server, time.Now, &bytes.Buffer{}).Limit("login", 1, time.Minute)
	limit.Allow(t.Context(), "a")
	if keys := server.Keys(); len(keys) != 1 || keys[0] != "test:ratelimit:login:a" || server.TTL(keys[0]) != time.Minute {
		t.Errorf("keys are %q", keys)
	}
}

func TestSharedLimitsInParallel(t *testing.T) {
	server := miniredis.RunT(t)
	limits := []*Limit{
		replica(t, server, time.Now, &bytes.Buffer{}).Limit("login", 7, time.Hour),
		replica(t, server, time.Now, &bytes.Buffer{}).Limit("login", 7, time.Hour),
	}
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

// Without its Redis a process limits by itself, logs that once, and returns to
// sharing when the Redis does.
func TestRedisGoesAwayAndComesBack(t *testing.T) {
	server := miniredis.RunT(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	limit := replica(t, server, func() time.Time { return now }, &log).Limit("login", 2, time.Minute)
	limit.Allow(t.Context(), "a")
	server.Close()
	for i, want := range []bool{true, true, false, false} {
		if _, ok := limit.Allow(t.Context(), "a"); ok != want {
			t.Errorf("request %d without the Redis: %v, want %v", i, ok, want)
		}
	}
	if n := strings.Count(log.String(), "does not answer"); n != 1 {
		t.Errorf("logged %d times: %s", n, &log)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
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

func TestConnectDoesNotRepeatThePassword(t *testing.T) {
	for _, rawURL := range []string{"http://user:secret@host", "redis://user:secret@host/none", "redis://user:secret%@host"} {
		if shared, err := Connect(rawURL, "test", slog.New(slog.DiscardHandler)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Connect(%q) = %v, %v", rawURL, shared, err)
		}
	}
}

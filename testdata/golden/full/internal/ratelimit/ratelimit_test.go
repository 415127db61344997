package ratelimit

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAllowHoldsInEverySpanOfTheWindow(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	limit := New(true, func() time.Time { return now }).Limit("login", 5, time.Minute)
	var passed []time.Time
	for range 600 {
		if _, ok := limit.Allow(t.Context(), "a"); ok {
			passed = append(passed, now)
		}
		now = now.Add(time.Second)
	}
	for i := 5; i < len(passed); i++ {
		if span := passed[i].Sub(passed[i-5]); span < time.Minute {
			t.Fatalf("6 requests passed within %v", span)
		}
	}
	if len(passed) != 50 {
		t.Errorf("%d requests passed in 10 minutes, want 50", len(passed))
	}
}

func TestAllowTellsHowLongToWait(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	limit := New(true, func() time.Time { return now }).Limit("login", 1, time.Minute)
	limit.Allow(t.Context(), "a")
	now = now.Add(20 * time.Second)
	wait, ok := limit.Allow(t.Context(), "a")
	if ok || wait != 40*time.Second {
		t.Errorf("Allow = %v, %v; want 40s, false", wait, ok)
	}
	if _, ok := limit.Allow(t.Context(), "b"); !ok {
		t.Error("another client was refused")
	}
	now = now.Add(wait)
	if _, ok := limit.Allow(t.Context(), "a"); !ok {
		t.Error("refused after the wait it was told")
	}
}

func TestAllowInParallel(t *testing.T) {
	limit := New(true, time.Now).Limit("login", 7, time.Hour)
	var passed atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			if _, ok := limit.Allow(t.Context(), "a"); ok {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if passed.Load() != 7 {
		t.Errorf("%d passed, want 7", passed.Load())
	}
}

func TestLimitsOfOneNameCountTogether(t *testing.T) {
	limits := New(true, time.Now)
	limits.Limit("reports", 1, time.Hour).Allow(t.Context(), "a")
	if _, ok := limits.Limit("reports", 1, time.Hour).Allow(t.Context(), "a"); ok {
		t.Error("a second limit of the name counts for itself")
	}
	if _, ok := limits.Limit("exports", 1, time.Hour).Allow(t.Context(), "a"); !ok {
		t.Error("limits of two names count together")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	limit := New(true, time.Now).Limit("login", 1, time.Hour)
	for i := range maxClients + 1000 {
		limit.Allow(t.Context(), fmt.Sprint(i))
	}
	if n := limit.local.seen.Len(); n > maxClients {
		t.Errorf("%d clients remembered, want at most %d", n, maxClients)
	}
}

func TestDisabled(t *testing.T) {
	limit := New(false, time.Now).Limit("login", 1, time.Hour)
	for range 3 {
		if _, ok := limit.Allow(t.Context(), "a"); !ok {
			t.Fatal("refused although limits are off")
		}
	}
}

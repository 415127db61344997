// Package ratelimit refuses clients that ask too often.
//
// A limit is exact: in any span of the window's length a client network gets
// at most max requests through. It holds for this process.
package ratelimit

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxClients bounds the memory of one limit; beyond it, the client that was
// quiet for longest is forgotten.
const maxClients = 100_000

// Limits makes limits that share a clock.
type Limits struct {
	enabled bool
	now     func() time.Time
}

// New returns Limits. When enabled is false every request passes.
func New(enabled bool, now func() time.Time) *Limits {
	return &Limits{enabled: enabled, now: now}
}

// Limit lets each client network send at most max requests per window.
type Limit struct {
	max     int
	window  time.Duration
	enabled bool
	now     func() time.Time

	mu   sync.Mutex
	seen *lru.Cache[string, []time.Time]
}

// Limit returns a new limit with a count of its own. It panics when max or
// window is not positive.
func (l *Limits) Limit(max int, window time.Duration) *Limit {
	if max <= 0 || window <= 0 {
		panic("ratelimit: max and window must be positive")
	}
	seen, err := lru.New[string, []time.Time](maxClients)
	if err != nil {
		panic(err)
	}
	return &Limit{max: max, window: window, enabled: l.enabled, now: l.now, seen: seen}
}

// Allow counts a request of key. A refused request does not count; wait is
// then the time after which the next one passes.
func (l *Limit) Allow(key string) (wait time.Duration, ok bool) {
	if !l.enabled {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	times, _ := l.seen.Get(key)
	for len(times) > 0 && now.Sub(times[0]) >= l.window {
		times = times[1:]
	}
	if len(times) >= l.max {
		l.seen.Add(key, times)
		return times[0].Add(l.window).Sub(now), false
	}
	l.seen.Add(key, append(times, now))
	return 0, true
}

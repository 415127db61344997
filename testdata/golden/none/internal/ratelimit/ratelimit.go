// Package ratelimit refuses clients that ask too often.
//
// A limit is exact: in any span of the window's length, a client network may send
// at most that many requests. They are counted in this process.
package ratelimit

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/myapi/internal/client"
	"example.com/myapi/internal/problem"
)

// Rate is a number of requests per window.
type Rate struct {
	Requests int
	Window   time.Duration
}

// Limits makes limits that share a clock.
type Limits struct {
	enabled bool
	now     func() time.Time

	mu     sync.Mutex
	counts map[string]*memory // by the names of limits
}

// New returns Limits that count in this process. When enabled is false every
// request passes.
func New(enabled bool, now func() time.Time) *Limits {
	return &Limits{enabled: enabled, now: now, counts: make(map[string]*memory)}
}

// Limit admits a number of requests per window from each client network.
type Limit struct {
	*Limits
	requests int
	window   time.Duration
	local    *memory
}

// Limit returns a limit, whose requests count together with those of all other
// limits of its name. It panics when the name is empty or requests or window is not
// positive.
func (l *Limits) Limit(name string, requests int, window time.Duration) *Limit {
	if name == "" || requests <= 0 || window <= 0 {
		panic("ratelimit: a limit needs a name, and a positive number of requests and window")
	}
	return &Limit{Limits: l, requests: requests, window: window, local: l.memory(name)}
}

// memory returns the count of a name.
func (l *Limits) memory(name string) *memory {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts[name] == nil {
		l.counts[name] = newMemory()
	}
	return l.counts[name]
}

// Allow counts a request of key. A refused request does not count; wait is
// then the time after which the next one passes.
func (l *Limit) Allow(_ context.Context, key string) (wait time.Duration, ok bool) {
	if !l.enabled {
		return 0, true
	}
	wait = l.local.allow(key, l.now(), l.requests, l.window)
	return wait, wait == 0
}

// Detail is the text of every refusal.
const Detail = "Too many requests"

// Operation limits the API operations it is set on, counted together:
//
//	limit := limits.Operation("reports", 5, time.Minute)
//	huma.Register(api, huma.Operation{…, Middlewares: huma.Middlewares{limit}}, handler)
//
// A refusal is 429 with Retry-After in seconds (RFC 6585 §4).
func (l *Limits) Operation(name string, requests int, window time.Duration) func(huma.Context, func(huma.Context)) {
	limit := l.Limit(name, requests, window)
	return func(ctx huma.Context, next func(huma.Context)) {
		wait, ok := limit.Allow(ctx.Context(), client.From(ctx.Context()).Network().String())
		if !ok {
			ctx.SetHeader("Retry-After", RetryAfter(wait))
			problem.WriteOperation(ctx, http.StatusTooManyRequests, Detail)
			return
		}
		next(ctx)
	}
}

// RetryAfter returns wait in whole seconds, rounded up.
func RetryAfter(wait time.Duration) string {
	return strconv.Itoa(int(math.Ceil(wait.Seconds())))
}

// maxClients bounds the memory of one name; beyond it, the client that was
// quiet for longest is forgotten.
const maxClients = 100_000

// memory counts the requests of one name in this process.
type memory struct {
	mu   sync.Mutex
	seen *lru.Cache[string, []time.Time]
}

func newMemory() *memory {
	seen, err := lru.New[string, []time.Time](maxClients)
	if err != nil {
		panic(err) // maxClients is positive.
	}
	return &memory{seen: seen}
}

// allow counts a request and returns 0, or how long the next one has to wait.
func (m *memory) allow(key string, now time.Time, requests int, window time.Duration) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	times, _ := m.seen.Get(key)
	for len(times) > 0 && now.Sub(times[0]) >= window {
		times = times[1:]
	}
	if len(times) >= requests {
		m.seen.Add(key, times)
		return times[0].Add(window).Sub(now)
	}
	m.seen.Add(key, append(times, now))
	return 0
}

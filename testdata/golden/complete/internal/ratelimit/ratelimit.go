// Package ratelimit refuses clients that ask too often.
//
// A limit is exact: in any span of the window's length a client network gets
// at most max requests through. It holds for this process, or with a Redis for
// all processes that share it.
package ratelimit

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Limits makes limits that share a clock.
type Limits struct {
	enabled bool
	now     func() time.Time
	shared  *Redis
	made    atomic.Int32
}

// New returns Limits that hold in all processes that use the same shared, or,
// when it is nil, in this one. When enabled is false every request passes.
func New(enabled bool, now func() time.Time, shared *Redis) *Limits {
	return &Limits{enabled: enabled, now: now, shared: shared}
}

// Limit lets each client network send at most max requests per window.
type Limit struct {
	*Limits
	max    int
	window time.Duration
	name   string
	local  *memory
}

// Limit returns a new limit with a count of its own. Processes that share
// limits make them in the same order. It panics when max or window is not
// positive.
func (l *Limits) Limit(max int, window time.Duration) *Limit {
	if max <= 0 || window <= 0 {
		panic("ratelimit: max and window must be positive")
	}
	return &Limit{
		Limits: l, max: max, window: window, local: newMemory(),
		name: fmt.Sprintf("%d:%d/%s", l.made.Add(1), max, window),
	}
}

// Allow counts a request of key. A refused request does not count; wait is
// then the time after which the next one passes. While the Redis is away, each
// process counts for itself.
func (l *Limit) Allow(ctx context.Context, key string) (wait time.Duration, ok bool) {
	if !l.enabled {
		return 0, true
	}
	if l.shared != nil {
		if wait, err := l.shared.allow(ctx, l.name+":"+key, l.now(), l.max, l.window); err == nil {
			return wait, wait == 0
		}
	}
	wait = l.local.allow(key, l.now(), l.max, l.window)
	return wait, wait == 0
}

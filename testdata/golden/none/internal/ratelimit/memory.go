package ratelimit

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxClients bounds the memory of one limit; beyond it, the client that was
// quiet for longest is forgotten.
const maxClients = 100_000

// memory counts the requests of one limit in this process.
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
func (m *memory) allow(key string, now time.Time, max int, window time.Duration) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	times, _ := m.seen.Get(key)
	for len(times) > 0 && now.Sub(times[0]) >= window {
		times = times[1:]
	}
	if len(times) >= max {
		m.seen.Add(key, times)
		return times[0].Add(window).Sub(now)
	}
	m.seen.Add(key, append(times, now))
	return 0
}

package ratelimit

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	answerTimeout = 500 * time.Millisecond // a log-in waits no longer for a Redis
	nextTryIn     = time.Second            // after one that did not answer
)

// Redis counts the requests of all processes that use it, in a Redis or Valkey
// server.
type Redis struct {
	client server
	prefix string
	log    *slog.Logger

	mu      sync.Mutex
	away    bool
	nextTry time.Time
}

// server is what is needed of a *redis.Client. A field of that type would have
// every package around this one compile the client's hundreds of methods again,
// since it contains a generic pointer to itself.
type server interface {
	redis.Scripter
	Ping(ctx context.Context) *redis.StatusCmd
	Close() error
}

// silence keeps go-redis from writing to stderr what it also returns. It has
// one logger for all clients.
var silence = sync.OnceFunc(func() { redis.SetLogger(quiet{}) })

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// CheckURL refuses what is not like redis://user:password@host:6379/0, rediss://
// with TLS. The error does not repeat it.
func CheckURL(rawURL string) error {
	if _, err := redis.ParseURL(rawURL); err != nil {
		return errors.New("use redis://user:password@host:6379/0, or rediss:// with TLS")
	}
	return nil
}

// Connect returns the Redis that rawURL names, or nil when it is empty. The
// keys in it start with app. A server that does not respond is not an error.
func Connect(rawURL, app string, log *slog.Logger) (*Redis, error) {
	if rawURL == "" {
		return nil, nil
	}
	silence()
	options, err := redis.ParseURL(rawURL)
	if err != nil {
		return nil, CheckURL(rawURL)
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = answerTimeout, answerTimeout, answerTimeout
	options.PoolTimeout = answerTimeout
	options.ContextTimeoutEnabled = true
	options.DialerRetries = 1
	options.MaxRetries, options.MinRetryBackoff = 1, -1 // A connection may have gone while it was idle.
	return &Redis{client: redis.NewClient(options), prefix: app + ":ratelimit:", log: log}, nil
}

// SharedIn has the limits count in shared, for all processes that use it. With a nil
// shared they go on counting in this one.
func (l *Limits) SharedIn(shared *Redis) *Limits {
	l.shared = shared
	return l
}

// Close closes the connections. A nil Redis has none.
func (r *Redis) Close() error {
	if r == nil {
		return nil
	}
	return r.client.Close()
}

// Ping reports whether the server answers.
func (r *Redis) Ping(ctx context.Context) error { return r.client.Ping(ctx).Err() }

// count keeps the times of the requests that passed, oldest first, by the clock
// of the Redis, which is one for all processes. It returns 0, or how many
// microseconds the next request has to wait.
var count = redis.NewScript(`
local window, requests = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and now - tonumber(oldest) >= window do
	redis.call('LPOP', KEYS[1])
	oldest = redis.call('LINDEX', KEYS[1], 0)
end
if redis.call('LLEN', KEYS[1]) >= requests then
	return tonumber(oldest) + window - now
end
redis.call('RPUSH', KEYS[1], string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
return 0`)

// errAway is returned without asking a server that did not answer just now.
var errAway = errors.New("the Redis is away")

func (r *Redis) allow(ctx context.Context, key string, now time.Time, requests int, window time.Duration) (time.Duration, error) {
	if !r.worthTrying(now) {
		return 0, errAway
	}
	wait, err := count.Run(ctx, r.client, []string{r.prefix + key}, window.Microseconds(), requests).Int64()
	if ctx.Err() == nil { // Otherwise the client has left, which proves nothing.
		r.remember(ctx, now, err)
	}
	return time.Duration(wait) * time.Microsecond, err
}

// worthTrying has one request at a time find out whether a server is back.
func (r *Redis) worthTrying(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.away {
		return true
	}
	if now.Before(r.nextTry) {
		return false
	}
	r.nextTry = now.Add(nextTryIn)
	return true
}

// remember logs when the server is lost and when it is back.
func (r *Redis) remember(ctx context.Context, now time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil && !r.away:
		r.log.ErrorContext(ctx, "Redis does not answer, so limits hold for each process alone", "error", err)
		r.nextTry = now.Add(nextTryIn)
	case err == nil && r.away:
		r.log.InfoContext(ctx, "Redis answers again")
	}
	r.away = err != nil
}

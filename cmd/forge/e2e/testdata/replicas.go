package testkit

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/redis/go-redis/v9"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/ratelimit"
	"example.com/myapi/internal/server"
	"example.com/myapi/internal/settings"
)

// front is a round-robin proxy before three replicas of a service, which share
// a database, a Redis, and the clock of the test.
type front struct {
	replicas []*server.Server
	url      string
}

// OnEach adds a test's own operation to every replica, or to the one server that a
// test has put in their place.
func OnEach[I, O any](svc *Service, add func(huma.API, string, func(context.Context, *I) (*O, error), ...func(*huma.Operation)),
	path string, handler func(context.Context, *I) (*O, error)) {
	if svc.Server != svc.front.replicas[0] {
		add(svc.API(), path, handler)
		return
	}
	for _, replica := range svc.front.replicas {
		add(replica.API(), path, handler)
	}
}

// prefix begins the keys of this process in the Redis.
var prefix = "test-" + rand.Text() + "-"

// age makes all that the Redis has counted older, by microseconds.
const age = `
for _, key in ipairs(redis.call('KEYS', KEYS[1] .. '*')) do
	for i, time in ipairs(redis.call('LRANGE', key, 0, -1)) do
		redis.call('LSET', key, i - 1, string.format('%d', time - ARGV[1]))
	end
end`

// pass lets time pass in the Redis, whose clock no test can move.
func pass(d time.Duration) {
	options, err := redis.ParseURL(os.Getenv("FORGE_REDIS_URL"))
	if err != nil {
		panic(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.Eval(context.Background(), age, []string{prefix}, d.Microseconds()).Err(); err != nil && !errors.Is(err, redis.Nil) {
		panic(err)
	}
}

const testClient = "X-Test-Client" // from the test to the proxy: the client's address

// replicate starts the replicas and the proxy, and returns the first replica.
func (svc *Service) replicate(t testing.TB, config settings.Settings, db *database.DB, log *slog.Logger) *server.Server {
	t.Helper()
	shared, err := ratelimit.Connect(os.Getenv("FORGE_REDIS_URL"), prefix+rand.Text(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shared.Close() })
	config.TrustedProxies = append(config.TrustedProxies, settings.Network{Prefix: netip.MustParsePrefix("127.0.0.1/32")})
	var targets []*url.URL
	for range 3 {
		dependencies := newServer(t, config, db, log, svc.Clock.Now).Dependencies
		dependencies.Redis = shared
		replica := server.New(dependencies)
		addWhoAmI(replica) // now, and not when a test asks the first of them
		targets = append(targets, serve(t, replica))
		svc.front.replicas = append(svc.front.replicas, replica)
	}
	var turn atomic.Uint32
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(targets[int(turn.Add(1))%len(targets)])
		r.Out.Host, r.Out.URL.RawQuery = r.In.Host, r.In.URL.RawQuery
		r.Out.Header.Del(testClient)
		r.Out.Header["X-Forwarded-For"] = append(r.In.Header.Values("X-Forwarded-For"), r.In.Header.Get(testClient))
	}})
	t.Cleanup(proxy.Close)
	svc.front.url = proxy.URL
	return svc.front.replicas[0]
}

// serve answers on a port of this machine until the test ends.
func serve(t testing.TB, replica *server.Server) *url.URL {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = replica.Serve(ctx, listener)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return &url.URL{Scheme: "http", Host: listener.Addr().String()}
}

// throughProxy sends a request of a test through the proxy. A server that the
// test made itself has no replicas and gets the request directly.
func (svc *Service) throughProxy(t testing.TB, w *httptest.ResponseRecorder, r *http.Request) {
	t.Helper()
	if svc.Server != svc.front.replicas[0] {
		svc.ServeHTTP(w, r)
		return
	}
	client, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		t.Fatal(err)
	}
	out := r.Clone(r.Context())
	out.RequestURI = ""
	out.URL.Scheme, out.URL.Host = "http", svc.front.url[len("http://"):]
	out.Header.Set(testClient, client)
	response, err := transport.RoundTrip(out)
	if err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	response.Header.Del("Date") // Tests compare answers, whatever second they are of.
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(body) // It never fails.
}

var transport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}

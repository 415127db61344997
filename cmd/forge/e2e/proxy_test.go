//go:build unix

package e2e

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// proxy is a load balancer: it hands requests to the replicas that are ready,
// in turn, and looks every 100 ms who is. A request goes to another replica
// only when no connection to the first could be made.
type proxy struct {
	url      string
	backends []*backend
	turn     atomic.Uint32
}

type backend struct {
	host  string
	ready atomic.Bool
}

// failedByProxy marks answers that no replica has given.
const failedByProxy = "X-Failed-By-Proxy"

// errNoReplica is answered as 502.
var errNoReplica = errors.New("no replica is ready")

func startProxy(t *testing.T, ports []string) *proxy {
	t.Helper()
	p := &proxy{}
	for _, port := range ports {
		p.backends = append(p.backends, &backend{host: "127.0.0.1:" + port})
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Transport: p,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme = "http"
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			w.Header().Set(failedByProxy, err.Error())
			w.WriteHeader(http.StatusBadGateway)
		},
	})
	p.url = front.URL
	done := make(chan struct{})
	var polls sync.WaitGroup
	for _, b := range p.backends {
		polls.Go(func() { b.poll(done) })
	}
	t.Cleanup(func() {
		close(done)
		polls.Wait()
		front.Close()
	})
	return p
}

func (b *backend) poll(done <-chan struct{}) {
	client := &http.Client{Timeout: 3 * time.Second}
	for {
		response, err := client.Get("http://" + b.host + "/ready")
		if err == nil {
			response.Body.Close()
		}
		b.ready.Store(err == nil && response.StatusCode == http.StatusOK)
		select {
		case <-done:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// RoundTrip sends a request of the proxy to a replica.
func (p *proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	for range p.backends {
		b := p.next()
		if b == nil {
			break
		}
		out := r.Clone(r.Context())
		out.URL.Host = b.host
		if body != nil {
			out.Body = io.NopCloser(bytes.NewReader(body))
		}
		response, err := http.DefaultTransport.RoundTrip(out)
		var network *net.OpError
		if errors.As(err, &network) && network.Op == "dial" {
			b.ready.Store(false)
			continue
		}
		return response, err
	}
	return nil, errNoReplica
}

// next returns the replica whose turn it is, or nil.
func (p *proxy) next() *backend {
	for range p.backends {
		if b := p.backends[int(p.turn.Add(1))%len(p.backends)]; b.ready.Load() {
			return b
		}
	}
	return nil
}

// await waits until every replica is ready, or until those are.
func (p *proxy) await(t *testing.T, which ...int) {
	t.Helper()
	if len(which) == 0 {
		which = []int{0, 1, 2}
	}
	deadline := time.Now().Add(time.Minute)
	for _, i := range which {
		for !p.backends[i].ready.Load() {
			if time.Now().After(deadline) {
				t.Fatalf("replica %d is not ready after a minute", i)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

package authprovider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
)

const (
	timeout   = 10 * time.Second // of all that one step of a log-in asks a provider
	maxAnswer = 1 << 20          // in bytes; usual answers have some thousand
)

// client returns the client for all requests to a provider.
func (w Web) client() *http.Client {
	g := gate{next: w.Transport, loopback: w.Loopback}
	if g.next == nil {
		g.next = http.DefaultTransport
	}
	return &http.Client{Transport: g}
}

func (w Web) clock() func() time.Time {
	if w.Now == nil {
		return time.Now
	}
	return w.Now
}

// gate sends requests to providers. It refuses answers that lead elsewhere, are no
// success or are too long. The refusals of codes pass.
type gate struct {
	next     http.RoundTripper
	loopback bool
}

// RoundTrip sends one request.
func (g gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.admits(r.URL); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // It is in memory.
		}
		return nil, err
	}
	response, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	refusal := r.Method == http.MethodPost && response.StatusCode/100 == 4
	if response.StatusCode != http.StatusOK && !refusal {
		_ = response.Body.Close() // It is not read.
		return nil, fmt.Errorf("it answered with status %d", response.StatusCode)
	}
	response.Body = &limited{response.Body, maxAnswer}
	return response, nil
}

// admits refuses addresses without TLS, except, in development, those of this machine.
func (g gate) admits(u *url.URL) error {
	if u.Hostname() != "" && (u.Scheme == "https" || u.Scheme == "http" && g.loopback && isLoopback(u.Hostname())) {
		return nil
	}
	return fmt.Errorf("an address of it is no https URL: %.100q", u.Scheme+"://"+u.Host)
}

// admitsURL does the same for an address of the provider's own description.
func (g gate) admitsURL(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("an address of it is no URL: %.100q", address)
	}
	return g.admits(u)
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// limited is an answer that must not be longer than what is left.
type limited struct {
	io.ReadCloser
	left int
}

// Read reads from the answer.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, fmt.Errorf("its answer is longer than %d bytes", maxAnswer)
	}
	return n, err
}

// get reads the JSON that an address answers to the owner of an access token; without
// one, to everybody.
func get(ctx context.Context, client *http.Client, address, accessToken string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return away(err)
	}
	request.Header.Set("Accept", "application/json")
	if accessToken != "" {
		request.Header.Set("Authorization", "Bearer "+accessToken)
	}
	response, err := client.Do(request)
	if err != nil {
		return away(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return away(err)
	}
	if err := jsonv2.Unmarshal(text, answer); err != nil {
		return away(errors.New("its answer is not the JSON that was expected"))
	}
	return nil
}

// withoutURL returns the reason of an error of net/http, whose text has the URL.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

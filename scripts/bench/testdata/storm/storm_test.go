package auth_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// BenchmarkLoginStorm measures GET /users/me over a connection while 64 clients
// log in without pause at the cost of production: idle, with the cap on hashes,
// and without.
func BenchmarkLoginStorm(b *testing.B) {
	for _, bm := range []struct {
		name           string
		clients, slots int
	}{{"idle", 0, 0}, {"capped", 64, 0}, {"uncapped", 64, 64}} {
		b.Run(bm.name, func(b *testing.B) {
			svc := testkit.New(b, testkit.Options{Configure: func(s *settings.Settings) { s.LoginMaxFailures = 0 }})
			svc.Register(b, "johndoe")
			web := httptest.NewServer(svc)
			defer web.Close()
			me, err := http.NewRequest(http.MethodGet, web.URL+"/api/v1/users/me", http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			me.Header.Set("Authorization", "Bearer "+svc.Login(b, "johndoe"))
			svc.Auth.HashWith(12, bm.slots)
			var stop atomic.Bool
			var storm sync.WaitGroup
			for range bm.clients {
				storm.Go(func() {
					for !stop.Load() {
						svc.Do(b, testkit.LoginRequest("johndoe", "not the password"))
					}
				})
			}
			defer storm.Wait()
			defer stop.Store(true)
			durations := make([]time.Duration, 0, b.N)
			for b.Loop() {
				start := time.Now()
				response, err := web.Client().Do(me)
				if err != nil {
					b.Fatal(err)
				}
				response.Body.Close()
				if response.StatusCode != http.StatusOK {
					b.Fatal(response.Status)
				}
				durations = append(durations, time.Since(start))
				time.Sleep(time.Millisecond) // As a client does that waits for the next click.
			}
			slices.Sort(durations)
			b.ReportMetric(float64(durations[len(durations)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(durations[len(durations)/2].Microseconds())/1000, "p50-ms")
		})
	}
}

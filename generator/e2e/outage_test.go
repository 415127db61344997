//go:build unix

package e2e

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	// recovery is how long after the database answers again requests may fail.
	recovery = 5 * time.Second
	// longestAnswer is the service's time-out of requests, and what a busy
	// machine adds.
	longestAnswer = 20*time.Second + 5*time.Second
)

// outage takes the database away under load. Requests go to the replicas
// themselves, as their proxy would not send them any.
func (c *cluster) outage(t *testing.T, name string, takeAway, giveBack func() error, meanwhile func()) {
	t.Helper()
	l := startLoad(t, name, never, c.url(0), c.url(1), c.url(2))
	time.Sleep(time.Second)
	if err := takeAway(); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	if err := giveBack(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	l.strictFrom.Store(back.Add(recovery).UnixNano())
	waiting := l.registered()
	time.Sleep(recovery + 2*time.Second)
	l.end()
	if longest := time.Duration(l.longest.Load()); longest > longestAnswer {
		t.Errorf("a request took %v", longest)
	}
	if l.statuses[http.StatusServiceUnavailable] == 0 {
		t.Error("no request has met the outage")
	}
	l.verify()
	l.awaitMails(c.outbox, 20*time.Second)
	took := l.lastMail(c.outbox, waiting).Sub(back)
	if took > recovery {
		t.Errorf("the last of the mails that had waited was sent after %v", took)
	}
	t.Logf("the last mail of the %d accounts of before was sent %v after the database was back", waiting, took.Round(time.Millisecond))
	c.proxy.await(t)
}

func testKilledDatabase(t *testing.T, c *cluster) {
	c.outage(t, "outage", c.database.Kill, func() error { return c.database.Start(t.Context()) }, func() { time.Sleep(3 * time.Second) })
}

// testHangingDatabase has more requests on their way than the pools have
// connections.
func testHangingDatabase(t *testing.T, c *cluster) {
	c.register(t, "hanging")
	token := c.login(t, 0, "hanging").access
	c.outage(t, "hang", c.database.Freeze, c.database.Thaw, func() {
		var readers sync.WaitGroup
		for i := range 90 {
			readers.Go(func() {
				begin := time.Now()
				status, header, answer := c.on(t, i, "GET", "/api/v1/users/me", token, newAddress(), nil)
				if status != http.StatusServiceUnavailable || header.Get("Content-Type") != "application/problem+json" ||
					answer["detail"] == "" || time.Since(begin) > longestAnswer {
					t.Errorf("replica %d answers %d %v after %v", i%3, status, answer, time.Since(begin))
				}
			})
		}
		for i := range 3 {
			if status, _, _ := c.on(t, i, "GET", "/health", "", newAddress(), nil); status != http.StatusOK {
				t.Errorf("replica %d says of its health %d", i, status)
			}
			if status, _, _ := c.on(t, i, "GET", "/ready", "", newAddress(), nil); status != http.StatusServiceUnavailable {
				t.Errorf("replica %d says %d when it is asked whether it is ready", i, status)
			}
		}
		readers.Wait()
	})
}

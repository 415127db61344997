//go:build unix

package e2e

import (
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
func (c *cluster) outage(t *testing.T, name string, takeAway, giveBack func() error, lasts time.Duration) {
	t.Helper()
	l := startLoad(t, name, never, c.url(0), c.url(1), c.url(2))
	time.Sleep(time.Second)
	if err := takeAway(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(lasts)
	if err := giveBack(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	l.strictFrom.Store(back.Add(recovery).UnixNano())
	time.Sleep(recovery + 2*time.Second)
	l.end()
	if longest := time.Duration(l.longest.Load()); longest > longestAnswer {
		t.Errorf("a request took %v", longest)
	}
	if l.statuses[503] == 0 {
		t.Error("no request has met the outage")
	}
	l.verify()
	l.awaitMails(c.outbox, 20*time.Second)
	t.Logf("every account has its mail %v after the database was back", time.Since(back).Round(time.Second))
	c.proxy.await(t)
}

func testKilledDatabase(t *testing.T, c *cluster) {
	c.outage(t, "outage", c.database.Kill, func() error { return c.database.Start(t.Context()) }, 3*time.Second)
}

func testHangingDatabase(t *testing.T, c *cluster) {
	c.outage(t, "hang", c.database.Freeze, c.database.Thaw, 23*time.Second)
}

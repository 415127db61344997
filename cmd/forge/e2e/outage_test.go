//go:build unix

package e2e

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	queued := time.Now()
	waiting := c.queue(t)
	if err := takeAway(); err != nil {
		t.Fatal(err)
	}
	meanwhile()
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
	if l.statuses[http.StatusServiceUnavailable] == 0 {
		t.Error("no request has met the outage")
	}
	l.verify()
	l.awaitMails(c.outbox, 20*time.Second)
	took := lastMail(t, c.outbox, waiting, queued).Sub(back)
	if n := c.query(t, `SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND `+ofKilledReplicas); n != "[0]" {
		t.Errorf("%s mails are still in the queue", n)
	}
	if took > recovery {
		t.Errorf("the last of the mails that had waited was sent after %v", took)
	}
	t.Logf("the last of %d mails that had waited was sent %v after the database was back", len(waiting), took.Round(time.Millisecond))
	c.proxy.await(t)
}

// ofKilledReplicas are mails of testKilledReplicas.
const ofKilledReplicas = `kind = 'verification' AND address LIKE 'killed%'`

// queue puts mails of an earlier load into the queue again, to be due in a
// second, and returns their addresses.
func (c *cluster) queue(t *testing.T) []string {
	t.Helper()
	due := time.Now().UTC().Add(time.Second).Format("2006-01-02 15:04:05.000000")
	c.query(t, `UPDATE outbox SET sent_at = NULL, sent_user_id = NULL, due_at = '`+due+`' WHERE `+ofKilledReplicas)
	return strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(c.query(t, `SELECT address FROM outbox WHERE `+ofKilledReplicas)))
}

// lastMail waits until all addresses got a mail after begin, and tells when the
// last did.
func lastMail(t *testing.T, outbox string, addresses []string, begin time.Time) time.Time {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		missing, last, mails := 0, begin, mailTimes(t, outbox)
		for _, address := range addresses {
			i := slices.IndexFunc(mails[address], begin.Before)
			if i < 0 {
				missing++
			} else if mails[address][i].After(last) {
				last = mails[address][i]
			}
		}
		if missing == 0 && len(addresses) > 0 {
			return last
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d mails that had waited were not sent", missing, len(addresses))
		}
		time.Sleep(100 * time.Millisecond)
	}
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
		var refused atomic.Int32
		var readers sync.WaitGroup
		for i := range 90 {
			readers.Go(func() {
				begin := time.Now()
				status, header, answer := c.on(t, i, "GET", "/api/v1/users/me", token, newAddress(), nil)
				switch {
				case status == http.StatusOK: // It was quicker than the signal.
				case status == http.StatusServiceUnavailable && header.Get("Content-Type") == "application/problem+json" &&
					answer["detail"] != "" && time.Since(begin) < longestAnswer:
					refused.Add(1)
				default:
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
		if refused.Load() < 60 {
			t.Errorf("%d of 90 requests have met the outage", refused.Load())
		}
	})
}

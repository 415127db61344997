//go:build unix

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/forge-go/forge/scripts/services/server"
)

// TestReplicas runs three processes of a service on one database, and takes
// away what they need: each other, the Redis, the database.
func TestReplicas(t *testing.T) {
	leftToTestAll(t)
	t.Parallel()
	for db, start := range map[string]func(context.Context) (*server.Server, error){
		"postgres": server.Postgres, "mysql": server.MariaDB,
	} {
		t.Run(db, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, db, start)
			for _, step := range []struct {
				name string
				test func(*testing.T, *cluster)
			}{
				{"the database comes late", testLateDatabase},
				{"what one does counts at once on the others", testAtOnce},
				{"a lock counts on all", testLock},
				{"limits are shared while there is a Redis", testSharedLimits},
				{"killed replicas lose nothing", testKilledReplicas},
				{"a rolling restart fails no request", testRollingRestart},
				{"a killed database", testKilledDatabase},
				{"a database that hangs", testHangingDatabase},
			} {
				if !t.Run(step.name, func(t *testing.T) { step.test(t, c) }) {
					t.Fatal("the other steps are not taken")
				}
			}
			c.checkLogs(t)
		})
	}
}

// Replicas that start before their database wait for it; one of them makes the
// tables.
func testLateDatabase(t *testing.T, c *cluster) {
	if err := c.database.Kill(); err != nil {
		t.Fatal(err)
	}
	for _, r := range c.replicas {
		r.start(t)
	}
	c.awaitLogged(t, "waiting for the database", [3]int{1, 1, 1}, func() {})
	time.Sleep(2 * time.Second)
	if err := c.database.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.proxy.await(t)
	const twice = `SELECT COUNT(*) FROM (SELECT version_id FROM goose_db_version GROUP BY version_id HAVING COUNT(*) > 1) AS twice`
	if n := c.query(t, twice); n != "[0]" {
		t.Errorf("%s migrations ran more than once", n)
	}
	if n := c.query(t, `SELECT COUNT(*) > 3 FROM goose_db_version`); n != "[true]" && n != "[1]" {
		t.Errorf("there are no migrations: %s", n)
	}
}

// on sends a request to one replica, from an address of its own.
func (c *cluster) on(t *testing.T, i int, method, path, token, address string, body any) (int, http.Header, map[string]any) {
	t.Helper()
	request, err := newRequest(method, c.url(i)+path, token, address, body)
	if err != nil {
		t.Fatal(err)
	}
	status, header, answer, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	return status, header, answer
}

func (c *cluster) url(i int) string { return "http://127.0.0.1:" + c.replicas[i%3].port }

// expect is on for a request that is to have a status.
func (c *cluster) expect(t *testing.T, i int, method, path, token string, body any, want int) map[string]any {
	t.Helper()
	status, _, answer := c.on(t, i, method, path, token, newAddress(), body)
	if status != want {
		t.Fatalf("%s %s on replica %d = %d %v, want %d", method, path, i, status, answer, want)
	}
	return answer
}

// newAddress is a client's that has sent no request yet, most likely.
func newAddress() string {
	return fmt.Sprintf("2001:db8:%x:%x::1", rand.N(1<<16), rand.N(1<<16))
}

func (c *cluster) register(t *testing.T, name string) {
	t.Helper()
	c.expect(t, rand.N(3), "POST", "/api/v1/auth/register", "",
		map[string]string{"email": name + "@example.com", "username": name, "password": password}, http.StatusCreated)
}

func (c *cluster) login(t *testing.T, i int, name string) *account {
	t.Helper()
	a := &account{name: name}
	a.take(c.expect(t, i, "POST", "/api/v1/auth/login", "", map[string]string{"username": name, "password": password}, http.StatusOK))
	return a
}

// alive reports which replicas take an account's access token.
func (c *cluster) alive(t *testing.T, a *account) (replicas [3]bool) {
	t.Helper()
	for i := range replicas {
		status, _, _ := c.on(t, i, "GET", "/api/v1/users/me", a.access, newAddress(), nil)
		replicas[i] = status == http.StatusOK
	}
	return replicas
}

// testAtOnce ends sessions on each replica in turn.
func testAtOnce(t *testing.T, c *cluster) {
	all, none := [3]bool{true, true, true}, [3]bool{}
	for i := range 3 {
		name := fmt.Sprintf("at-once-%d", i)
		c.register(t, name)
		kept, ended := c.login(t, i, name), c.login(t, i+1, name)
		if got := c.alive(t, ended); got != all {
			t.Fatalf("a new session is good on %v", got)
		}
		c.expect(t, i, "POST", "/api/v1/auth/logout", ended.access, nil, http.StatusNoContent)
		if got := c.alive(t, ended); got != none {
			t.Errorf("after the log out on replica %d the token is good on %v", i, got)
		}
		c.expect(t, i+2, "POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": ended.refresh}, http.StatusUnauthorized)
		other := c.login(t, i+2, name)
		c.expect(t, i, "POST", "/api/v1/users/me/password", kept.access,
			map[string]string{"current_password": password, "new_password": password + "new"}, http.StatusNoContent)
		if got := c.alive(t, other); got != none {
			t.Errorf("after the change of password on replica %d another session is good on %v", i, got)
		}
		c.expect(t, i+1, "POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": other.refresh}, http.StatusUnauthorized)
		c.expect(t, i+1, "POST", "/api/v1/auth/login", "", map[string]string{"username": name, "password": password}, http.StatusUnauthorized)
		if got := c.alive(t, kept); got != all {
			t.Errorf("after the change of password its own session is good on %v", got)
		}
		again := &account{}
		again.take(c.expect(t, i+1, "POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": kept.refresh}, http.StatusOK))
		if got := c.alive(t, again); got != all {
			t.Errorf("a refreshed session is good on %v", got)
		}
	}
}

// testLock fails at proving a password, on one replica after another, where no
// limit of addresses counts.
func testLock(t *testing.T, c *cluster) {
	c.register(t, "locked")
	token, address := c.login(t, 0, "locked").access, newAddress()
	guess := func(i int, current string, wantStatus int, wantDetail string) {
		t.Helper()
		status, header, answer := c.on(t, i, "POST", "/api/v1/users/me/password", token, address,
			map[string]string{"current_password": current, "new_password": password + "new"})
		if status != wantStatus || answer["detail"] != wantDetail || status == http.StatusTooManyRequests && header.Get("Retry-After") == "" {
			t.Errorf("replica %d answers %d %v, want %d %s", i, status, answer, wantStatus, wantDetail)
		}
	}
	for i := range 5 {
		guess(i%3, "wrong", http.StatusBadRequest, "Current password is incorrect")
	}
	for i := range 3 {
		guess(i, password, http.StatusTooManyRequests, "Too many failed attempts")
		status, _, answer := c.on(t, i, "POST", "/api/v1/auth/login", "", address, map[string]string{"username": "locked", "password": password})
		if status != http.StatusTooManyRequests || answer["detail"] != "Too many failed attempts" {
			t.Errorf("a log-in on replica %d = %d %v", i, status, answer)
		}
	}
	c.login(t, 1, "locked") // from elsewhere
}

// attempts tries to log in a few times on each replica in turn and counts what
// the limit lets through, and what not.
func (c *cluster) attempts(t *testing.T, n int) (passed, refused int) {
	t.Helper()
	address := newAddress()
	for i := range n {
		status, header, answer := c.on(t, i, "POST", "/api/v1/auth/login", "", address,
			map[string]string{"username": fmt.Sprint("nobody", rand.N(1<<32)), "password": "wrong"})
		switch {
		case status == http.StatusUnauthorized:
			passed++
		case status == http.StatusTooManyRequests && answer["detail"] == "Too many requests" && header.Get("Retry-After") != "":
			refused++
		default:
			t.Errorf("a log-in on replica %d = %d %v", i%3, status, answer)
		}
	}
	return passed, refused
}

// testSharedLimits takes the Redis away, in two ways.
func testSharedLimits(t *testing.T, c *cluster) {
	if passed, refused := c.attempts(t, 9); passed != 5 || refused != 4 {
		t.Errorf("with a Redis %d log-ins pass and %d do not, want 5 and 4", passed, refused)
	}
	for i, change := range []struct {
		name               string
		takeAway, giveBack func() error
	}{
		{"killed", c.redis.Kill, func() error { return c.redis.Start(t.Context()) }},
		{"hanging", c.redis.Freeze, c.redis.Thaw},
	} {
		times := [3]int{i + 1, i + 1, i + 1}
		if err := change.takeAway(); err != nil {
			t.Fatal(err)
		}
		if passed, refused := c.attempts(t, 18); passed != 15 || refused != 3 {
			t.Errorf("with a %s Redis %d log-ins pass and %d do not, want 15 and 3", change.name, passed, refused)
		}
		if n := c.logged("Redis does not answer"); n != times {
			t.Errorf("after a %s Redis, the replicas have logged %v times that it is away, want %v", change.name, n, times)
		}
		if err := change.giveBack(); err != nil {
			t.Fatal(err)
		}
		c.awaitLogged(t, "Redis answers again", times, func() { c.attempts(t, 3) })
		if passed, refused := c.attempts(t, 9); passed != 5 || refused != 4 {
			t.Errorf("after a %s Redis %d log-ins pass and %d do not, want 5 and 4", change.name, passed, refused)
		}
	}
}

// endLeases makes the mails due that a killed process had begun: they would be
// two minutes after that.
func (c *cluster) endLeases(t *testing.T) {
	t.Helper()
	c.query(t, `UPDATE outbox SET due_at = created_at WHERE sent_at IS NULL`)
}

func testKilledReplicas(t *testing.T, c *cluster) {
	l := startLoad(t, "killed", never, c.proxy.url)
	const kills = 8
	for range kills {
		time.Sleep(300 * time.Millisecond)
		i := rand.N(3)
		c.replicas[i].kill(t)
		time.Sleep(150 * time.Millisecond)
		c.replicas[i].start(t)
		c.proxy.await(t, i)
	}
	l.end()
	c.endLeases(t)
	l.verify()
	more := l.awaitMails(c.outbox, 30*time.Second)
	t.Logf("%d kills; every account has its mail, %d have it twice", kills, more)
}

func testRollingRestart(t *testing.T, c *cluster) {
	l := startLoad(t, "rolling", 0, c.proxy.url)
	for i, r := range c.replicas {
		if err := r.end(t, syscall.SIGTERM); err != nil {
			t.Errorf("replica %d was told to stop: %v", i, err)
		}
		r.start(t)
		c.proxy.await(t, i)
	}
	l.end()
	l.verify()
	l.awaitMails(c.outbox, 30*time.Second)
	if n := c.logged(`"msg":"stopping"`); n != [3]int{1, 1, 1} {
		t.Errorf("the replicas have logged %v times that they stop, want once each", n)
	}
}

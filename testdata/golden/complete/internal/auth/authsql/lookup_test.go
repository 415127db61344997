package authsql_test

import (
	"database/sql"
	"testing"
	"time"

	"example.com/myapi/internal/testkit"
)

// The user of a request is found although all connections for other queries are
// taken.
func TestSessionsWaitForNoOtherQuery(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	var taken []*sql.Conn
	for range svc.DB.Read.Stats().MaxOpenConnections {
		connection, err := svc.DB.Read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, connection)
	}
	release := func() {
		for _, connection := range taken {
			connection.Close()
		}
	}
	late := time.AfterFunc(5*time.Second, release)
	svc.Expect(t, 200, svc.WhoAmI(token))
	if !late.Stop() {
		t.Fatal("waited until the other queries had ended")
	}
	release()
}

package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// query runs SQL with a program made of testdata/sql.go and returns the rows, a
// line each.
func (p project) query(t testing.TB, program, databaseURL, statement string) string {
	t.Helper()
	cmd := p.command(program, statement)
	cmd.Env = append(cmd.Env, "DATABASE_URL="+databaseURL)
	return strings.TrimSpace(output(t, cmd))
}

// createDatabase makes one on a server and returns its address.
func (p project) createDatabase(t testing.TB, program, server, name string) string {
	t.Helper()
	p.query(t, program, server, "CREATE DATABASE "+name)
	own, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	own.Path = "/" + name
	return own.String()
}

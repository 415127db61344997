// Command limit is what a service could do that asks its database, a server, for the
// user of a token: it verifies the token, sends the service's own statement, prepared,
// and answers from the row.
package main

import (
	"context"
	"os"
	"strings"

	"example.com/myapi/internal/database"
)

func main() {
	url := os.Getenv("DATABASE_URL")
	query := sessionQuery("$1", "$2")
	if strings.HasPrefix(url, "mysql") {
		query = sessionQuery("?", "?")
	}
	db := must(database.Open(context.Background(), url))
	newTokens(must(db.Pool.Prepare(query))).serve()
}

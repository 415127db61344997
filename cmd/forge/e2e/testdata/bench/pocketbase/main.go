// Command pocketbase is PocketBase as it comes, on the port that PORT names.
package main

import (
	"log"
	"os"

	"github.com/pocketbase/pocketbase"
)

func main() {
	app := pocketbase.New()
	app.RootCmd.SetArgs([]string{"serve", "--http=127.0.0.1:" + os.Getenv("PORT"), "--dir=data"})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

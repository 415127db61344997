package main

import (
	"database/sql"
	"log"
	"os"

	"github.com/gofiber/fiber/v3"
	_ "modernc.org/sqlite"
)

type application struct {
	db *sql.DB
	fi *fiber.App
}

func main() {
	a := application{fi: fiber.New()}
	var err error
	a.db, err = sql.Open("sqlite", "file:"+os.Getenv("DB_FILE")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	a.fi.Get("/hello", func(c fiber.Ctx) error { return c.SendString("hello") })
	log.Fatal(a.fi.Listen(os.Getenv("ADDR")))
}

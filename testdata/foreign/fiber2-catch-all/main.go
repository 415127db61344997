package main

import (
	"database/sql"
	"log"
	"os"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	_ "modernc.org/sqlite"
)

func main() {
	db, err := sql.Open("sqlite", "file:"+os.Getenv("DB_FILE")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(1)

	app := fiber.New()
	app.Use(recover.New())
	app.Get("/hello", func(c *fiber.Ctx) error {
		return c.SendString("hello")
	})
	app.Use(func(c *fiber.Ctx) error {
		return c.SendStatus(fiber.StatusNotFound)
	})
	log.Fatal(app.Listen(os.Getenv("ADDR")))
}

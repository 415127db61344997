package main

import (
	"log"
	"net/http"
	"os"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	_ "modernc.org/sqlite"
)

type app struct {
	db *sqlx.DB
}

func main() {
	a := &app{db: mustOpen()}
	e := echo.New()
	e.HideBanner = true
	e.Use(middleware.Recover())
	e.GET("/hello", a.hello)
	g := e.Group("/admin")
	g.GET("/stats", a.hello)
	e.Logger.Fatal(e.Start(os.Getenv("ADDR")))
}

func mustOpen() *sqlx.DB {
	db, err := sqlx.Open("sqlite", "file:"+os.Getenv("DB_FILE")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	return db
}

func (a *app) hello(c echo.Context) error {
	if err := a.db.Ping(); err != nil {
		return err
	}
	return c.String(http.StatusOK, "hello")
}

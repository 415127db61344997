package main

import (
	"log"
	"net/http"
	"os"

	"github.com/labstack/echo/v5"
)

func main() {
	e := newEcho()
	log.Fatal(http.ListenAndServe(os.Getenv("ADDR"), e))
}

func newEcho() *echo.Echo {
	e := echo.New()
	e.GET("/hello", func(c *echo.Context) error {
		return c.String(http.StatusOK, "hello")
	})
	return e
}

package main

import (
	"net/http"
	"os"

	"github.com/gin-gonic/gin"

	"example.com/service/database"
)

func main() {
	router := gin.Default()

	database.Connect()

	router.GET("/hello", func(c *gin.Context) {
		c.String(http.StatusOK, "hello")
	})
	router.Run(os.Getenv("ADDR"))
}

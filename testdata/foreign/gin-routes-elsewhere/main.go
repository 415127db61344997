package main

import (
	"log"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/glebarez/sqlite"
	"gorm.io/gorm"

	"example.com/service/models"
	"example.com/service/routes"
)

func main() {
	db, err := gorm.Open(sqlite.Open(os.Getenv("DB_FILE")+"?_pragma=busy_timeout(5000)"), &gorm.Config{})
	if err != nil {
		log.Fatalf("database: %v", err)
	}
	if err := db.AutoMigrate(&models.Item{}); err != nil {
		log.Fatalf("tables: %v", err)
	}

	r := gin.New()
	r.Use(gin.Logger(), gin.Recovery())
	routes.Register(r, db)

	if err := r.Run(os.Getenv("ADDR")); err != nil {
		log.Fatal(err)
	}
}

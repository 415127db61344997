package routes

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
)

// Register adds all routes.
func Register(r *gin.Engine, db *gorm.DB) {
	r.GET("/hello", func(c *gin.Context) { c.String(http.StatusOK, "hello") })
	api := r.Group("/api")
	items(api, db)
}

func items(g *gin.RouterGroup, db *gorm.DB) {
	g.GET("/items/:id", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"id": c.Param("id"), "dialect": db.Name()}) })
}

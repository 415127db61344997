package models

import "gorm.io/gorm"

// Item is a thing.
type Item struct {
	gorm.Model
	Name string
}

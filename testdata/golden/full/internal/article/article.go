// Package article is the articles of users. It knows neither HTTP (articlehttp) nor
// SQL (articlesql).
package article

import (
	"errors"
	"time"
)

// Article is an article of a user.
type Article struct {
	ID        int64
	UserID    int64
	Slug      string
	Text      string
	Version   int64 // rises with every change
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Changes are what becomes of an article; nil leaves a field as it is.
type Changes struct {
	Slug *string
	Text *string
}

func (c Changes) apply(item Article) Article {
	if c.Slug != nil {
		item.Slug = *c.Slug
	}
	if c.Text != nil {
		item.Text = *c.Text
	}
	return item
}

// Query is which articles a list has.
type Query struct {
	After  int64 // the id of the last one on the page before
	Oldest bool  // the oldest first
	Limit  int
	Slug   *string
}

// The refusals. Any other error is internal.
var (
	ErrNotFound  = errors.New("article not found")
	ErrChanged   = errors.New("article was changed meanwhile")
	ErrGone      = errors.New("what the article refers to was deleted meanwhile")
	ErrSlugTaken = errors.New("slug already taken")
)

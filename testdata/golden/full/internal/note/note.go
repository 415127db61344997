// Package note is the notes of users. It knows neither HTTP (notehttp) nor
// SQL (notesql).
package note

import (
	"errors"
	"time"

	"example.com/myapi/internal/calendar"
)

// Note is a note of a user.
type Note struct {
	ID        int64
	UserID    int64
	Title     string
	Body      *string
	Done      bool
	Due       *calendar.Date
	Version   int64 // rises with every change
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Changes are what becomes of a note; nil leaves a field as it is.
type Changes struct {
	Title *string
	Body  **string
	Done  *bool
	Due   **calendar.Date
}

func (c Changes) apply(item Note) Note {
	if c.Title != nil {
		item.Title = *c.Title
	}
	if c.Body != nil {
		item.Body = *c.Body
	}
	if c.Done != nil {
		item.Done = *c.Done
	}
	if c.Due != nil {
		item.Due = *c.Due
	}
	return item
}

// Query is which notes a list has.
type Query struct {
	After  int64 // the id of the last one on the page before
	Oldest bool  // the oldest first
	Limit  int
	Title  *string
	Done   *bool
	Due    *string
}

// The refusals. Any other error is internal.
var (
	ErrNotFound   = errors.New("note not found")
	ErrChanged    = errors.New("note was changed meanwhile")
	ErrGone       = errors.New("what the note refers to was deleted meanwhile")
	ErrTitleTaken = errors.New("title already taken")
)

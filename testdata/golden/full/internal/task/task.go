// Package task is the tasks of users. It knows neither HTTP (taskhttp) nor
// SQL (tasksql).
package task

import (
	"errors"
	"time"

	"example.com/myapi/internal/decimal"
)

// Task is a task of a user.
type Task struct {
	ID        int64
	UserID    int64
	Title     string
	NoteID    int64
	ParentID  *int64
	State     string
	At        *time.Time
	Price     decimal.Number
	Count     int64
	Version   int64 // rises with every change
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Changes are what becomes of a task; nil leaves a field as it is.
type Changes struct {
	Title    *string
	NoteID   *int64
	ParentID **int64
	State    *string
	At       **time.Time
	Price    *decimal.Number
	Count    *int64
}

func (c Changes) apply(item Task) Task {
	if c.Title != nil {
		item.Title = *c.Title
	}
	if c.NoteID != nil {
		item.NoteID = *c.NoteID
	}
	if c.ParentID != nil {
		item.ParentID = *c.ParentID
	}
	if c.State != nil {
		item.State = *c.State
	}
	if c.At != nil {
		item.At = *c.At
	}
	if c.Price != nil {
		item.Price = *c.Price
	}
	if c.Count != nil {
		item.Count = *c.Count
	}
	return item
}

// Query is which tasks a list has.
type Query struct {
	After    int64 // the id of the last one on the page before
	Oldest   bool  // the oldest first
	Limit    int
	NoteID   *int64
	ParentID *int64
	State    *string
	Count    *int64
}

// The refusals. Any other error is internal.
var (
	ErrNotFound = errors.New("task not found")
	ErrChanged  = errors.New("task was changed meanwhile")
	ErrGone     = errors.New("what the task refers to was deleted meanwhile")
	ErrNoNote   = errors.New("no such note") // that note_id may lead to
	ErrNoParent = errors.New("no such task") // that parent_id may lead to
)

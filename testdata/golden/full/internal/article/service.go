package article

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Store keeps articles.
type Store interface {
	List(ctx context.Context, q Query) ([]Article, error)
	Get(ctx context.Context, id int64) (Article, error)
	Create(ctx context.Context, item Article) (Article, error)
	// Update and Delete are of the version that was read, or return ErrChanged.
	Update(ctx context.Context, item Article) (Article, error)
	Delete(ctx context.Context, item Article) error
}

// Service is the articles of all users. What changes them takes the owner
// first: nobody changes the articles of others.
type Service struct {
	store Store
	now   func() time.Time
}

// New returns a Service.
func New(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// List returns a page of articles, and whether there are more.
func (s *Service) List(ctx context.Context, q Query) (page []Article, more bool, err error) {
	limit := q.Limit
	q.Limit++
	page, err = s.store.List(ctx, q)
	if len(page) > limit {
		return page[:limit], true, err
	}
	return page, false, err
}

// Get returns an article, or ErrNotFound.
func (s *Service) Get(ctx context.Context, id int64) (Article, error) {
	return s.store.Get(ctx, id)
}

// Create stores a new article, of whose fields it takes those that a client
// decides on.
func (s *Service) Create(ctx context.Context, owner int64, item Article) (Article, error) {
	item.UserID = owner
	item.Version = 1
	item.CreatedAt = s.now().UTC().Truncate(time.Microsecond)
	item.UpdatedAt = item.CreatedAt
	return s.store.Create(ctx, item)
}

// Update changes an article of owner, or returns ErrNotFound, or ErrChanged when it
// has none of the versions that the caller has seen; nil is any.
func (s *Service) Update(ctx context.Context, owner, id int64, versions []int64, changes Changes) (item Article, err error) {
	err = s.change(ctx, owner, id, versions, func(current Article) error {
		changed := changes.apply(current)
		changed.UpdatedAt = s.now().UTC().Truncate(time.Microsecond)
		item, err = s.store.Update(ctx, changed)
		return err
	})
	return item, err
}

// Delete deletes an article of owner; its errors are those of Update.
func (s *Service) Delete(ctx context.Context, owner, id int64, versions []int64) error {
	return s.change(ctx, owner, id, versions, func(current Article) error { return s.store.Delete(ctx, current) })
}

// change calls fn with the article as it is. Without versions to match, it
// tries once more if another change comes between.
func (s *Service) change(ctx context.Context, owner, id int64, versions []int64, fn func(Article) error) error {
	for try := 1; ; try++ {
		current, err := s.store.Get(ctx, id)
		switch {
		case err != nil:
			return err
		case current.UserID != owner:
			return ErrNotFound
		case versions != nil && !slices.Contains(versions, current.Version):
			return ErrChanged
		}
		if err := fn(current); versions != nil || try == 2 || !errors.Is(err, ErrChanged) {
			return err
		}
	}
}

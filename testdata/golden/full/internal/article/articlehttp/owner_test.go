package articlehttp_test

import (
	"errors"
	"fmt"
	"testing"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/article/articlesql"
	"example.com/myapi/internal/testkit"
)

// To everybody but its owner, an article is not there to be changed.
func TestArticleOfAnotherIsNotFound(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	ada, eve := newUser(t, svc, "ada"), newUser(t, svc, "eve")
	at := ada.new(t)
	before := svc.Expect(t, 200, ada.request("GET", at, nil))
	change := eve.body(t)
	for _, id := range []string{at, path + "/999"} { // The same words for what is not there.
		svc.Run(t, []testkit.Scenario{
			{Name: "change", Request: eve.request("PATCH", id, change), Status: 404, Detail: "Article not found"},
			{Name: "change nothing", Request: eve.request("PATCH", id, map[string]any{}), Status: 404, Detail: "Article not found"},
			{Name: "delete", Request: eve.request("DELETE", id, nil), Status: 404, Detail: "Article not found"},
		})
	}
	if after := svc.Expect(t, 200, ada.request("GET", at, nil)); after.Body != before.Body {
		t.Errorf("%s became %s", before.Body, after.Body)
	}
}

// The store looks after the owner for itself, whatever it is asked for.
func TestArticleStoreKeepsToTheOwner(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	ada, eve := newUser(t, svc, "ada"), newUser(t, svc, "eve")
	at := ada.new(t)
	store := articlesql.New(svc.DB.Write, svc.DB.Read)
	id := ada.id(t, at)
	item, err := store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	item.UserID = eve.me(t)
	if _, err := store.Update(t.Context(), item); err == nil {
		t.Error("a change with another's id is stored")
	}
	if err := store.Delete(t.Context(), item); !errors.Is(err, article.ErrChanged) {
		t.Errorf("deleting with another's id: %v", err)
	}
	svc.Expect(t, 200, ada.request("GET", at, nil))
}

// me is the user's id.
func (u *user) me(t testing.TB) int64 {
	t.Helper()
	return u.id(t, "/api/v1/users/me")
}

func (u *user) id(t testing.TB, path string) int64 {
	t.Helper()
	var shown struct{ ID int64 }
	u.svc.Expect(t, 200, u.request("GET", path, nil)).JSON(t, &shown)
	return shown.ID
}

func TestArticlesListsAll(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	ada, eve := newUser(t, svc, "ada"), newUser(t, svc, "eve")
	at := ada.new(t)
	eve.new(t)
	if items, _ := eve.list(t, ""); len(items) != 2 {
		t.Errorf("listed are %v", items)
	}
	has(t, svc.Expect(t, 200, eve.request("GET", at, nil)), map[string]any{"user_id": ada.me(t)})
}

func TestArticleNeedsUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	ada := newUser(t, svc, "ada")
	at := ada.new(t)
	for _, guest := range []*user{{svc: svc}, {svc: svc, token: "bad"}} {
		for _, request := range []testkit.Request{
			guest.request("POST", path, ada.body(t)),
			guest.request("PATCH", at, map[string]any{}),
			guest.request("DELETE", at, nil),
		} {
			svc.Expect(t, 401, request)
		}
	}
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: path})
	svc.Expect(t, 200, testkit.Request{Method: "GET", Path: at})
	svc.Expect(t, 200, ada.request("GET", at, nil))
}

// Deleting an account deletes what it owns.
func TestArticlesGoWithTheirUser(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	ada, eve := newUser(t, svc, "ada"), newUser(t, svc, "eve")
	ada.new(t)
	eve.new(t)
	id := ada.me(t)
	svc.Expect(t, 204, ada.request("DELETE", "/api/v1/users/me", nil))
	var all, adas int
	query := fmt.Sprintf(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN user_id = %d THEN 1 ELSE 0 END), 0) FROM articles`, id)
	if err := svc.SQL().QueryRow(query).Scan(&all, &adas); err != nil || all != 1 || adas != 0 {
		t.Errorf("%d rows are left, %d of the deleted user, %v", all, adas, err)
	}
	// Nor can it own anything again.
	store := articlesql.New(svc.DB.Write, svc.DB.Read)
	item, err := store.Get(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	item.UserID = id
	if _, err := store.Create(t.Context(), item); !errors.Is(err, article.ErrGone) {
		t.Errorf("a row of a deleted user: %v", err)
	}
}

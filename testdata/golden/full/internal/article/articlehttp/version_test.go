package articlehttp_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/article/articlesql"
	"example.com/myapi/internal/testkit"
)

func ifMatch(r testkit.Request, tag string) testkit.Request {
	r.Header = http.Header{"If-Match": {tag}}
	return r
}

// Who names a version changes that one, or nothing.
func TestArticleVersion(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	at := u.new(t)
	patch, remove := u.request("PATCH", at, map[string]any{}), u.request("DELETE", at, nil)
	const changed = "Article was changed meanwhile"
	svc.Run(t, []testkit.Scenario{
		{Name: "first", Request: ifMatch(patch, `"1"`), Status: 200, Header: map[string]string{"ETag": `"2"`}},
		{Name: "stale", Request: ifMatch(patch, `"1"`), Status: 412, Detail: changed},
		{Name: "stale delete", Request: ifMatch(remove, `"1"`), Status: 412, Detail: changed},
		{Name: "weak", Request: ifMatch(patch, `W/"2"`), Status: 412, Detail: changed},
		{Name: "no tag", Request: ifMatch(patch, "2"), Status: 412, Detail: changed},
		{Name: "one of", Request: ifMatch(patch, `"1", "2"`), Status: 200, Header: map[string]string{"ETag": `"3"`}},
		{Name: "any", Request: ifMatch(patch, "*"), Status: 200, Header: map[string]string{"ETag": `"4"`}},
		{Name: "none named", Request: patch, Status: 200, Header: map[string]string{"ETag": `"5"`}},
		{Name: "unknown", Request: ifMatch(u.request("PATCH", path+"/999", map[string]any{}), `"1"`), Status: 404, Detail: "Article not found"},
		{Name: "delete", Request: ifMatch(remove, `"5"`), Status: 204},
	})
}

// parallel sends requests at the same time and counts the answers by status.
func parallel(t *testing.T, svc *testkit.Service, requests ...testkit.Request) map[int]int {
	t.Helper()
	var (
		all   sync.WaitGroup
		mu    sync.Mutex
		count = make(map[int]int)
	)
	for _, request := range requests {
		all.Go(func() {
			status := svc.Do(t, request).Status
			mu.Lock()
			defer mu.Unlock()
			count[status]++
		})
	}
	all.Wait()
	return count
}

func times(n int, request testkit.Request) []testkit.Request {
	requests := make([]testkit.Request, n)
	for i := range requests {
		requests[i] = request
	}
	return requests
}

func TestArticleVersionRace(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	at := u.new(t)
	count := parallel(t, svc, times(20, ifMatch(u.request("PATCH", at, map[string]any{}), `"1"`))...)
	if count[200] != 1 || count[412] != 19 {
		t.Errorf("of 20 changes of one version, by status: %v", count)
	}
	if got := svc.Expect(t, 200, u.request("GET", at, nil)).Header.Get("ETag"); got != `"2"` {
		t.Errorf("after one change the version is %s", got)
	}
}

// The store changes the version that was read, or nothing.
func TestArticleStoreKeepsToTheVersion(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	u.new(t)
	store := articlesql.New(svc.DB.Write, svc.DB.Read)
	item, err := store.Get(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Update(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Update(t.Context(), item); !errors.Is(err, article.ErrChanged) {
		t.Errorf("a second change of one version: %v", err)
	}
	if err := store.Delete(t.Context(), item); !errors.Is(err, article.ErrChanged) {
		t.Errorf("deleting a version that is gone: %v", err)
	}
}

// Of the same value there is one, also when all ask at the same time.
func TestArticleUnique(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	body := u.body(t)
	count := parallel(t, svc, times(20, u.request("POST", path, body))...)
	if count[201] != 1 || count[409] != 19 {
		t.Errorf("of 20 of the same, by status: %v", count)
	}
	other := u.new(t)
	svc.Run(t, []testkit.Scenario{
		{Name: "slug", Request: u.request("PATCH", other, map[string]any{"slug": body["slug"]}), Status: 409, Detail: "Slug already taken"},
	})
	newUser(t, svc, "eve").create(t, path, body) // Another's may be alike.
}

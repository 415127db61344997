package taskhttp_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"example.com/myapi/internal/task"
	"example.com/myapi/internal/task/tasksql"
	"example.com/myapi/internal/testkit"
)

func ifMatch(r testkit.Request, tag string) testkit.Request {
	r.Header = http.Header{"If-Match": {tag}}
	return r
}

// Who names a version changes that one, or nothing.
func TestTaskVersion(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	at := u.new(t)
	patch, remove := u.request("PATCH", at, map[string]any{}), u.request("DELETE", at, nil)
	const changed = "Task was changed meanwhile"
	svc.Run(t, []testkit.Scenario{
		{Name: "first", Request: ifMatch(patch, `"1"`), Status: 200, Header: map[string]string{"ETag": `"2"`}},
		{Name: "stale", Request: ifMatch(patch, `"1"`), Status: 412, Detail: changed},
		{Name: "stale delete", Request: ifMatch(remove, `"1"`), Status: 412, Detail: changed},
		{Name: "weak", Request: ifMatch(patch, `W/"2"`), Status: 412, Detail: changed},
		{Name: "no tag", Request: ifMatch(patch, "2"), Status: 412, Detail: changed},
		{Name: "one of", Request: ifMatch(patch, `"1", "2"`), Status: 200, Header: map[string]string{"ETag": `"3"`}},
		{Name: "any", Request: ifMatch(patch, "*"), Status: 200, Header: map[string]string{"ETag": `"4"`}},
		{Name: "none named", Request: patch, Status: 200, Header: map[string]string{"ETag": `"5"`}},
		{Name: "unknown", Request: ifMatch(u.request("PATCH", path+"/999", map[string]any{}), `"1"`), Status: 404, Detail: "Task not found"},
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

func TestTaskVersionRace(t *testing.T) {
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
func TestTaskStoreKeepsToTheVersion(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	u.new(t)
	store := tasksql.New(svc.DB.Write, svc.DB.Read)
	item, err := store.Get(t.Context(), u.me(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Update(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Update(t.Context(), item); !errors.Is(err, task.ErrChanged) {
		t.Errorf("a second change of one version: %v", err)
	}
	if err := store.Delete(t.Context(), item); !errors.Is(err, task.ErrChanged) {
		t.Errorf("deleting a version that is gone: %v", err)
	}
}

// shown is a new task as the user sees it.
func shown(t testing.TB, u *user) (fields map[string]any) {
	t.Helper()
	u.svc.Expect(t, 200, u.request("GET", u.new(t), nil)).JSON(t, &fields)
	return fields
}

// What one refers to is there, for whoever refers to it.
func TestTaskRefs(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	at := u.new(t)
	theirs := shown(t, newUser(t, svc, "eve"))
	for _, id := range []any{999999, theirs["note_id"]} {
		body := u.body(t)
		body["note_id"] = id
		told := map[string]string{"body.note_id": "no such note"}
		svc.Run(t, []testkit.Scenario{
			{Name: "new", Request: u.request("POST", path, body), Status: 422, Messages: told},
			{Name: "changed", Request: u.request("PATCH", at, map[string]any{"note_id": id}), Status: 422, Messages: told},
		})
	}
	{
		own := shown(t, u)
		svc.Expect(t, 204, u.request("DELETE", fmt.Sprint("/api/v1/notes/", own["note_id"]), nil))
		svc.Expect(t, 404, u.request("GET", fmt.Sprint(path, "/", own["id"]), nil))
	}
	for _, id := range []any{999999, theirs["id"]} {
		body := u.body(t)
		body["parent_id"] = id
		told := map[string]string{"body.parent_id": "no such task"}
		svc.Run(t, []testkit.Scenario{
			{Name: "new", Request: u.request("POST", path, body), Status: 422, Messages: told},
			{Name: "changed", Request: u.request("PATCH", at, map[string]any{"parent_id": id}), Status: 422, Messages: told},
		})
	}
	{
		child := u.body(t)
		child["parent_id"] = u.create(t, path, u.body(t))
		id := u.create(t, path, child)
		svc.Expect(t, 204, u.request("DELETE", fmt.Sprint(path, "/", child["parent_id"]), nil))
		has(t, svc.Expect(t, 200, u.request("GET", fmt.Sprint(path, "/", id), nil)), map[string]any{"parent_id": nil})
	}
}

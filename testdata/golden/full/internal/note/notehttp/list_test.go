package notehttp_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/myapi/internal/testkit"
)

// list returns the ids of a page and the cursor of the next one; empty on the
// last.
func (u *user) list(t testing.TB, query string) (ids []int64, cursor string) {
	t.Helper()
	var page struct {
		Items      []struct{ ID int64 }
		NextCursor string `json:"next_cursor"`
	}
	u.svc.Expect(t, 200, u.request("GET", path+"?"+query, nil)).JSON(t, &page)
	for _, item := range page.Items {
		ids = append(ids, item.ID)
	}
	return ids, page.NextCursor
}

// Pages show every row once, whatever is added meanwhile.
func TestNotePages(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	var all []int64
	for range 125 {
		all = append(all, u.create(t, path, u.body(t)))
	}
	for _, sort := range []string{"id", "-id"} {
		var walked []int64
		for query := "limit=50&sort=" + sort; query != ""; {
			ids, cursor := u.list(t, query)
			walked = append(walked, ids...)
			query = ""
			if cursor != "" {
				query = "limit=50&sort=" + sort + "&cursor=" + cursor
			}
			u.new(t)
		}
		if sort == "-id" {
			slices.Reverse(walked)
		}
		if sort == "id" { // The new ones are at the end.
			walked = walked[:min(len(walked), 125)]
		}
		if len(walked) < 125 || !slices.Equal(walked[:125], all) {
			t.Errorf("sort=%s shows %d rows: %v", sort, len(walked), walked)
		}
	}
	if ids, cursor := u.list(t, ""); len(ids) != 20 || cursor == "" || !slices.IsSortedFunc(ids, func(a, b int64) int { return int(b - a) }) {
		t.Errorf("the first page is %v", ids)
	}
	_, ascending := u.list(t, "sort=id")
	for _, query := range []string{
		"limit=0", "limit=101", "limit=x", "cursor=x", "cursor=LQ", "sort=title", "sort=-id&cursor=" + ascending,
		"cursor=" + strings.Repeat("A", 41), "nothing=1",
	} {
		svc.Expect(t, 422, u.request("GET", path+"?"+query, nil))
	}
}

// A filter shows the rows with its value, and no others.
func TestNoteFilters(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	u := newUser(t, svc, "ada")
	var rows []map[string]any
	for range 7 {
		at := u.new(t)
		var row map[string]any
		decoder := json.NewDecoder(strings.NewReader(svc.Expect(t, 200, u.request("GET", at, nil)).Body))
		decoder.UseNumber()
		if err := decoder.Decode(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	for _, name := range []string{"title", "done", "due"} {
		for _, row := range rows {
			value := fmt.Sprint(row[name])
			if row[name] == nil {
				continue
			}
			var want []string
			for _, other := range rows {
				if fmt.Sprint(other[name]) == value {
					want = append([]string{fmt.Sprint(other["id"])}, want...)
				}
			}
			ids, _ := u.list(t, name+"="+url.QueryEscape(value))
			if fmt.Sprint(ids) != fmt.Sprint(want) {
				t.Errorf("%s=%s shows %v, want %v", name, value, ids, want)
			}
		}
	}
}

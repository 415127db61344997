package scale_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/article"
	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/database"
	"example.com/myapi/internal/note"
	"example.com/myapi/internal/task"
)

// lists are the stores of the resources, of which lists are asked.
type lists struct {
	notes    note.Store
	tasks    task.Store
	articles article.Store
}

const page = 20

// list is a list of 20, and how the database should find its rows: by an index, in
// whose order they are unless it holds one row for each value.
type list struct {
	name, index string
	single      bool
	ask         func(ctx context.Context, of lists, owner int64, after int64, oldest bool) (int, error)
}

// allLists are a list without a filter and one for each index that a filter has.
// SQLite calls its index of ids the primary key, and MySQL PRIMARY.
func allLists(users int) []list {
	notes := func(q note.Query) func(context.Context, lists, int64, int64, bool) (int, error) {
		return func(ctx context.Context, of lists, owner, after int64, oldest bool) (int, error) {
			q.After, q.Oldest, q.Limit = after, oldest, page
			items, err := of.notes.List(ctx, owner, q)
			return len(items), err
		}
	}
	tasks := func(q task.Query) func(context.Context, lists, int64, int64, bool) (int, error) {
		return func(ctx context.Context, of lists, owner, after int64, oldest bool) (int, error) {
			q.After, q.Oldest, q.Limit = after, oldest, page
			items, err := of.tasks.List(ctx, owner, q)
			return len(items), err
		}
	}
	articles := func(q article.Query) func(context.Context, lists, int64, int64, bool) (int, error) {
		return func(ctx context.Context, of lists, _, after int64, oldest bool) (int, error) {
			q.After, q.Oldest, q.Limit = after, oldest, page
			items, err := of.articles.List(ctx, q)
			return len(items), err
		}
	}
	eighth := users + 7 // a row of the user whom fillLists returns
	title, due, count, of, slug := fmt.Sprint("title", eighth), day, int64(1), int64(eighth), fmt.Sprint("slug", eighth)
	return []list{
		{"notes", "notes_user_id", false, notes(note.Query{})},
		{"notes by title", "notes_title_key", true, notes(note.Query{Title: &title})},
		{"notes by due", "notes_due", false, notes(note.Query{Due: &due})},
		{"tasks", "tasks_user_id", false, tasks(task.Query{})},
		{"tasks by count", "tasks_count", false, tasks(task.Query{Count: &count})},
		{"tasks by note", "tasks_note_id", false, tasks(task.Query{NoteID: &of})},
		{"articles", "primary", false, articles(article.Query{})},
		{"articles by slug", "articles_slug_key", true, articles(article.Query{Slug: &slug})},
	}
}

const (
	day  = "2026-03-01"
	step = 20_000 // rows that a statement writes in less than its time limit
)

// fillLists adds n rows of each resource, of so many users in turn, and returns the
// eighth of them. A task belongs to the user of its note.
func fillLists(t testing.TB, db *database.DB, n, users int) (owner int64) {
	t.Helper()
	accounts := newAccounts(t, plainStore(db))
	of := fmt.Sprintf("(n %% %d)", users)
	owners := "CASE " + of
	for i := range users {
		name := fmt.Sprintf("johndoe%d", i)
		user, err := accounts.Register(client.With(t.Context(), client.Client{}), auth.Registration{Email: name + "@example.org", Username: name, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		owners += fmt.Sprintf(" WHEN %d THEN %d", i, user.ID)
		if i == 7 {
			owner = user.ID
		}
	}
	owners += " END"
	third := fmt.Sprintf("(((n - %s) / %d) %% 3)", of, users) // of an owner's rows: 0, 1 or 2
	var statements []string
	insert := func(table, columns, values string) {
		for _, from := range numbers(n) {
			statements = append(statements, fmt.Sprintf("INSERT INTO %s (user_id, version, created_at, updated_at, %s) SELECT %s, 1, %s, %[4]s, %s FROM %s",
				table, columns, owners, instant, values, from))
		}
	}
	insert("notes", "title", "CONCAT('title', n)")
	insert("articles", "slug, text", "CONCAT('slug', n), ''")
	for done := 0; done < n; done += step {
		statements = append(statements, fmt.Sprintf("UPDATE notes SET due = '%s' WHERE id %% 3 = 0 AND id > %d AND id <= %d", day, done, done+step))
	}
	insert("tasks", "title, price, count, note_id", fmt.Sprintf("'task', 1.5, %[1]s, %[2]d + %[3]s + %[2]d * %[1]s", third, users, of))
	for _, statement := range append(statements, analyze) {
		if _, err := handle(db).ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return owner
}

// TestPlansOfLists fails on a list that reads more rows than it returns: one that is
// found by another index, or sorted.
func TestPlansOfLists(t *testing.T) {
	db := open(t)
	const users = 250 // each with few of the rows, so that the index of ids is no short cut
	owner := fillLists(t, db, rows(t), users)
	var log recorder
	of := recordedLists(t, db, &log)
	for _, l := range allLists(users) {
		for _, oldest := range []bool{false, true} {
			log.statements = nil
			after := int64(math.MaxInt64)
			if oldest {
				after = 0
			}
			n, err := l.ask(t.Context(), of, owner, after, oldest)
			if err != nil || n == 0 || n != 1 && l.single || len(log.statements) != 1 {
				t.Fatalf("%s: %d rows, %v; %d statements", l.name, n, err, len(log.statements))
			}
			for query, args := range log.statements {
				plan := explain(t, db, query, args)
				if !found(plan, l.index) || strings.Contains(plan, sorting) && !l.single || scans(plan) {
					t.Errorf("%s, oldest first: %t\n%s\n%s", l.name, oldest, query, plan)
				}
			}
		}
	}
}

// found reports whether a plan names an index.
func found(plan, index string) bool {
	if index == "primary" {
		return strings.Contains(plan, "PRIMARY") || strings.Contains(plan, "articles_pkey")
	}
	return strings.Contains(plan, index)
}

// BenchmarkScaleOfLists compares lists of 20 out of many rows with those out of
// 1,000, turn by turn, without HTTP.
func BenchmarkScaleOfLists(b *testing.B) {
	const users = 10 // each with more than a page of each value
	var of [2]lists
	var owners [2]int64
	for i, n := range []int{1000, rows(b)} {
		db := open(b)
		owners[i], of[i] = fillLists(b, db, n, users), plainLists(db)
	}
	results := map[string][]float64{}
	for b.Loop() {
		for _, l := range allLists(users) {
			var times [2][]time.Duration
			for range 200 {
				for i := range of {
					times[i] = append(times[i], duration(b, func() error {
						_, err := l.ask(b.Context(), of[i], owners[i], math.MaxInt64, false)
						return err
					}))
				}
			}
			unit := "list-x"
			if strings.Contains(l.name, " by ") {
				unit = "filtered-x"
			}
			results[unit] = append(results[unit], float64(median(times[1]))/float64(median(times[0])))
		}
	}
	for unit, ratios := range results {
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], unit)
		b.ReportMetric(ratios[0], unit+"-min")
		b.ReportMetric(ratios[len(ratios)-1], unit+"-max")
	}
}

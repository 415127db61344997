package httpkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/httpkit"
)

// What a resource can't do at present may be tried again; other errors are left alone.
func TestFailure(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	log := slog.New(slog.DiscardHandler)
	var status huma.StatusError
	var headers huma.HeadersError
	err := httpkit.Failure(over, log, over.Err())
	if !errors.As(err, &status) || status.GetStatus() != 503 || !errors.As(err, &headers) || headers.GetHeaders().Get("Retry-After") == "" {
		t.Errorf("out of time: %v", err)
	}
	if broken := errors.New("broken"); httpkit.Failure(t.Context(), log, broken) != broken {
		t.Error("another error is not returned as it is")
	}
}

func TestVersions(t *testing.T) {
	for header, want := range map[string][]int64{
		"":               nil,
		"*":              nil,
		` * `:            nil,
		`"7"`:            {7},
		`"7" ,"9"`:       {7, 9},
		`"1", W/"7"`:     {1},
		`W/"7"`:          {},
		"7":              {},
		`""7""`:          {},
		`"07"`:           {},
		`"seven"`:        {},
		`"7`:             {},
		`"*"`:            {},
		`"1" "2"`:        {},
		httpkit.ETag(42): {42},
	} {
		if got := httpkit.Versions(header); !slices.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("Versions(%s) = %v, want %v", header, got, want)
		}
	}
}

func TestCursor(t *testing.T) {
	for _, sort := range []string{httpkit.NewestFirst, httpkit.OldestFirst} {
		for _, id := range []int64{1, 255, math.MaxInt64} {
			if got, ok := httpkit.After(httpkit.Cursor(sort, id), sort); !ok || got != id {
				t.Errorf("After(Cursor(%s, %d)) = %d, %t", sort, id, got, ok)
			}
		}
	}
	for _, bad := range []string{"x", "1", "MQ", httpkit.Cursor("id", 1), httpkit.Cursor("-id", 1) + "A", httpkit.Cursor("-id", 0), httpkit.Cursor("-id", -1)} {
		if id, ok := httpkit.After(bad, httpkit.NewestFirst); ok {
			t.Errorf("After(%q) = %d", bad, id)
		}
	}
	if first, ok := httpkit.After("", httpkit.NewestFirst); !ok || first != math.MaxInt64 {
		t.Errorf("the newest come after %d", first)
	}
	if first, ok := httpkit.After("", httpkit.OldestFirst); !ok || first != 0 {
		t.Errorf("the oldest come after %d", first)
	}
}

// Absent, null and a value are three things to a change.
func TestNullable(t *testing.T) {
	for body, want := range map[string]string{`{}`: "absent", `{"a":null}`: "null", `{"a":"x"}`: "x"} {
		var in struct{ A httpkit.Nullable[string] }
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Fatal(err)
		}
		got := "absent"
		if change := in.A.Change(); change != nil && *change == nil {
			got = "null"
		} else if change != nil {
			got = **change
		}
		if got != want {
			t.Errorf("%s is %s, want %s", body, got, want)
		}
		if or := in.A.Or(new("other")); (want == "null") != (or == nil) || want == "absent" && *or != "other" {
			t.Errorf("%s or other is %v", body, or)
		}
	}
}

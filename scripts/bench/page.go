package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/forge-go/forge/generator"
)

//go:embed page.md.tmpl
var pageTemplate string

// render makes the page; a figure that is missing is an error.
func render(r results, m machine) ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{
		"figure": r.get,
		"median": func(name, unit string) (string, error) {
			f, err := r.get(name, unit)
			return number(f.median), err
		},
		"has":    r.has,
		"divide": r.divide,
		"took":   r.duration,
		"most":   r.most,
		"least":  r.least,
		"join":   func(list []string) string { return strings.Join(list, ", ") },
	}).Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, struct {
		machine
		Sizes, Storms []string
		Databases     []database
		Routers       []string
		Requests      []request
		Peers         []peer
		Suites        []suite
	}{
		machine:   m,
		Sizes:     []string{"1x", "10x", "100x"},
		Storms:    []string{"idle", "capped", "uncapped"},
		Databases: []database{{"sqlite", "SQLite"}, {"postgres", "PostgreSQL"}, {"mysql", "MariaDB"}},
		Routers:   generator.RouterChoice().Names(),
		Requests: []request{
			{"list", "A resource's list of 20"}, {"login", "Log-in"}, {"refresh", "Refresh"}, {"register", "Registration"},
		},
		Suites: suites(),
		Peers: []peer{
			{"pocketbase", "PocketBase 0.36.8", "the user's record, with a token"},
			{"better-auth", "better-auth 1.7.25 on Node, with its accounts in memory", "the session, with a cookie"},
		},
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// request is what BenchmarkLimit measures, besides GET /users/me.
type request struct{ Name, Label string }

// peer is a program that BenchmarkPeers measures, and what it is asked for.
type peer struct{ Name, Label, Request string }

// database is a value of --db and its server's name.
type database struct{ Value, Name string }

// divide returns the ratio of two medians.
func (r results) divide(name, unit, byName, byUnit string) (string, error) {
	f, err := r.get(name, unit)
	if err != nil {
		return "", err
	}
	reference, err := r.get(byName, byUnit)
	return number(f.median / reference.median), err
}

// most reports whether a figure is at most as large as it shall be.
func (r results) most(limit float64, name, unit string) (string, error) {
	f, err := r.get(name, unit)
	if f.median <= limit {
		return "holds", err
	}
	return fmt.Sprintf("**missed** by %.1f %%", 100*(f.median/limit-1)), err
}

// least reports whether a figure is at least as large as it shall be.
func (r results) least(limit float64, name, unit string) (string, error) {
	f, err := r.get(name, unit)
	if f.median >= limit {
		return "holds", err
	}
	return fmt.Sprintf("**missed** by %.1f %%", 100*(1-f.median/limit)), err
}

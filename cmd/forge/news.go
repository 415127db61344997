package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// changelog is a copy of the CHANGELOG.md above, which can't be embedded from
// here; make generate writes it.
//
//go:embed changelog.md
var changelog string

// entry is one of a changelog.
type entry struct {
	Version string `json:"version"`
	Kind    string `json:"kind"` // such as Added or Security
	Text    string `json:"text"`
}

// newsSince lists what a history records of the versions after one, up to
// another, security first: why a project is upgraded. What is not released yet
// belongs to builds without a version, which are newer than all others. A project
// that such a build wrote has no version to begin from.
func newsSince(history, from, to string) []entry {
	if !semver.IsValid(from) {
		return nil
	}
	var news []entry
	version, kind := "", ""
	for line := range strings.Lines(history) {
		line = strings.TrimRight(line, "\r\n")
		switch text, isEntry := strings.CutPrefix(line, "- "); {
		case strings.HasPrefix(line, "## "):
			version = versionIn(line)
		case strings.HasPrefix(line, "### "):
			kind = strings.TrimPrefix(line, "### ")
		case isEntry && isBetween(version, from, to):
			news = append(news, entry{version, kind, text})
		case strings.HasPrefix(line, "  ") && len(news) > 0 && news[len(news)-1].Version == version && isBetween(version, from, to):
			news[len(news)-1].Text += " " + strings.TrimSpace(line)
		}
	}
	slices.SortStableFunc(news, func(a, b entry) int {
		return strings.Compare(fmt.Sprint(!a.isSecurity()), fmt.Sprint(!b.isSecurity()))
	})
	return news
}

func (e entry) isSecurity() bool { return e.Kind == "Security" }

// unreleased is the version of what has none yet.
const unreleased = "Unreleased"

// versionIn returns the version of a heading such as "## [1.2.0] - 2026-01-31".
func versionIn(heading string) string {
	words := strings.Fields(strings.TrimPrefix(heading, "## "))
	if len(words) == 0 {
		return ""
	}
	name := strings.Trim(words[0], "[]")
	if strings.EqualFold(name, unreleased) {
		return unreleased
	}
	return "v" + strings.TrimPrefix(name, "v")
}

func isBetween(version, from, to string) bool {
	if version == unreleased {
		return !semver.IsValid(to)
	}
	return semver.Compare(version, from) > 0 && (!semver.IsValid(to) || semver.Compare(version, to) <= 0)
}

// tellNews is the news for people.
func tellNews(news []entry, from string) string {
	if len(news) == 0 {
		return ""
	}
	const most = 12
	var out strings.Builder
	fmt.Fprintf(&out, "\nNew since forge %s:\n", from)
	for i, e := range news {
		if i >= most && !e.isSecurity() {
			fmt.Fprintf(&out, "  and %d more, in CHANGELOG.md\n", len(news)-i)
			break
		}
		fmt.Fprintf(&out, "  %s: %s\n", strings.ToLower(e.Kind), e.Text)
	}
	return out.String()
}

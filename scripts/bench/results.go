package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/forge-go/forge/scripts/bench/measure"
)

// figure is the median of several rounds and their extremes.
type figure struct{ median, min, max float64 }

// results has each benchmark's figures by their units. A figure that a
// benchmark reported with its spread ("x", "x-min", "x-max") is one figure;
// several runs of a benchmark (-count) are rounds.
type results map[string]map[string]figure

// benchmarkLine is "BenchmarkNew/files=1x-2   5   1.2 x   3.4 ms"; the number
// at the name's end is GOMAXPROCS.
var benchmarkLine = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// parse reads what go test printed.
func parse(r io.Reader) (results, error) {
	rounds := map[string]map[string][]float64{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		match := benchmarkLine.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		name, fields := match[1], strings.Fields(match[2])
		if rounds[name] == nil {
			rounds[name] = map[string][]float64{}
		}
		for pair := range slices.Chunk(fields, 2) {
			value, err := strconv.ParseFloat(pair[0], 64)
			if err != nil || len(pair) != 2 {
				return nil, fmt.Errorf("%q: no pairs of value and unit", lines.Text())
			}
			rounds[name][pair[1]] = append(rounds[name][pair[1]], value)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	all := results{}
	for name, units := range rounds {
		all[name] = map[string]figure{}
		for unit, values := range units {
			f := figure{measure.Median(values), slices.Min(values), slices.Max(values)}
			if least, ok := units[unit+"-min"]; ok {
				f.min, f.max = slices.Min(least), slices.Max(units[unit+"-max"])
			}
			all[name][unit] = f
		}
	}
	return all, nil
}

// get returns a figure that the page needs.
func (r results) get(name, unit string) (figure, error) {
	f, ok := r[name][unit]
	if !ok {
		return figure{}, fmt.Errorf("there is no result %q of %s: was a server missing?", unit, name)
	}
	return f, nil
}

// has reports whether a benchmark ran, of those that may be left out.
func (r results) has(name string) bool { return r[name] != nil }

// duration is how long the suites took, in minutes.
func (r results) duration() string {
	seconds := 0.0
	for name, units := range r {
		if strings.HasPrefix(name, "Suite/") {
			seconds += units["s"].median
		}
	}
	return number(seconds / 60)
}

// String formats the figure as "1.2 (1.1–1.5)".
func (f figure) String() string {
	if f.min == f.max {
		return number(f.median)
	}
	return fmt.Sprintf("%s (%s–%s)", number(f.median), number(f.min), number(f.max))
}

// number has three digits, or all before the point.
func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// Package measure reports what several rounds of a benchmark gave.
package measure

import (
	"slices"
	"testing"
)

// Rounds are the results of each round, by their units.
type Rounds map[string][]float64

// Add notes the result of one round.
func (r Rounds) Add(unit string, value float64) { r[unit] = append(r[unit], value) }

// Report reports the median of the rounds under the unit, and their extremes under
// unit-min and unit-max, in place of the time of a round.
func (r Rounds) Report(b *testing.B) {
	b.Helper()
	for unit, values := range r {
		b.ReportMetric(Median(values), unit)
		b.ReportMetric(slices.Min(values), unit+"-min")
		b.ReportMetric(slices.Max(values), unit+"-max")
	}
	b.ReportMetric(0, "ns/op")
}

// Median returns the middle of the values, of which there is at least one.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// Package measure reports what several rounds of a benchmark gave.
package measure

import (
	"slices"
	"testing"
)

// Report tells the median of the rounds under the unit, and beside it their
// extremes under unit-min and unit-max.
func Report(b *testing.B, unit string, rounds []float64) {
	b.Helper()
	sorted := slices.Sorted(slices.Values(rounds))
	b.ReportMetric(Median(sorted), unit)
	b.ReportMetric(sorted[0], unit+"-min")
	b.ReportMetric(sorted[len(sorted)-1], unit+"-max")
}

// Median gives the middle of the values, of which there is at least one.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

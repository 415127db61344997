package calendar

import "time"

// UTC returns a point in time, if there is one, in UTC.
func UTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}

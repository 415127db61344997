// Package calendar has days without a time of day.
package calendar

import (
	"fmt"
	"time"
)

// Date is a day, such as 2001-02-03.
type Date string

// Scan reads a date from the database, which may know it as a point in time.
func (d *Date) Scan(value any) error {
	switch v := value.(type) {
	case time.Time:
		*d = Date(v.Format(time.DateOnly))
	case string:
		*d = Date(v)
	case []byte:
		*d = Date(v)
	default:
		return fmt.Errorf("%T is no date", value)
	}
	return nil
}

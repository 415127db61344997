// Package decimal has exact numbers.
package decimal

import (
	"fmt"
	"strings"
)

// Number is an exact number in its shortest form, such as 12.5: databases differ
// in which zeros of 12.50 they keep.
type Number string

// UnmarshalText reads a number from a request, which has checked that it is one.
func (n *Number) UnmarshalText(text []byte) error {
	*n = shortest(string(text))
	return nil
}

// Scan reads a number from the database.
func (n *Number) Scan(value any) error {
	switch v := value.(type) {
	case string:
		*n = shortest(v)
	case []byte:
		*n = shortest(string(v))
	default:
		return fmt.Errorf("%T is no exact number", value)
	}
	return nil
}

// shortest returns a number without zeros that mean nothing.
func shortest(text string) Number {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return Number(whole)
}

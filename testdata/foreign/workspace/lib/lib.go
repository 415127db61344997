// Package lib greets.
package lib

// Hello greets.
func Hello() string { return "hello" }

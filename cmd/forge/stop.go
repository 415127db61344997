package main

// stopError is why a command stops, with its exit code, what there is to say in
// detail, a line each, and the command that helps.
type stopError struct {
	code    int
	message string
	details []string
	hint    string
}

func (e *stopError) Error() string { return e.message }

package server

// SessionOnly is the list of what API keys cannot do.
var SessionOnly = sessionOnly

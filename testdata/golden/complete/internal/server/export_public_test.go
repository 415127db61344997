package server

// Public is the list of routes that need no user.
var Public = public

package authprovider

// Timeout is that of all requests of one step, for tests.
const Timeout = timeout

package settings_test

// production is what must be set in production.
var production = []string{"SECRET_KEY=" + key}

package authhttp

import "net/http"

// browserOf returns what the browser has added to the request of a plain handler.
func browserOf(r *http.Request) browser {
	b := browser{method: r.Method, host: r.Host}
	for _, name := range []string{"Cookie", "Origin", "Sec-Fetch-Site"} {
		for _, value := range r.Header.Values(name) {
			b.read(name, value)
		}
	}
	return b
}

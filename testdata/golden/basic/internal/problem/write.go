package problem

import (
	"encoding/json"
	"net/http"
)

// Write answers a plain request with an error.
func Write(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(status)
	// The client may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(model(status, detail))
}

package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/service/internal/auth"
)

func main() {
	mux := http.NewServeMux()
	mux.Handle("GET /hello", auth.Key(http.HandlerFunc(hello)))
	log.Fatal(http.ListenAndServe(address(), mux))
}

func hello(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, "hello")
}

func address() string {
	if addr := os.Getenv("ADDR"); addr != "" {
		return addr
	}
	return "127.0.0.1:8080"
}

package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/hello", hello)
	http.Handle("/static/", http.FileServer(http.Dir("static")))
	log.Fatal(http.ListenAndServe(address(), nil))
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

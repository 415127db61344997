// Command severalmuxes answers on one port and can be looked into on another.
package main

import (
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/pprof"
	"os"
	"time"

	_ "modernc.org/sqlite"
)

type config struct {
	addr, debugAddr string
}

func main() {
	if err := run(config{addr: address(), debugAddr: os.Getenv("DEBUG_ADDR")}); err != nil {
		log.Fatal(err)
	}
}

func run(cfg config) error {
	db, err := sql.Open("sqlite", dsn())
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { _ = db.Close() }()

	debugMux := http.NewServeMux()
	debugMux.HandleFunc("/debug/pprof/", pprof.Index)
	if cfg.debugAddr != "" {
		go func() {
			if err := http.ListenAndServe(cfg.debugAddr, debugMux); err != nil {
				log.Print(err)
			}
		}()
	}

	items := http.NewServeMux()
	items.HandleFunc("GET /list", hello)

	public := http.NewServeMux()
	public.HandleFunc("GET /hello", hello)
	public.Handle("/items/", http.StripPrefix("/items", items))

	var handler http.Handler = public
	handler = logging(handler)
	srv := &http.Server{Addr: cfg.addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func logging(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Print(r.Method, " ", r.URL.Path)
		next.ServeHTTP(w, r)
	})
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

func dsn() string {
	return "file:" + os.Getenv("DB_FILE") + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)"
}

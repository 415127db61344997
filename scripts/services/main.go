// Command services runs a command beside throw-away servers of PostgreSQL,
// MariaDB and Redis, as far as this machine has them. Their addresses are in
// FORGE_POSTGRES_URL, FORGE_MYSQL_URL and FORGE_REDIS_URL.
// A server whose variable is set already is not started. When the command
// ends, the servers and their data are gone. With -memory, data and all temporary
// files are in memory, where there is much of it.
//
//	go run ./scripts/services -memory go test ./generator
//	go run ./scripts/services sh                   a shell beside the servers
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"github.com/forge-go/forge/scripts/memory"
	"github.com/forge-go/forge/scripts/services/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] == "-memory" && len(args) == 1 {
		fmt.Fprintln(stderr, "usage: services [-memory] COMMAND [ARGUMENT…]")
		return 2
	}
	if args[0] == "-memory" {
		args = args[1:]
		end, err := memory.UseForTemp()
		if err != nil {
			fmt.Fprintln(stderr, "services:", err)
			return 1
		}
		defer func() {
			if err := end(); err != nil {
				fmt.Fprintln(stderr, "services:", err)
			}
		}()
	}
	servers, environment, err := startAll(ctx, stderr)
	defer func() {
		for _, s := range servers {
			if err := s.Stop(); err != nil {
				fmt.Fprintln(stderr, "services:", err)
			}
		}
	}()
	if err != nil {
		fmt.Fprintln(stderr, "services:", err)
		return 1
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return max(exit.ExitCode(), 1)
	case err != nil:
		fmt.Fprintln(stderr, "services:", err)
		return 1
	}
	return 0
}

// startAll starts the servers that this machine has, side by side.
func startAll(ctx context.Context, stderr io.Writer) ([]*server.Server, []string, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var servers []*server.Server
	var environment []string
	var failed error
	for variable, start := range map[string]func(context.Context) (*server.Server, error){
		"FORGE_POSTGRES_URL": server.Postgres, "FORGE_MYSQL_URL": server.MariaDB, "FORGE_REDIS_URL": server.Redis,
	} {
		if os.Getenv(variable) != "" {
			continue
		}
		wg.Go(func() {
			s, err := start(ctx)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, server.ErrMissing):
				fmt.Fprintln(stderr, "services: going on without", err)
			case err != nil:
				failed = errors.Join(failed, err)
			default:
				servers, environment = append(servers, s), append(environment, variable+"="+s.URL)
			}
		})
	}
	wg.Wait()
	return servers, environment, failed
}

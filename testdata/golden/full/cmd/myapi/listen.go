package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"example.com/myapi/internal/settings"
)

// listen listens on HOST and PORT, or suggests what to do when it cannot.
func listen(config settings.Settings) (net.Listener, error) {
	listener, err := net.Listen("tcp", config.Address())
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listening on %s: another program has this port: PORT=%d make run", config.Address(), otherPort(config.Port))
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listening on %s: this port is for root: use a PORT from 1024 on", config.Address())
	case err != nil:
		return nil, fmt.Errorf("listening on %s: HOST must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all: %w", config.Address(), err)
	}
	return listener, nil
}

// otherPort returns a port to try in place of one that is taken: the next that
// everybody may use.
func otherPort(taken uint16) uint16 { return max(taken+1, 1024) }

package server

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"

	"example.com/myapi/internal/problem"
)

// A request with both a Content-Length and a Transfer-Encoding means two things
// to two readers, which is how requests are smuggled past proxies. RFC 9112 §6.3
// has the connection closed and lets the request be refused; but net/http drops
// the length before a handler could see it. So connections are read along.

type framedListener struct{ net.Listener }

// Accept waits for the next connection.
func (l framedListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &framedConn{Conn: connection, length: noLength}, nil
}

// framedConn follows the requests on a connection up to the first one with a
// Transfer-Encoding, with whose answer the connection ends.
type framedConn struct {
	net.Conn
	ambiguous atomic.Bool // That request has a Content-Length too.

	line   []byte // the beginning of the line that is being read
	length int64  // of the body, from Content-Length
	coded  bool   // the head has a Transfer-Encoding
	body   int64  // how much of the body is still to come
	ended  bool   // nothing is followed any more
}

const (
	noLength = -1
	maxLine  = 64 // bytes, of which the two headers need fewer
)

// Read reads from the connection.
func (c *framedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	for data := p[:n]; len(data) > 0 && !c.ended; {
		if c.body > 0 {
			skipped := min(c.body, int64(len(data)))
			c.body -= skipped
			data = data[skipped:]
			continue
		}
		part, after, complete := bytes.Cut(data, []byte("\n"))
		c.line = append(c.line, part[:min(len(part), maxLine-len(c.line))]...)
		data = after
		if complete {
			c.endLine(bytes.TrimRight(c.line, "\r"))
			c.line = c.line[:0]
		}
	}
	return n, err
}

func (c *framedConn) endLine(line []byte) {
	if len(line) == 0 { // So the head ends.
		c.ambiguous.Store(c.coded && c.length != noLength)
		c.ended = c.coded
		c.body, c.length = max(c.length, 0), noLength
		return
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	switch {
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		c.coded = true
	case isFolded(line), bytes.EqualFold(name, []byte("Content-Length")) && len(line) >= maxLine-1:
		// Which length is on two lines, or so padded, is not known: no chunks after it.
		c.ambiguous.Store(true)
		c.ended = true
	case bytes.EqualFold(name, []byte("Content-Length")):
		c.length, _ = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64) // net/http refuses what is no number.
	}
}

// isFolded reports whether a line goes on with the one before (RFC 9112 §5.2).
func isFolded(line []byte) bool { return line[0] == ' ' || line[0] == '\t' }

type connKey struct{}

// withConn is the ConnContext of the server.
func withConn(ctx context.Context, connection net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, connection)
}

// refuseAmbiguous answers requests with both headers with 400. HTTP/1.0 has no
// Transfer-Encoding, and net/http ignores one there.
func refuseAmbiguous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 || !r.ProtoAtLeast(1, 1) {
			w.Header().Set("Connection", "close")
			connection, ok := r.Context().Value(connKey{}).(*framedConn)
			if ok && connection.ambiguous.Load() {
				problem.Write(w, http.StatusBadRequest, "Malformed request")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

package testkit

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
)

// Log keeps what the service logs: every level, a line of JSON each.
type Log struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

// Write appends lines.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

// String is everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// Lines returns the logged lines that have the value under the key.
func (l *Log) Lines(t testing.TB, key string, value any) []map[string]any {
	t.Helper()
	var found []map[string]any
	for text := range strings.Lines(l.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Errorf("logged line is not JSON: %v\n%s", err, text)
			continue
		}
		if line[key] == value {
			found = append(found, line)
		}
	}
	return found
}

package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/problem"
)

// probeTimeout is shorter than load balancers wait for an answer.
const probeTimeout = 2 * time.Second

type healthOutput struct {
	Body struct {
		Status string `json:"status" enum:"healthy"`
	}
}

func healthy() *healthOutput {
	out := &healthOutput{}
	out.Body.Status = "healthy"
	return out
}

// registerHealth adds the probes: /health reports that the process lives, /ready
// that it should be sent requests.
func (s *Server) registerHealth() {
	huma.Register(s.api, huma.Operation{
		OperationID: "health", Method: http.MethodGet, Path: "/health", Tags: []string{"health"},
		Summary: "Is the process alive?",
	}, func(context.Context, *struct{}) (*healthOutput, error) {
		return healthy(), nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "ready", Method: http.MethodGet, Path: "/ready", Tags: []string{"health"},
		Summary: "Should this process get requests?",
		Errors:  []int{http.StatusServiceUnavailable},
	}, func(ctx context.Context, _ *struct{}) (*healthOutput, error) {
		if !s.ready.Load() {
			return nil, problem.TryLater("Stopping")
		}
		probe, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		if err := s.DB.Ping(probe); err != nil {
			if ctx.Err() == nil { // Else whoever asked has left.
				s.Log.ErrorContext(ctx, "database does not answer", "error", err)
			}
			return nil, problem.TryLater("Database does not answer")
		}
		return healthy(), nil
	})
}

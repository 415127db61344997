package authhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// SessionResponse is how a session is shown.
type SessionResponse struct {
	ID         string    `json:"id"`
	CreatedAt  time.Time `json:"created_at" doc:"When the user logged in."`
	LastUsedAt time.Time `json:"last_used_at" doc:"The log-in, or the last refresh."`
	ExpiresAt  time.Time `json:"expires_at"`
	IPAddress  string    `json:"ip_address" example:"203.0.113.7"`
	UserAgent  string    `json:"user_agent"`
	Current    bool      `json:"current" doc:"This request's own session."`
}

type sessionsOutput struct {
	Body []SessionResponse `nullable:"false"`
}

func (e endpoints) sessions() {
	add(e, huma.Operation{
		OperationID: "list-sessions", Method: http.MethodGet, Path: "/api/v1/users/me/sessions", Tags: []string{"me"},
		Summary: "List the current user's sessions, the newest first",
	}, func(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
		identity := CurrentIdentity(ctx)
		sessions, err := e.accounts.Sessions(ctx, identity.User)
		if err != nil {
			return nil, err
		}
		out := &sessionsOutput{Body: make([]SessionResponse, len(sessions))}
		for i, s := range sessions {
			out.Body[i] = SessionResponse{
				ID: s.ID, CreatedAt: s.CreatedAt, LastUsedAt: s.LastUsedAt, ExpiresAt: s.ExpiresAt,
				IPAddress: s.IPAddress, UserAgent: s.UserAgent, Current: s.ID == identity.SessionID,
			}
		}
		return out, nil
	})
}

type sessionInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (e endpoints) revokeSession() {
	add(e, huma.Operation{
		OperationID: "revoke-session", Method: http.MethodDelete, Path: "/api/v1/users/me/sessions/{id}", Tags: []string{"me"},
		Summary:       "End one of the current user's sessions",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusNotFound},
	}, func(ctx context.Context, in *sessionInput) (*struct{}, error) {
		return nil, e.accounts.RevokeSession(ctx, CurrentUser(ctx), in.ID)
	})
}

func (e endpoints) endSessions() {
	add(e, huma.Operation{
		OperationID: "end-sessions", Method: http.MethodDelete, Path: "/api/v1/users/{id}/sessions", Tags: []string{"users"},
		Summary:       "End all sessions of another user; for superusers with a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *userIDInput) (*struct{}, error) {
		return nil, e.accounts.EndSessions(ctx, CurrentIdentity(ctx), in.ID)
	})
}

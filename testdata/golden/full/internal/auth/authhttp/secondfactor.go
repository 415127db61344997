package authhttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/ratelimit"
)

// codesPerMinute is how many codes a client address may send.
const codesPerMinute = 10

// RegisterSecondFactor adds the endpoints of second factors to api.
func RegisterSecondFactor(api huma.API, accounts *auth.Service, guard *Guard, limits *ratelimit.Limits) {
	e := endpoints{api: api, accounts: accounts, guard: guard}
	e.continueLogin(limits.Operation("codes", codesPerMinute, time.Minute))
	e.secondFactor()
	e.renewRecoveryCodes()
	e.removeSecondFactor()
	e.setUpTOTP()
	e.confirmTOTP()
	e.removeTOTP()
}

type codeInput struct {
	Body struct {
		LoginToken string `json:"login_token" maxLength:"256" doc:"Of the answer to the password."`
		Code       string `json:"code" maxLength:"100" doc:"Six digits of the app, or a recovery code." example:"123456"`
	}
}

func (e endpoints) continueLogin(limit middleware) {
	addLogin(e, huma.Operation{
		OperationID: "continue-login", Method: http.MethodPost, Path: "/api/v1/auth/login/code", Tags: []string{"auth"},
		Summary:     "Go on with a log-in whose password was right, with a code of the second factor",
		Errors:      []int{http.StatusUnauthorized, http.StatusTooManyRequests},
		Middlewares: huma.Middlewares{e.noteFormer, limit},
	}, func(ctx context.Context, in *codeInput) (*tokenOutput, error) {
		pair, err := e.accounts.ContinueLogin(ctx, client.From(ctx), in.Body.LoginToken, in.Body.Code)
		return e.showLogin(ctx, pair, err)
	})
}

type secondFactorOutput struct {
	Body struct {
		Enabled       bool     `json:"enabled"`
		Methods       []string `json:"methods" nullable:"false" doc:"The ways to take the second step."`
		RecoveryCodes int      `json:"recovery_codes_left"`
		Required      bool     `json:"required" doc:"The settings demand a second factor of this user."`
	}
}

func (e endpoints) secondFactor() {
	add(e, huma.Operation{
		OperationID: "get-second-factor", Method: http.MethodGet, Path: "/api/v1/users/me/second-factor", Tags: []string{"me"},
		Summary: "Show the current user's second factor",
	}, func(ctx context.Context, _ *struct{}) (*secondFactorOutput, error) {
		state, err := e.accounts.SecondFactor(ctx, CurrentUser(ctx))
		if err != nil {
			return nil, err
		}
		out := &secondFactorOutput{}
		out.Body.Enabled, out.Body.Methods = state.Enabled, state.Methods
		out.Body.RecoveryCodes, out.Body.Required = state.RecoveryCodes, state.Required
		return out, nil
	})
}

type recoveryCodesOutput struct {
	Body struct {
		RecoveryCodes []string `json:"recovery_codes" nullable:"false" doc:"Each is good for one log-in. They are not shown again."`
	}
}

func showRecoveryCodes(codes []string, err error) (*recoveryCodesOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &recoveryCodesOutput{}
	out.Body.RecoveryCodes = codes
	return out, nil
}

func (e endpoints) renewRecoveryCodes() {
	add(e, huma.Operation{
		OperationID: "renew-recovery-codes", Method: http.MethodPost, Path: "/api/v1/users/me/recovery-codes", Tags: []string{"me"},
		Summary:     "Make new recovery codes in place of the old ones; requires a recent log-in with the second factor",
		Errors:      []int{http.StatusNotFound},
		Middlewares: huma.Middlewares{e.guard.RequireRecentLogin},
	}, func(ctx context.Context, _ *struct{}) (*recoveryCodesOutput, error) {
		return showRecoveryCodes(e.accounts.RenewRecoveryCodes(ctx, CurrentIdentity(ctx)))
	})
}

func (e endpoints) removeSecondFactor() {
	add(e, huma.Operation{
		OperationID: "remove-second-factor", Method: http.MethodDelete, Path: "/api/v1/users/{id}/second-factor", Tags: []string{"users"},
		Summary:       "Remove the second factor of a user who has lost it; for superusers with a recent log-in",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireSuperuser, e.guard.RequireRecentLogin},
	}, func(ctx context.Context, in *userIDInput) (*struct{}, error) {
		return nil, e.accounts.RemoveSecondFactor(ctx, CurrentIdentity(ctx), in.ID)
	})
}

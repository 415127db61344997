package authhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.com/myapi/internal/client"
)

type redirectOutput struct {
	Location string `header:"Location"`
}

// RegisterChangePassword adds the well-known address at which password managers
// look for the page that changes a password, and redirects it to address.
func RegisterChangePassword(api huma.API, address string) {
	huma.Register(api, huma.Operation{
		OperationID: "change-password-page", Method: http.MethodGet, Path: "/.well-known/change-password", Hidden: true,
		DefaultStatus: http.StatusFound,
	}, func(context.Context, *struct{}) (*redirectOutput, error) {
		return &redirectOutput{Location: address}, nil
	})
}

type changePasswordInput struct {
	Body struct {
		CurrentPassword string        `json:"current_password"`
		NewPassword     passwordField `json:"new_password" doc:"As at registration."`
	}
}

func (e endpoints) changePassword() {
	add(e, huma.Operation{
		OperationID: "change-password", Method: http.MethodPost, Path: "/api/v1/users/me/password", Tags: []string{"me"},
		Summary:       "Change the current user's password; ends the other sessions",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusTooManyRequests},
	}, func(ctx context.Context, in *changePasswordInput) (*struct{}, error) {
		return nil, e.accounts.ChangePassword(ctx, client.From(ctx), CurrentIdentity(ctx), in.Body.CurrentPassword, string(in.Body.NewPassword))
	})
}

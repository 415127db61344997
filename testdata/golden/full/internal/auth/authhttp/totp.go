package authhttp

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"rsc.io/qr"
)

type totpOutput struct {
	Body struct {
		Secret string `json:"secret" doc:"To be typed into the app."`
		URI    string `json:"uri" doc:"What the QR code says."`
		QRCode string `json:"qr_svg" doc:"The QR code, as SVG."`
	}
}

func (e endpoints) setUpTOTP() {
	add(e, huma.Operation{
		OperationID: "set-up-totp", Method: http.MethodPost, Path: "/api/v1/users/me/totp", Tags: []string{"me"},
		Summary:     "Make a secret for an authenticator app, which counts once it is confirmed; requires a recent log-in",
		Errors:      []int{http.StatusForbidden},
		Middlewares: huma.Middlewares{e.guard.RequireRecentLogin, e.guard.RequireVerified},
	}, func(ctx context.Context, _ *struct{}) (*totpOutput, error) {
		setup, err := e.accounts.SetUpTOTP(ctx, CurrentIdentity(ctx))
		if err != nil {
			return nil, err
		}
		out := &totpOutput{}
		out.Body.Secret, out.Body.URI = setup.Secret, setup.URI
		out.Body.QRCode, err = drawQRCode(setup.URI)
		return out, err
	})
}

type confirmTOTPInput struct {
	Body struct {
		Code string `json:"code" maxLength:"100" doc:"That the app shows." example:"123456"`
	}
}

func (e endpoints) confirmTOTP() {
	add(e, huma.Operation{
		OperationID: "confirm-totp", Method: http.MethodPost, Path: "/api/v1/users/me/totp/confirm", Tags: []string{"me"},
		Summary:     "Make the authenticator app the second factor; answers with recovery codes if it is the first; requires a recent log-in",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound},
		Middlewares: huma.Middlewares{e.guard.RequireRecentLogin, e.guard.RequireVerified},
	}, func(ctx context.Context, in *confirmTOTPInput) (*recoveryCodesOutput, error) {
		return showRecoveryCodes(e.accounts.ConfirmTOTP(ctx, CurrentIdentity(ctx), in.Body.Code))
	})
}

func (e endpoints) removeTOTP() {
	add(e, huma.Operation{
		OperationID: "remove-totp", Method: http.MethodDelete, Path: "/api/v1/users/me/totp", Tags: []string{"me"},
		Summary:       "Remove the authenticator app; requires a recent log-in with the second factor",
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusForbidden, http.StatusNotFound},
		Middlewares:   huma.Middlewares{e.guard.RequireRecentLogin},
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, e.accounts.RemoveTOTP(ctx, CurrentIdentity(ctx))
	})
}

// quietZone is the margin that scanners need, in modules (ISO/IEC 18004 §5.3.8).
const quietZone = 4

// drawQRCode returns a QR code as SVG.
func drawQRCode(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("drawing a QR code: %w", err)
	}
	var modules strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&modules, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	size := code.Size + 2*quietZone
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges">`+
		`<rect width="%[1]d" height="%[1]d" fill="#fff"/><path d="%[2]s" fill="#000"/></svg>`, size, modules.String()), nil
}

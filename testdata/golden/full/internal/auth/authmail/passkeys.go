package authmail

import (
	"fmt"
	"strings"

	"example.com/myapi/internal/auth"
)

// passkeyNames are the names of the recipient's passkeys, none of which becomes a link.
func passkeyNames(delivery auth.Delivery) []string {
	names := make([]string, len(delivery.Passkeys))
	for i, name := range delivery.Passkeys {
		names[i] = unlinked(name)
	}
	return names
}

// secondSteps lists what log-ins take after the password.
func secondSteps(delivery auth.Delivery) string {
	var steps []string
	for _, method := range delivery.FactorMethods {
		switch method {
		case "totp":
			steps = append(steps, "a code of your authenticator app")
		case "passkey":
			steps = append(steps, "a passkey")
		}
	}
	return strings.Join(append(steps, fmt.Sprintf("or one of %d recovery codes", delivery.RecoveryCodes)), ", ")
}

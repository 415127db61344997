package settings

import (
	"strconv"
	"strings"
	"time"

	"example.com/myapi/internal/auth/authhttp"
	"example.com/myapi/internal/ratelimit"
)

// Rate is how many requests a client address may send in a window, as in
// "5/60s" or "20/1h".
type Rate struct{ ratelimit.Rate }

// UnmarshalText reads a rate.
func (r *Rate) UnmarshalText(text []byte) error {
	number, window, _ := strings.Cut(string(text), "/")
	requests, err := strconv.Atoi(strings.TrimSpace(number))
	if err == nil {
		r.Requests = requests
		r.Window, err = time.ParseDuration(strings.TrimSpace(window))
	}
	if err != nil || r.Requests < 1 || r.Requests > 10_000 || r.Window < time.Second || r.Window > 24*time.Hour {
		return &allowedError{"requests per window, such as 5/60s or 20/1h: 1 to 10000, in 1s to 24h"}
	}
	return nil
}

// Rates returns the limits of the endpoints of accounts.
func (a Auth) Rates() authhttp.Rates {
	return authhttp.Rates{
		Login: a.RateLimitLogin.Rate, Register: a.RateLimitRegister.Rate,
		Tokens: a.RateLimitTokens.Rate, Mails: a.RateLimitMails.Rate,
	}
}

// Package settings reads the service's configuration from the environment.
//
// A variable of the process wins over .env.<ENVIRONMENT>, which wins over
// .env. An empty variable counts as not set. .env.example lists them all.
package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"example.com/myapi/internal/database"
	"example.com/myapi/internal/ratelimit"
)

// Development is the ENVIRONMENT in which make run starts the service; any
// other one is held to the rules of production.
const Development = "development"

// Settings is the whole configuration.
type Settings struct {
	Auth

	Environment          string     `env:"ENVIRONMENT" envDefault:"production"`
	AppName              string     `env:"APP_NAME" envDefault:"myapi"`
	Host                 string     `env:"HOST" envDefault:"127.0.0.1"`
	Port                 uint16     `env:"PORT" envDefault:"8000"`
	DatabaseURL          string     `env:"DATABASE_URL" envDefault:"file:var/myapi.db"`
	CORSAllowedOrigins   []string   `env:"CORS_ALLOWED_ORIGINS"`
	TrustedProxies       []Network  `env:"TRUSTED_PROXIES"`
	LogLevel             slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	LogFormat            string     `env:"LOG_FORMAT"`
	DocsEnabled          bool       `env:"DOCS_ENABLED"`
	RateLimitEnabled     bool       `env:"RATE_LIMIT_ENABLED" envDefault:"true"`
	RedisURL             string     `env:"REDIS_URL"`
	ShutdownDelaySeconds uint16     `env:"SHUTDOWN_DELAY_SECONDS"`
}

// Load reads the settings from environ (as os.Environ gives it) and the .env
// files in dir. The error names every fault at once, a line each.
func Load(environ []string, dir string) (Settings, error) {
	values, err := collect(environ, dir)
	if err != nil {
		return Settings{}, err
	}
	for name, value := range defaults(values["ENVIRONMENT"]) {
		values[name] = firstOf(values[name], value)
	}
	var s Settings
	err = env.ParseWithOptions(&s, env.Options{Environment: values})
	for i, origin := range s.CORSAllowedOrigins {
		s.CORSAllowedOrigins[i] = strings.TrimSpace(origin) // Lists may have blanks after their commas.
	}
	if err := errors.Join(append(parseFaults(err), s.faults()...)...); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// defaults are those that differ between environments.
func defaults(environment string) map[string]string {
	d := map[string]string{"DOCS_ENABLED": strconv.FormatBool(environment != "production"), "LOG_FORMAT": "json", "SHUTDOWN_DELAY_SECONDS": "5"}
	if environment == Development {
		d["LOG_FORMAT"], d["SHUTDOWN_DELAY_SECONDS"] = "text", "0"
	}
	return d
}

// Address is where the service listens, as host:port.
func (s Settings) Address() string {
	return net.JoinHostPort(s.Host, strconv.Itoa(int(s.Port)))
}

func (s Settings) faults() []error {
	faults := []error{database.CheckURL(s.DatabaseURL)}
	faults = append(faults, s.Auth.faults(s.Environment)...)
	if s.Port == 0 {
		faults = append(faults, errors.New("PORT: use a number from 1 to 65535"))
	}
	if s.LogFormat != "text" && s.LogFormat != "json" {
		faults = append(faults, fmt.Errorf("LOG_FORMAT %q: use text or json", s.LogFormat))
	}
	if s.RedisURL != "" {
		if err := ratelimit.CheckURL(s.RedisURL); err != nil {
			faults = append(faults, fmt.Errorf("REDIS_URL: %w", err))
		}
	}
	for _, origin := range s.CORSAllowedOrigins {
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
			origin != u.Scheme+"://"+u.Host || strings.Contains(origin, "*") {
			faults = append(faults, fmt.Errorf("CORS_ALLOWED_ORIGINS %q: use exact origins such as https://app.example.com", origin))
		}
	}
	return faults
}

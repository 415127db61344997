// Package settings reads the service's configuration from the environment.
//
// A variable of the process wins over .env.<ENVIRONMENT>, which wins over
// .env. An empty variable counts as not set. .env.example lists them all.
package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"

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

// Network is an address or a range, as in "10.0.0.1" or "10.0.0.0/8".
type Network struct{ netip.Prefix }

// UnmarshalText reads a network.
func (n *Network) UnmarshalText(text []byte) error {
	if addr, err := netip.ParseAddr(string(text)); err == nil {
		n.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is neither an address nor a range like 10.0.0.0/8", text)
	}
	n.Prefix = prefix.Masked()
	return nil
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

// Proxies gives the trusted networks.
func (s Settings) Proxies() []netip.Prefix {
	proxies := make([]netip.Prefix, len(s.TrustedProxies))
	for i, network := range s.TrustedProxies {
		proxies[i] = network.Prefix
	}
	return proxies
}

var environmentName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func collect(environ []string, dir string) (map[string]string, error) {
	process := map[string]string{}
	for _, entry := range environ {
		if name, value, _ := strings.Cut(entry, "="); value != "" {
			process[name] = value
		}
	}
	values, err := readFile(filepath.Join(dir, ".env"))
	if err != nil {
		return nil, err
	}
	environment := firstOf(process["ENVIRONMENT"], values["ENVIRONMENT"], "production")
	if !environmentName.MatchString(environment) {
		return nil, fmt.Errorf("ENVIRONMENT %q: use lower-case letters, digits, - and _, such as production", environment)
	}
	specific, err := readFile(filepath.Join(dir, ".env."+environment))
	if err != nil {
		return nil, err
	}
	maps.Copy(values, specific)
	maps.Copy(values, process)
	values["ENVIRONMENT"] = environment
	return values, nil
}

func readFile(path string) (map[string]string, error) {
	values, err := godotenv.Read(path)
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		// The parser's own error repeats the line, which may hold a secret.
		return nil, fmt.Errorf("%s cannot be read: check for a line that is not NAME=value, or an open quote", path)
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return values, nil
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func (s Settings) faults() []error {
	var faults []error
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

// parseFaults names the variables that could not be read. Values of secrets
// are texts, which always can be.
func parseFaults(err error) []error {
	if err == nil {
		return nil
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		return []error{err}
	}
	faults := make([]error, len(all.Errors))
	for i, fault := range all.Errors {
		var parse env.ParseError
		if errors.As(fault, &parse) {
			fault = fmt.Errorf("%s: %w", variable(parse.Name), parse.Err)
		}
		faults[i] = fault
	}
	return faults
}

var wordStart = regexp.MustCompile(`([a-z])([A-Z])`)

// variable gives the environment variable of a field: Port is PORT, and
// AccessTokenExpireMinutes is ACCESS_TOKEN_EXPIRE_MINUTES.
func variable(field string) string {
	field = strings.NewReplacer("CORS", "Cors", "SMTP", "Smtp", "URL", "Url").Replace(field)
	return strings.ToUpper(wordStart.ReplaceAllString(field, "${1}_${2}"))
}

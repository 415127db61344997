// Package settings reads the service's configuration from the environment.
//
// A variable of the process wins over .env.<ENVIRONMENT>, which wins over
// .env. An empty variable counts as not set. .env.example lists them all.
package settings

import (
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"

	"example.com/myapi/internal/database"
)

// Development is the ENVIRONMENT in which make run starts the service; any
// other one must follow the rules of production.
const Development = "development"

// Settings is the whole configuration.
type Settings struct {
	Mail
	Auth

	Environment          string     `env:"ENVIRONMENT" envDefault:"production"`
	AppName              string     `env:"APP_NAME" envDefault:"myapi"`
	Host                 string     `env:"HOST" envDefault:"127.0.0.1"`
	Port                 uint16     `env:"PORT" envDefault:"8000"`
	DatabaseURL          string     `env:"DATABASE_URL" envDefault:"file:var/myapi.db"`
	CORSAllowedOrigins   []string   `env:"CORS_ALLOWED_ORIGINS"`
	CORSAllowedHeaders   []string   `env:"CORS_ALLOWED_HEADERS"`
	TrustedProxies       []Network  `env:"TRUSTED_PROXIES"`
	LogLevel             slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	LogFormat            string     `env:"LOG_FORMAT"`
	DocsEnabled          bool       `env:"DOCS_ENABLED"`
	RateLimitEnabled     bool       `env:"RATE_LIMIT_ENABLED" envDefault:"true"`
	RedisURL             string     `env:"REDIS_URL"`
	ShutdownDelaySeconds uint16     `env:"SHUTDOWN_DELAY_SECONDS"`

	// Unknown lists the variables of the .env files that are not settings, a
	// sentence each.
	Unknown []string
}

// Load reads the settings from environ, as os.Environ returns it, and the .env
// files in dir. The error names every fault at once, a line each.
func Load(environ []string, dir string) (Settings, error) {
	all, err := layers(environ, dir)
	if err != nil {
		return Settings{}, err
	}
	c := newCheck()
	c.values = merge(all, c)
	for name, value := range defaults(c.values["ENVIRONMENT"]) {
		c.values[name] = firstOf(c.values[name], value)
	}
	c.tidyAddress()
	c.tidyLogLevel()
	c.tidyMail()
	var s Settings
	c.parse(&s)
	s.complete()
	s.check(c)
	if err := c.err(); err != nil {
		return Settings{}, err
	}
	s.Unknown = unknown(all)
	return s, nil
}

// Defaults returns the settings of a service for which nothing is set. They are
// for what needs no service that runs, such as the document of its API.
func Defaults() Settings {
	c := newCheck()
	c.values = map[string]string{}
	var s Settings
	c.parse(&s)
	return s
}

// defaults are those that differ between environments.
func defaults(environment string) map[string]string {
	d := map[string]string{"DOCS_ENABLED": strconv.FormatBool(environment != "production"), "LOG_FORMAT": "json", "SHUTDOWN_DELAY_SECONDS": "5"}
	if environment == Development {
		d["LOG_FORMAT"], d["SHUTDOWN_DELAY_SECONDS"] = "text", "0"
	}
	return d
}

// tidyLogLevel understands a level as other programs name it.
func (c *check) tidyLogLevel() {
	level := strings.ToUpper(c.values["LOG_LEVEL"])
	for _, other := range [][2]string{{"WARNING", "WARN"}, {"TRACE", "DEBUG"}, {"CRITICAL", "ERROR"}, {"FATAL", "ERROR"}} {
		if level == other[0] {
			level = other[1]
		}
	}
	if level != "" {
		c.oneOf("LOG_LEVEL", &level, "DEBUG", "INFO", "WARN", "ERROR")
	}
	c.values["LOG_LEVEL"] = level
}

// Address is where the service listens, as host:port.
func (s Settings) Address() string {
	return net.JoinHostPort(s.Host, strconv.Itoa(int(s.Port)))
}

func (s *Settings) check(c *check) {
	development := s.Environment == Development
	c.checkName(s.AppName)
	c.within("PORT", int(s.Port), 1, 65535)
	c.within("SHUTDOWN_DELAY_SECONDS", int(s.ShutdownDelaySeconds), 0, 3600)
	c.oneOf("LOG_FORMAT", &s.LogFormat, "text", "json")
	c.checkProxies(s.TrustedProxies, development)
	if err := database.CheckURL(s.DatabaseURL); err != nil {
		c.add("DATABASE_URL", "%w", err)
	}
	c.checkRedis(s.RedisURL)
	for i, origin := range s.CORSAllowedOrigins {
		s.CORSAllowedOrigins[i] = c.origin(origin)
	}
	if slices.ContainsFunc(s.CORSAllowedHeaders, func(name string) bool { return !headerName.MatchString(name) }) {
		c.refuse("CORS_ALLOWED_HEADERS", "names of headers such as X-Tenant, separated by commas")
	}
	s.Auth.check(c, development)
	s.Mail.check(c, development)
}

package settings

import "example.com/myapi/internal/auth"

// SecondFactor configures who must have a second factor.
type SecondFactor struct {
	SecondFactorRequired string `env:"SECOND_FACTOR_REQUIRED" envDefault:"none"`
}

// FactorRule returns the setting for package auth.
func (f SecondFactor) FactorRule() auth.FactorRule { return auth.FactorRule(f.SecondFactorRequired) }

func (f *SecondFactor) check(c *check, _ bool) {
	c.oneOf("SECOND_FACTOR_REQUIRED", &f.SecondFactorRequired,
		string(auth.FactorForNone), string(auth.FactorForSuperusers), string(auth.FactorForAll))
}

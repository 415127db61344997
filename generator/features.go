package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/gomod"
)

// Has reports whether the project has a feature. A name that no feature has is an
// error.
func (d data) Has(name string) (bool, error) {
	has, known := d.has[name]
	if !known {
		return false, &feature.UnknownError{Name: name}
	}
	return has, nil
}

// featuresOf lists the features of the project, and the internal ones that they bring.
func (d data) featuresOf() []feature.Feature { return feature.With(d.features) }

// FeaturePages are the pages in docs about the features.
func (d data) FeaturePages() []feature.Page {
	return present(d, func(f feature.Feature) feature.Page { return f.Page })
}

// FeatureSettings are the settings that the features bring.
func (d data) FeatureSettings() []feature.Setting {
	settings := all(d, func(f feature.Feature) []feature.Setting { return f.Settings })
	for i, s := range settings {
		if s.Default == feature.Program {
			settings[i].Default = d.KeyPrefix()
		}
	}
	return settings
}

// FeatureSecrets are the names of those of the features' settings that are secrets.
func (d data) FeatureSecrets() []string {
	return all(d, func(f feature.Feature) []string { return f.Secrets })
}

// Stores and Txs are the interfaces that the features add to auth.Store,
func (d data) Stores() []string {
	return present(d, func(f feature.Feature) string { return f.Store })
}

// Txs and to auth.Tx.
func (d data) Txs() []string {
	return present(d, func(f feature.Feature) string { return f.Tx })
}

// Registrations are the methods of the server that add the routes of features,
// after those that describe all routes.
func (d data) Registrations() []string {
	describing := present(d, func(f feature.Feature) string { return f.Describe })
	return append(describing, present(d, func(f feature.Feature) string { return f.Register })...)
}

// FeatureStatements are the fields of authsql.Store for what the features' requests ask.
func (d data) FeatureStatements() []string {
	return present(d, func(f feature.Feature) string { return f.Statement })
}

// GuardFields are what authhttp.Guard has because of what was chosen.
func (d data) GuardFields() []string {
	fields := d.featureGuards()
	if !d.inCookies() {
		fields = append(fields, "forms    func(origin string) bool // of which other origins they are accepted; nil for none")
	}
	return fields
}

func (d data) featureGuards() []string {
	return present(d, func(f feature.Feature) string { return f.Guard })
}

// IdentifyToken is the call with which a guard finds the user of a bearer token.
func (d data) IdentifyToken() string {
	return pick(slices.Contains(d.features, "api-keys"), "identify(ctx, sent, token)", "session(ctx, token)")
}

// CookieName is that of the cookie with a browser's session.
func (d data) CookieName() string { return "session" }

// Examinations are the functions with which the command doctor looks at features.
func (d data) Examinations() []string {
	return present(d, func(f feature.Feature) string { return f.Examine })
}

// FeatureMails are the kinds of mails that the features send.
func (d data) FeatureMails() []feature.Mail {
	return all(d, func(f feature.Feature) []feature.Mail { return f.Mails })
}

// MailCompletions are the methods of auth.Service with which features complete mails.
func (d data) MailCompletions() []string {
	return present(d, func(f feature.Feature) string { return f.CompleteMail })
}

// Factors are the second factors of package auth.
func (d data) Factors() []feature.Factor {
	return present(d, func(f feature.Feature) feature.Factor { return f.Factor })
}

// AnyFactor is the Go expression that is true for users who have one of them.
func (d data) AnyFactor() string {
	var set []string
	for _, f := range d.Factors() {
		set = append(set, "f."+f.Field+f.IsSet)
	}
	return strings.Join(set, " || ")
}

// PublicRoutes are the routes of features that need no user.
func (d data) PublicRoutes() []string {
	return all(d, func(f feature.Feature) []string { return f.Public })
}

// FeatureConfigs are what the features add to auth.Config.
func (d data) FeatureConfigs() []feature.Config {
	configs := present(d, func(f feature.Feature) feature.Config { return f.Config })
	return slices.DeleteFunc(configs, func(c feature.Config) bool { return c.Field == "" })
}

// FeatureSettingTypes are the types of the features' settings.
func (d data) FeatureSettingTypes() []string {
	return present(d, func(f feature.Feature) string { return f.Config.Settings })
}

// present lists what those features have of a kind that have it.
func present[T comparable](d data, of func(feature.Feature) T) []T {
	return all(d, func(f feature.Feature) []T {
		var none T
		if one := of(f); one != none {
			return []T{one}
		}
		return nil
	})
}

// all lists what the features have of a kind.
func all[T any](d data, of func(feature.Feature) []T) []T {
	var list []T
	for _, f := range d.featuresOf() {
		list = append(list, of(f)...)
	}
	return list
}

// SettingGroups are the fields of settings.Settings that check themselves.
func (d data) SettingGroups() []string {
	switch {
	case d.Complete():
		return []string{"Auth", "Mail"}
	case d.HasAuth():
		return []string{"Auth"}
	}
	return nil
}

// OtherSecrets are the secret settings besides the database's.
func (d data) OtherSecrets() []string {
	var names []string
	if slices.Contains(d.features, "redis") {
		names = append(names, "REDIS_URL")
	}
	if d.HasAuth() {
		names = append(names, "SECRET_KEY", "SECRET_KEY_PREVIOUS")
	}
	if d.Complete() {
		names = append(names, "SMTP_PASSWORD")
	}
	return append(names, d.FeatureSecrets()...)
}

// Counted is where rate limits count requests.
func (d data) Counted() string {
	return "in this process" + pick(slices.Contains(d.features, "redis"), ", or in all that share a Redis", "")
}

// KeyPrefix is what API keys begin with: the program's name, as far as keys can.
func (d data) KeyPrefix() string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(d.Program))
	if len(plain) < 2 {
		return plain + "key"
	}
	return plain[:min(len(plain), 10)]
}

// featureTags are the tags of templates that only projects with a feature have.
func featureTags(o Options) map[string]bool {
	has := feature.Names(feature.With(o.Features))
	tags := make(map[string]bool)
	for _, name := range feature.Tags() {
		tags[name] = slices.Contains(has, name)
	}
	return tags
}

// withFeatures adds to the go.mod and go.sum of a combination what features
// require besides. A feature without a folder requires nothing more.
func withFeatures(templates fs.FS, files []File, features []string) error {
	for i, f := range files {
		// A folder with a go.mod would be another module's, which is not embedded.
		source, ok := map[string]string{"go.mod": "go.mod.tmpl", "go.sum": "go.sum"}[f.Path]
		if !ok {
			continue
		}
		for _, name := range features {
			more, err := fs.ReadFile(templates, modulesTree+"/with-"+name+"/"+source)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("reading what %s requires: %w", name, err)
			}
			if f.Path == "go.sum" {
				files[i].Content = gomod.AddSums(files[i].Content, more)
			} else if files[i].Content, err = gomod.Unite(files[i].Content, more); err != nil {
				return fmt.Errorf("adding what %s requires: %w", name, err)
			}
		}
	}
	return nil
}

// Package feature knows what a service may have besides its accounts. A feature
// is one of a project's answers, and its name the tag of its templates.
package feature

import (
	"fmt"
	"slices"
	"strings"
)

// Feature is something that a service may have besides its accounts.
type Feature struct {
	Name        string
	Description string // in one line
	Mode        string // the least that it needs: none, basic or complete
	Reason      string // why, after "it"; empty for none
	Tables      []string
	Settings    []Setting
	Secrets     []string // of the Settings, those that no message repeats
	Page        Page     // empty: the pages that there are anyway say enough
	// Store and Tx are the interfaces that it adds to those of package auth of the
	// same names; empty for none.
	Store, Tx string
	// Statement is the field of authsql.Store for what its requests ask the database.
	Statement string
	// Guard is its field of authhttp.Guard.
	Guard string
	// Describe is the method of the server that describes the routes of all others,
	// and so comes before them.
	Describe string
	// Register is the method of the server that adds its routes.
	Register string
	// Examine is the function with which the command doctor looks at it.
	Examine string
	// Mails are the kinds of mails that it sends.
	Mails []Mail
	// CompleteMail is the method of auth.Service that adds to mails what they say of it.
	CompleteMail string
	// Factor is its second factor in package auth; empty for none.
	Factor Factor
	// Public are its routes that need no user.
	Public []string
	// Config is what it adds to the settings and to auth.Config; empty for nothing.
	Config Config
	// Brings are all internal features that it stands on.
	Brings []string
}

// Mail is a kind of mail: the constant of package auth, the name of its templates, and
// the subject, in which %s is the app's name.
type Mail struct{ Kind, Template, Subject string }

// Config is a field of auth.Config, of a feature, and where its value comes from: a
// method of a type of package settings. Without a Field there is only that type.
type Config struct{ Field, Type, Comment, Settings, Method string }

// Factor is a second factor in package auth: the field of factors for it, the field's
// type, the method of stores that reads it, and what makes the field's value true for
// users who have it.
type Factor struct{ Field, Type, Read, IsSet string }

// Setting is a variable of the environment. Its Default may be Program.
type Setting struct{ Name, Default, Meaning string }

// Shown is the default as a page shows it.
func (s Setting) Shown() string {
	if s.Default == "" {
		return "none"
	}
	return "`" + s.Default + "`"
}

// Sentence is the meaning as a line of its own.
func (s Setting) Sentence() string {
	meaning := strings.ReplaceAll(s.Meaning, "`", "")
	return strings.ToUpper(meaning[:1]) + meaning[1:] + "."
}

// Page is the page in docs of a project that is about the feature.
type Page struct{ Title, File, About string }

// internal lists what features have in common: it comes with the first of them, and
// no answer and no flag names it.
func internal() []Feature {
	return []Feature{
		{Name: "login-steps", Register: "registerAccountPage", Public: []string{"GET /dev/account"}},
		{
			Name: "second-factor", Tables: []string{"recovery_codes"}, Store: "FactorStore", Tx: "FactorTx",
			Register: "registerSecondFactor", Public: []string{"POST /api/v1/auth/login/code"},
			CompleteMail: "describeFactor", Mails: []Mail{
				{"MailFactorChanged", "second_factor_changed_notice", "Your second factor for %s was changed"},
				{"MailRecoveryCodeUsed", "recovery_code_used_notice", "A recovery code for %s was used"},
				{"MailAccountLocked", "account_locked_notice", "Wrong codes at your log-in to %s"},
			},
			Config: Config{"SecondFactorRequired", "FactorRule", "SecondFactorRequired is who must have a second factor.", "SecondFactor", "FactorRule"},
			Settings: []Setting{
				{"SECOND_FACTOR_REQUIRED", "none", "who must have a second factor: `none`, `superusers` or `all`"},
			},
		},
	}
}

// All lists the features that there are, by name.
func All() []Feature {
	return []Feature{
		{
			Name: "api-keys", Description: "keys by which programs act for a user: scoped, expiring, revocable",
			Mode: "basic", Reason: "it makes keys for users",
			Tables: []string{"api_keys"}, Store: "APIKeyStore", Tx: "APIKeyTx", Statement: "apiKey",
			Guard: "keys *keyRules // nil: API keys are refused", Register: "registerAPIKeys", Examine: "examineAPIKeys",
			CompleteMail: "describeAPIKeys", Mails: []Mail{{"MailAPIKeyCreated", "api_key_created_notice", "A new API key for %s"}},
			Config: Config{"APIKeys", "APIKeyConfig", "APIKeys is what API keys are like.", "APIKeys", "KeyConfig"},
			Settings: []Setting{
				{"API_KEY_PREFIX", Program, "what new API keys begin with, by which leaked ones are found: 2 to 10 of `a-z0-9`"},
				{"API_KEY_MAX_DAYS", "365", "the longest life of an API key, in days; `0`: keys may be made that never expire"},
				{"API_KEYS_PER_USER", "20", "how many live API keys a user can have"},
				{"API_KEY_REQUESTS_PER_MINUTE", "600", "requests of each API key in a minute; `0`: no limit"},
			},
			Page: Page{"API keys", "api-keys.md", "programs that act for users: keys, scopes, what ends them"},
		},
		{
			Name: "cookies", Description: "sessions that browsers keep in a cookie, out of reach of scripts",
			Mode: "complete", Reason: "it keeps sessions as refresh tokens do", Brings: []string{"login-steps"},
			Store: "CookieStore", Statement: "cookie", Guard: "cookies *cookieRules // nil: cookies are not looked at",
			Describe: "admitCookies", Register: "registerSession", Examine: "examineCookies",
			Config: Config{Settings: "Cookies"},
			Settings: []Setting{
				{"SESSION_COOKIE_SAMESITE", "lax", "which links from other sites bring the session's cookie: `lax`: those that are followed, `strict`: none"},
			},
			Page: Page{"Cookie sessions", "cookies.md", "browsers without tokens: which layouts of hosts work, JavaScript, CSRF"},
		},
		{
			Name: "oauth", Description: "log-in with Google, GitHub, Apple and any provider with OpenID Connect",
			Mode: "complete", Reason: "it mails a notice when a provider is linked", Brings: []string{"login-steps"},
			Tables: []string{"user_identities", "oauth_flows"}, Store: "OAuthStore", Tx: "OAuthTx",
			Register: "registerOAuth", Examine: "examineProviders", CompleteMail: "describeIdentities",
			Mails: []Mail{
				{"MailIdentityChanged", "identity_changed_notice", "The ways to log in to %s were changed"},
				{"MailAccountTaken", "account_taken_notice", "Your account for %s is yours alone"},
			},
			Config: Config{"OAuth", "OAuthConfig", "OAuth is how users log in with providers.", "OAuth", "OAuthConfig"},
			Public: []string{
				"GET /api/v1/auth/oauth", "GET /api/v1/auth/oauth/{provider}/start", "GET /api/v1/auth/oauth/{provider}/callback",
				"POST /api/v1/auth/oauth/{provider}/callback", "POST /api/v1/auth/oauth/exchange",
			},
			Settings: []Setting{
				{"GOOGLE_CLIENT_ID", "", "turns on log-in with Google; from its console"},
				{"GOOGLE_CLIENT_SECRET", "", "the secret of that client"},
				{"GITHUB_CLIENT_ID", "", "turns on log-in with GitHub; of an OAuth app in its settings"},
				{"GITHUB_CLIENT_SECRET", "", "the secret of that app"},
				{"APPLE_CLIENT_ID", "", "turns on log-in with Apple; the identifier of a Services ID"},
				{"APPLE_TEAM_ID", "", "the team that it belongs to: 10 letters and digits"},
				{"APPLE_KEY_ID", "", "the key that proves the client: 10 letters and digits"},
				{"APPLE_PRIVATE_KEY", "", "that key, a PEM file as Apple gives it; `\\n` stands for the end of a line"},
				{"OIDC_NAME", "", "the name that users see for another provider with OpenID Connect; empty: its host"},
				{"OIDC_ISSUER", "", "the issuer of that provider, exactly as it names itself"},
				{"OIDC_CLIENT_ID", "", "turns on log-in with that provider"},
				{"OIDC_CLIENT_SECRET", "", "the secret of that client"},
				{"OIDC_SCOPES", "openid email profile", "what that provider is asked for"},
				{"OIDC_EMAILS_VERIFIED", "false", "`true`: every address from that provider counts as verified, whatever it says of it"},
				{"OAUTH_RETURN_URLS", "", "where a log-in with a provider may end, exactly, separated by commas; empty: `/oauth` below `FRONTEND_URL` or `PUBLIC_URL`"},
				{"OAUTH_REGISTRATION", "", "whether a provider may bring new users; empty: as `REGISTRATION_ENABLED`"},
			},
			Secrets: []string{"GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "APPLE_PRIVATE_KEY", "OIDC_CLIENT_SECRET"},
			Page:    Page{"Log-in with providers", "oauth.md", "Google, GitHub, Apple and OpenID Connect: consoles, the browser's flow, mobile apps, errors"},
		},
		{
			Name: "passkeys", Description: "log-in with passkeys, which are a second factor too, with recovery codes",
			Mode: "complete", Reason: "it mails a notice when a passkey comes or goes", Brings: []string{"login-steps", "second-factor"},
			Tables: []string{"webauthn_handles", "passkeys", "passkey_challenges"}, Store: "PasskeyStore", Tx: "PasskeyTx",
			Factor: Factor{"passkeys", "int", "CountPasskeys", " > 0"}, Register: "registerPasskeys", Examine: "examinePasskeys",
			Public: []string{
				"POST /api/v1/auth/passkey/options", "POST /api/v1/auth/passkey",
				"POST /api/v1/auth/login/passkey/options", "POST /api/v1/auth/login/passkey",
			},
			CompleteMail: "describePasskeys", Mails: []Mail{
				{"MailPasskeysChanged", "passkey_changed_notice", "Your passkeys for %s were changed"},
				{"MailPasskeyCloned", "passkey_cloned_notice", "A passkey for %s was refused"},
			},
			Config: Config{"Passkeys", "PasskeyConfig", "Passkeys is what passkeys are made for.", "Passkeys", "PasskeyConfig"},
			Settings: []Setting{
				{"PASSKEY_RP_ID", "", "the domain that passkeys are made for, without scheme and port; the host of `FRONTEND_URL`, or else of `PUBLIC_URL`, unless it is set; changing it later makes all passkeys useless"},
				{"PASSKEY_ORIGINS", "", "the origins whose pages and apps may use passkeys, separated by commas; those of `FRONTEND_URL` and `PUBLIC_URL` unless it is set; also `android:apk-key-hash:…`"},
				{"PASSKEYS_PER_USER", "20", "how many passkeys a user can have: 1 to 100"},
			},
			Page: Page{"Passkeys", "passkeys.md", "log-in without a password, passkeys as second factor, JavaScript for pages"},
		},
		{
			Name: "redis", Description: "rate limits that replicas share, in Redis or Valkey",
			Mode: "none",
			Settings: []Setting{
				{"REDIS_URL", "", "a Redis or Valkey server, in which replicas count requests together: `redis://host:6379/0`, or `rediss://` for TLS"},
			},
		},
		{
			Name: "totp", Description: "a second factor by authenticator app, with recovery codes",
			Mode: "complete", Reason: "it mails a notice when a factor changes", Brings: []string{"login-steps", "second-factor"},
			Tables: []string{"totp"}, Store: "TOTPStore", Tx: "TOTPTx", Factor: Factor{"app", "TOTP", "TOTP", ".Active()"}, Examine: "examineSecrets",
			Config: Config{"EncryptionKeys", "[]EncryptionKey", "EncryptionKeys seal the secrets of apps: the current one, then those before it.", "TOTP", "EncryptionKeys"},
			Settings: []Setting{
				{"ENCRYPTION_KEY", "", "seals the secrets of authenticator apps; 32 bytes: `openssl rand -base64 32`"},
				{"ENCRYPTION_KEY_PREVIOUS", "", "the keys before it, separated by commas, which still open what they sealed"},
			},
			Secrets: []string{"ENCRYPTION_KEY", "ENCRYPTION_KEY_PREVIOUS"},
			Page:    Page{"Second factor", "second-factor.md", "authenticator apps and recovery codes: log-in in two steps, and who needs it"},
		},
	}
}

// Program is the Default of a setting that is the program's name.
const Program = "program"

// Find returns the feature of that name.
func Find(name string) (Feature, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Feature) bool { return f.Name == name })
	if i < 0 {
		return Feature{}, false
	}
	return all[i], true
}

// Tags are the names of all features, internal ones, too.
func Tags() []string { return Names(append(internal(), All()...)) }

// With lists the features of these names, after the internal ones that they bring.
func With(names []string) []Feature {
	wanted := slices.Clone(names)
	for _, f := range All() {
		if slices.Contains(names, f.Name) {
			wanted = append(wanted, f.Brings...)
		}
	}
	return slices.DeleteFunc(append(internal(), All()...), func(f Feature) bool { return !slices.Contains(wanted, f.Name) })
}

// Names lists the names of features.
func Names(features []Feature) []string {
	var names []string
	for _, f := range features {
		names = append(names, f.Name)
	}
	return names
}

// SettingNames lists the names of the settings that come with the feature.
func (f Feature) SettingNames() []string {
	names := []string{}
	for _, part := range With([]string{f.Name}) {
		for _, s := range part.Settings {
			names = append(names, s.Name)
		}
	}
	return names
}

// TableNames lists the tables that come with the feature.
func (f Feature) TableNames() []string {
	names := []string{}
	for _, part := range With([]string{f.Name}) {
		names = append(names, part.Tables...)
	}
	return names
}

// For lists the features that a project of a mode can have.
func For(mode string) []Feature {
	return slices.DeleteFunc(All(), func(f Feature) bool { return !f.Fits(mode) })
}

// Fits reports whether a project of a mode can have the feature.
func (f Feature) Fits(mode string) bool {
	modes := []string{"none", "basic", "complete"}
	return slices.Index(modes, mode) >= slices.Index(modes, f.Mode)
}

// Join returns the names of all lists, each once, in the order that answers have
// them in.
func Join(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Check returns an *UnknownError for a name that no feature has, and a *ModeError
// for a feature that a project of the mode can't have.
func Check(names []string, mode string) error {
	for _, name := range names {
		f, ok := Find(name)
		if !ok {
			return &UnknownError{Name: name}
		}
		if !f.Fits(mode) {
			return &ModeError{Feature: f, Mode: mode}
		}
	}
	return nil
}

// UnknownError reports that no feature has a name.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no feature %q; this version of forge has: %s", e.Name, strings.Join(Names(All()), ", "))
}

// ModeError reports that a feature needs more than a project's mode has.
type ModeError struct {
	Feature Feature
	Mode    string
}

func (e *ModeError) Error() string {
	return fmt.Sprintf("%s needs --auth=%s: %s", e.Feature.Name, e.Feature.Mode, e.Feature.Reason)
}

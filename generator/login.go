package generator

import (
	"slices"
	"strings"

	"github.com/forge-go/forge/generator/feature"
	"github.com/forge-go/forge/generator/project"
)

// The methods of this file are what log-ins and sessions differ by where a file of
// its own would repeat the rest.

// ProofOfPassword is what a right password proves, in package auth.
func (d data) ProofOfPassword() string {
	code := pick(slices.Contains(feature.Names(d.featuresOf()), "second-factor"), ", code: code", "")
	return "proof{amr: []string{methodPassword}, authTime: s.now()" + code + "}"
}

// TokenMakers are the functions of package auth that store tokens, as Go code.
func (d data) TokenMakers() string {
	makers := []string{"issueAccess"}
	if d.Complete() {
		makers = append(makers, "attachToken", "issue")
	}
	if d.inCookies() {
		makers = append(makers, "KeepInCookie")
	}
	if slices.Contains(feature.Names(d.featuresOf()), "second-factor") {
		makers = append(makers, "pause")
	}
	slices.Sort(makers)
	return `"` + strings.Join(makers, `", "`) + `"`
}

// SecuritySchemes counts the ways in which operations find their user.
func (d data) SecuritySchemes() int {
	n := 1
	for _, name := range []string{"api-keys", "cookies"} {
		if slices.Contains(d.features, name) {
			n++
		}
	}
	return n
}

// CodeForCookie is the button that ends a log-in of two steps with a cookie.
func (d data) CodeForCookie() string {
	return pick(d.inCookies(), "<button type=\"submit\" data-query=\"?session=cookie\">Send the code for a cookie</button>\n", "")
}

// ShowSession is the button that shows the session of a cookie.
func (d data) ShowSession() string {
	return pick(d.inCookies(), "<form data-send=\"GET auth/session\" data-user><button type=\"submit\">Show the session</button></form>\n", "")
}

// CookieFlags is what the checklist for production says of cookies.
func (d data) CookieFlags() string {
	passing := pick(d.withProviders(), " A log-in with a provider sets a cookie for ten minutes, `__Host-`, `Secure`, `HttpOnly` and `SameSite=Lax` (`None` for Apple, whose page posts its answer), which logs nobody in by itself.", "")
	return pick(d.inCookies(),
		"The session's cookie, if a log-in asks for one, is `__Host-`, `Secure`, `HttpOnly` and `SameSite=Lax`; requests of other sites with it are refused: [cookie sessions](cookies.md). Other tokens travel in a header.",
		pick(d.withProviders(), "No session is in a cookie.", "There are no cookies.")+" Tokens travel in a header, which no other site can send.") + passing
}

// AfterProof are the steps of a log-in between the proof and the second factor, as Go
// code.
func (d data) AfterProof() []string {
	if !d.withProviders() {
		return nil
	}
	return []string{"s.noteArrival(ctx, tx, current, try)"}
}

// WayIn is what the log says of the way that a user came in, as one more argument.
func (d data) WayIn() string { return pick(d.withProviders(), ", try.provider()", "") }

// EndedByReset are the steps by which a reset of the password ends what features have,
// as Go code.
func (d data) EndedByReset() []string {
	steps := d.endedKeys()
	if d.withProviders() {
		steps = append(steps, "endOtherIdentities(ctx, tx, *user)")
	}
	return steps
}

// EndedByNewAddress are those by which a superuser's new address does.
func (d data) EndedByNewAddress() []string {
	steps := d.endedKeys()
	if d.withProviders() {
		steps = append(steps, "tx.DeleteIdentities(ctx, user.ID)")
	}
	return steps
}

func (d data) endedKeys() []string {
	if !slices.Contains(d.features, "api-keys") {
		return nil
	}
	return []string{"endAPIKeys(ctx, tx, *user)"}
}

func (d data) withProviders() bool { return slices.Contains(d.features, "oauth") }

// PasswordMembers tell, in the answer that shows a user, of a password that may be
// missing.
func (d data) PasswordMembers() []string {
	if !d.withProviders() {
		return nil
	}
	return []string{"HasPassword bool      `json:\"has_password\" doc:\"False for who came with a provider and has set none.\"`"}
}

// PasswordShown is the value of that.
func (d data) PasswordShown() string {
	return pick(d.withProviders(), "HasPassword: u.HasPassword(), ", "")
}

// AddLogin is the function that adds an operation which begins a session.
func (d data) AddLogin() string { return pick(d.inCookies(), "addLogin", "add") }

// AddLogout is the function that adds an operation which ends a session.
func (d data) AddLogout() string { return pick(d.inCookies(), "addLogout", "add") }

// StepColumns are the columns of tokens for the steps of log-ins, as Go code.
func (d data) StepColumns() []string {
	var columns []string
	for _, f := range d.featuresOf() {
		switch f.Name {
		case "login-steps":
			columns = append(columns, `{"amr", words{&t.AMR}},`)
		case "second-factor":
			columns = append(columns, `{"attempts", &t.Attempts},`)
		}
	}
	return columns
}

// AllowCredentials is what CORS says of them to the origins that are listed.
func (d data) AllowCredentials() string { return pick(d.inCookies(), "true", "") }

// UseFactor is the call with which package auth accepts the second step of a log-in,
func (d data) UseFactor() string {
	passkeys, totp := slices.Contains(d.features, "passkeys"), slices.Contains(d.features, "totp")
	return pick(passkeys, "s.useFactor", "s.useCode") + "(ctx, tx, try, user" + pick(totp, ", own.app", "") + ")"
}

// FactorMethod and how the session was proved by it.
func (d data) FactorMethod() string {
	return pick(slices.Contains(d.features, "passkeys"), "how.factor()", "methodCode")
}

// CodeTags describe the code of the second step to clients.
func (d data) CodeTags() string {
	return pick(slices.Contains(d.features, "totp"), `doc:"Six digits of the app, or a recovery code." example:"123456"`,
		`doc:"A recovery code." example:"ng5f-e7vs-gxsa-6yjg-5gyz-yo77"`)
}

// SecondSteps is what a mail says of the second step of log-ins.
func (d data) SecondSteps() string {
	return pick(slices.Contains(d.features, "passkeys"), "{{ second_steps }}",
		"a code of your authenticator app, or one of {{ recovery_codes }} recovery codes")
}

// StepEndings is the chapter of the second step in the table of what ends what, which
// comes with an app where there is one.
func (d data) StepEndings() string {
	return pick(slices.Contains(d.features, "totp"), "", ", stepEndings()")
}

// ZoneOfText ends a time that a statement has as text, where the database wants a zone.
func (d data) ZoneOfText() string { return pick(d.DB == project.MySQL, "", "+00:00") }

// PasskeyForCookie is the button that logs in with a passkey and a cookie.
func (d data) PasskeyForCookie(label string) string {
	return pick(d.inCookies(), "<button type=\"submit\" data-query=\"?session=cookie\">"+label+" for a cookie</button>\n", "")
}

// FactorForms are those for the second factor that no other section has.
func (d data) FactorForms() string {
	return pick(slices.Contains(d.features, "totp"), "", `<form data-send="GET users/me/second-factor" data-user><button type="submit">Show the second factor</button></form>
<form data-send="POST users/me/recovery-codes" data-user><button type="submit">Make new recovery codes</button></form>
`)
}

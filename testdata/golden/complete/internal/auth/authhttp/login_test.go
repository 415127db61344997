package authhttp_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/testkit"
)

// A log-in replaces the session of the same user whose access token comes along, and no
// other one; a log-in that is refused replaces none.
func TestLoginReplacesTheSession(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "janedoe")
	other, janes := svc.Login(t, "johndoe"), svc.Login(t, "janedoe")
	for name, request := range login {
		t.Run(name, func(t *testing.T) {
			former := svc.Login(t, "johndoe")
			along := func(token, password string) testkit.Request {
				r := request("johndoe", password)
				r.Token = token
				return r
			}
			svc.Expect(t, 401, along(former, "wrong password"))
			svc.Expect(t, 200, svc.WhoAmI(former))
			svc.Expect(t, 200, along(former+"x", testkit.Password))
			svc.Expect(t, 200, svc.WhoAmI(former))
			var opened struct {
				AccessToken string `json:"access_token"`
			}
			svc.Expect(t, 200, along(former, testkit.Password)).JSON(t, &opened)
			svc.Expect(t, 401, svc.WhoAmI(former))
			svc.Expect(t, 200, svc.WhoAmI(opened.AccessToken))
			svc.Expect(t, 200, svc.WhoAmI(other))
			svc.Expect(t, 200, along(janes, testkit.Password))
			svc.Expect(t, 200, svc.WhoAmI(janes))
		})
	}
}

func TestLogin(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	bearer := map[string]string{"WWW-Authenticate": "Bearer"}
	for name, request := range login {
		t.Run(name, func(t *testing.T) {
			response := svc.Expect(t, 200, request("johndoe", testkit.Password))
			checkKeys(t, response.Body, tokenKeys)
			var tokens struct {
				AccessToken string `json:"access_token"`
				TokenType   string `json:"token_type"`
				ExpiresIn   int    `json:"expires_in"`
			}
			response.JSON(t, &tokens)
			if tokens.TokenType != "bearer" || tokens.ExpiresIn != 1800 {
				t.Errorf("TokenResponse is %+v", tokens)
			}
			svc.Expect(t, 200, svc.WhoAmI(tokens.AccessToken))
			svc.Run(t, []testkit.Scenario{
				{Name: "by name in other case", Request: request("JohnDoe", testkit.Password), Status: 200},
				{Name: "by email", Request: request("johndoe@example.com", testkit.Password), Status: 200},
				{Name: "by email in other case", Request: request(" JohnDoe@Example.com ", testkit.Password), Status: 200},
				{Name: "wrong password", Request: request("johndoe", "wrong password"), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "password in other case", Request: request("johndoe", strings.ToUpper(testkit.Password)), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "password with a blank", Request: request("johndoe", testkit.Password+" "), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "empty password", Request: request("johndoe", ""), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "unknown name", Request: request("nobody", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "unknown email", Request: request("nobody@example.com", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "empty name", Request: request("", ""), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "SQL as a name", Request: request("' OR 1=1 --", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "pattern as a name", Request: request("john%", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "accent in the name", Request: request("jöhndoe", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "accent in the email", Request: request("jöhndoe@example.com", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "wide letters in the name", Request: request("johndoｅ", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "emoji in the name", Request: request("johndoe😀", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "NUL in the email", Request: request("johndoe@example.com\x00", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
				{Name: "NUL in the name", Request: request("johndoe\x00", testkit.Password), Status: 401, Detail: "Invalid credentials", Header: bearer},
			})
		})
	}
}

// A form may contain any bytes, and not every database accepts them as text.
func TestNameThatIsNoText(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Run(t, []testkit.Scenario{{
		Name: "name", Request: login["token"]("\xff\xfe", testkit.Password), Status: 401, Detail: "Invalid credentials",
	}, {
		Name: "email", Request: login["token"]("\xff@example.com", testkit.Password), Status: 401, Detail: "Invalid credentials",
	}})
}

// Who guesses learns nothing about an account from the answer.
func TestRefusedLoginsLookTheSame(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	inactive := svc.Register(t, "inactive")
	admin := svc.Identity(t, svc.Login(t, "boss"))
	if _, err := svc.Auth.UpdateUser(t.Context(), admin, inactive.ID, auth.Changes{IsActive: new(false)}); err != nil {
		t.Fatal(err)
	}
	for name, request := range login {
		var first testkit.Response
		for i, try := range []testkit.Request{
			request("boss", "wrong password"), request("nobody", "wrong password"), request("inactive", "wrong password"),
			request("inactive", testkit.Password), request("nobody@example.com", testkit.Password),
		} {
			got := svc.Expect(t, 401, try)
			got.Header.Del("X-Request-ID")
			if i == 0 {
				first = got
			}
			if got.Body != first.Body || !sameHeader(got.Header, first.Header) {
				t.Errorf("%s: refusal %d is %v, the first is %v", name, i, got, first)
			}
		}
	}
}

func sameHeader(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if !slices.Equal(a[name], b[name]) {
			return false
		}
	}
	return true
}

func TestTokenTakesOnlyTheForm(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	good := url.Values{"username": {"johndoe"}, "password": {testkit.Password}}
	with := func(name string, values ...string) testkit.Request {
		changed := url.Values{name: values}
		for n, v := range good {
			if n != name {
				changed[n] = v
			}
		}
		return form(changed)
	}
	broken := form(good)
	broken.Body, broken.Header = "username=%zz", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	asJSON := testkit.LoginRequest("johndoe", testkit.Password)
	asJSON.Path = "/api/v1/auth/token"
	svc.Run(t, []testkit.Scenario{
		{Name: "without grant type", Request: form(good), Status: 200},
		{Name: "with scope", Request: with("scope", "a b"), Status: 200},
		{Name: "other grant type", Request: with("grant_type", "client_credentials"), Status: 422,
			Messages: map[string]string{"body.grant_type": "expected password"}},
		{Name: "no name", Request: with("username"), Status: 422, Messages: map[string]string{"body.username": "expected exactly one value"}},
		{Name: "two names", Request: with("username", "johndoe", "boss"), Status: 422},
		{Name: "two passwords", Request: with("password", testkit.Password, "x"), Status: 422, Unwanted: []string{testkit.Password}},
		{Name: "broken form", Request: broken, Status: 400, Detail: "Request body is not a form"},
		{Name: "JSON", Request: asJSON, Status: 415, Detail: "Unsupported media type"},
		{Name: "in the query", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/token?" + good.Encode()}, Status: 415, Detail: "Unsupported media type"},
	})
}

func TestAccessTokenLifetime(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	svc.Clock.Advance(30*time.Minute - time.Second)
	svc.Expect(t, 200, svc.WhoAmI(token))
	svc.Clock.Advance(time.Second)
	svc.Run(t, []testkit.Scenario{{
		Name: "expired", Request: svc.WhoAmI(token), Status: 401, Detail: "Token expired",
		Header: map[string]string{"WWW-Authenticate": `Bearer error="invalid_token", error_description="Token expired"`},
	}})
}

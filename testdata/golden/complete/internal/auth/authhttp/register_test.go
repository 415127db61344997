package authhttp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/client"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

func TestRegister(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	response := svc.Expect(t, 201, registration("  John@Example.COM ", "johndoe", "SecurePass123!"))
	checkKeys(t, response.Body, userKeys)
	for _, want := range []string{
		`"id":1,`, `"email":"john@example.com"`, `"username":"johndoe"`,
		`"is_active":true`, `"is_superuser":false`, `"created_at":"2026-03-01T12:00:00Z"`,
	} {
		if !strings.Contains(response.Body, want) {
			t.Errorf("body lacks %s: %s", want, response.Body)
		}
	}
	var hash string
	if err := svc.SQL().QueryRow(`SELECT hashed_password FROM users`).Scan(&hash); err != nil || !strings.HasPrefix(hash, "$2a$04$") {
		t.Errorf("stored password is %q, %v; want a bcrypt hash", hash, err)
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "email is taken", Request: registration("john@example.com", "other", testkit.Password), Status: 409, Detail: "Email already registered"},
		{Name: "email is taken in other case", Request: registration("JOHN@example.com", "other", testkit.Password), Status: 409, Detail: "Email already registered"},
		{Name: "name is taken", Request: registration("other@example.com", "johndoe", testkit.Password), Status: 409, Detail: "Username already taken"},
		{Name: "name is taken in other case", Request: registration("other@example.com", "JohnDoe", testkit.Password), Status: 409, Detail: "Username already taken"},
		{Name: "both are taken", Request: registration("john@example.com", "johndoe", testkit.Password), Status: 409, Detail: "Email already registered"},
		{Name: "name of a local part", Request: registration("other@example.com", "john", testkit.Password), Status: 201},
	})
}

func TestRegisterNamesAllFaults(t *testing.T) {
	testkit.New(t, testkit.Options{}).Run(t, []testkit.Scenario{
		{Name: "empty", Request: registration("", "", ""), Status: 422, Want: []string{"body.email"}},
		{Name: "all faulty", Request: registration("a@b", "x", "short"), Status: 422, Messages: map[string]string{
			"body.email":    "Email must be an address like user@example.com",
			"body.username": "Username must be 3 to 50 letters, digits, dots, underscores or hyphens",
			"body.password": "Password must be at least 8 characters",
		}, Unwanted: []string{"short"}},
		{Name: "missing", Request: register(map[string]string{}), Status: 422,
			Want: []string{"property email to be present", "property username to be present", "property password to be present"}},
	})
}

// Nobody makes themselves more than a user.
func TestRegisterTakesNoOtherFields(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	valid := map[string]any{"email": "eve@example.com", "username": "eve", "password": testkit.Password}
	with := func(name string, value any) testkit.Request {
		body := maps.Clone(valid)
		body[name] = value
		return register(body)
	}
	var scenarios []testkit.Scenario
	for name, value := range map[string]any{
		"id": 7, "is_superuser": true, "is_active": false, "is_verified": true, "hashed_password": "$2a$04$x", "created_at": "2020-01-01T00:00:00Z",
		"pending_email": "x@example.com", "Email": "other@example.com", "EMAIL": "other@example.com", "IsSuperuser": true, "__proto__": map[string]any{},
	} {
		scenarios = append(scenarios, testkit.Scenario{Name: name, Request: with(name, value), Status: 422,
			Messages: map[string]string{"body." + name: "unexpected property"}})
	}
	for _, name := range []string{"email", "username", "password"} {
		for kind, value := range map[string]any{"null": nil, "number": 7, "array": []string{"a@example.com"}, "object": map[string]string{"a": "b"}, "bool": true} {
			scenarios = append(scenarios, testkit.Scenario{Name: name + " is " + kind, Request: with(name, value), Status: 422,
				Messages: map[string]string{"body." + name: "expected string"}})
		}
		text, err := json.Marshal(valid)
		if err != nil {
			t.Fatal(err)
		}
		twice := strings.Replace(string(text), `{`, `{"`+name+`":"first value",`, 1)
		scenarios = append(scenarios, testkit.Scenario{Name: name + " twice", Request: register(twice), Status: 400})
	}
	svc.Run(t, scenarios)
	var users int
	if err := svc.SQL().QueryRow(`SELECT COUNT(*) FROM users`).Scan(&users); err != nil || users != 0 {
		t.Errorf("%d users were made, %v", users, err)
	}
}

func TestEmailForms(t *testing.T) {
	longLocal, longDomain := strings.Repeat("a", 64), strings.Repeat("b", 60)
	fill := longLocal + "@" + longDomain + "." + longDomain + "." + longDomain + "."
	svc := testkit.New(t, testkit.Options{})
	n := 0
	try := func(email string) testkit.Response {
		n++
		return svc.Do(t, registration(email, fmt.Sprintf("user%d", n), testkit.Password))
	}
	for typed, stored := range map[string]string{
		"user@example.com":                        "user@example.com",
		" \tTrim@Example.com\n":                   "trim@example.com",
		"first.last+tag@sub.example.co.uk":        "first.last+tag@sub.example.co.uk",
		"o'brien@example.com":                     "o'brien@example.com",
		"joerg@exämple.de":                        "joerg@xn--exmple-cua.de",
		"JOERG2@EXA\u0308MPLE.de":                 "joerg2@xn--exmple-cua.de",
		"user@例子.广告":                              "user@xn--fsqu00a.xn--4rr70v",
		"user2@例子。广告":                             "user2@xn--fsqu00a.xn--4rr70v", // the ideographic full stop
		"user@faß.example":                        "user@xn--fa-hia.example",
		"wide@ｅｘａｍｐｌｅ.com":                        "wide@example.com",
		"x@XN--exmple-cua.com":                    "x@xn--exmple-cua.com",
		fill + strings.Repeat("c", 254-len(fill)): fill + strings.Repeat("c", 254-len(fill)),
		"numbers@123.example":                     "numbers@123.example",
	} {
		response := try(typed)
		var user struct{ Email string }
		response.JSON(t, &user)
		if response.Status != 201 || user.Email != stored {
			t.Errorf("%q = %d %s, want it stored as %q", typed, response.Status, response.Body, stored)
		}
	}
	for _, typed := range []string{
		"\u212aelvin@example.com", "\u0130x@example.com", // the signs of kelvin, and of I with a dot
		"", "@", "user", "user@", "@example.com", "a@b", "user@localhost", "user@example.com.", "user@.example.com", "user@example..com",
		".user@example.com", "user.@example.com", "us..er@example.com", "a@b@example.com", "user name@example.com",
		"Foo <a@example.com>", "<a@example.com>", "a@example.com, b@example.com", "a@example.com b@example.com", "a@example.com;b@example.com",
		`"quoted"@example.com`, `"a b"@example.com`, `a\@b@example.com`, "a(comment)@example.com", "a@example.com (comment)",
		"a@example.com\r\nBcc: b@example.com", "a\r\n@example.com", "a@exam\nple.com", "a@example.com\x00", "a\x00@example.com", "a\u200b@example.com", "a\u00a0b@example.com",
		"a@[127.0.0.1]", "a@127.0.0.1", "a@-example.com", "a@example-.com", "a@exa_mple.com", "a@example.com/x", "a@example.123",
		strings.Repeat("a", 65) + "@example.com", fill + strings.Repeat("c", 255-len(fill)), strings.Repeat("a", 400) + "@example.com",
		"a@" + strings.Repeat("b", 64) + ".com",
		"jörg@example.de", "用户@example.com", "раураl@example.com", // no server we could count on takes these
		"a@xn--a.example", "a@xn--0.example", "a@ex\u00adample.\u200d", "a@ab--c.example", "a@ex\u200dample.com",
		"=?utf-8?q?admin?=@example.com", "evil.com!u@example.com", "x!y%z@example.com", "u%evil.com@example.com", "u`id`@example.com",
	} {
		response := try(typed)
		if response.Status != 422 || response.Problem(t).Messages()["body.email"] == "" {
			t.Errorf("%q = %d %s, want 422 for body.email", typed, response.Status, response.Body)
		}
	}
}

func TestUsernameForms(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	n := 0
	try := func(username string) testkit.Response {
		n++
		return svc.Do(t, registration(fmt.Sprintf("user%d@example.com", n), username, testkit.Password))
	}
	for typed, stored := range map[string]string{
		"abc": "abc", "John.Doe_1-x": "John.Doe_1-x", "...": "...", "123": "123", strings.Repeat("a", 50): strings.Repeat("a", 50),
	} {
		response := try(typed)
		var user struct{ Username string }
		response.JSON(t, &user)
		if response.Status != 201 || user.Username != stored {
			t.Errorf("%q = %d %s, want it stored as %q", typed, response.Status, response.Body, stored)
		}
	}
	for _, typed := range []string{
		"", "ab", strings.Repeat("a", 51), strings.Repeat("a", 400), "user@example.com", "two words", "new\nline", "nul\x00l", "tab\tbed", " ada", "ada ", "ada\n",
		"jörg", "раураl", "a\u200bbc", "<script>", "semi;colon", "a'b", `a"b`, "a/b", "a%00b", "ａｂｃ",
	} {
		response := try(typed)
		if response.Status != 422 || response.Problem(t).Messages()["body.username"] == "" {
			t.Errorf("%q = %d %s, want 422 for body.username", typed, response.Status, response.Body)
		}
	}
}

// schema is of the OpenAPI document.
type schema struct {
	Type                 any
	Format, Pattern      string
	MinLength, MaxLength int
	Required             []string
	Properties           map[string]schema
}

// What is refused is told, so that a client can refuse it first.
func TestDocumentTellsTheRulesOfFields(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	var document struct {
		Components struct{ Schemas map[string]schema }
	}
	text, err := json.Marshal(svc.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	body := func(name string) map[string]schema { return document.Components.Schemas[name+"Request"].Properties }
	nullable := []any{"string", "null"}
	email, password := schema{Type: "string", Format: "email", MaxLength: 254}, schema{Type: "string", Format: "password", MinLength: 8, MaxLength: 72}
	username := schema{Type: "string", Pattern: "^[A-Za-z0-9._-]{3,50}$", MinLength: 3, MaxLength: 50}
	t.Run("token: form", func(t *testing.T) {
		form := document.Components.Schemas["TokenForm"]
		if !reflect.DeepEqual(form.Required, []string{"username", "password"}) || form.Properties["password"].Format != "password" {
			t.Errorf("the document tells %+v", form)
		}
	})
	for name, tt := range map[string]struct{ got, want schema }{
		"register: email":           {body("Register")["email"], email},
		"register: username":        {body("Register")["username"], username},
		"register: password":        {body("Register")["password"], password},
		"change-password: password": {body("ChangePassword")["new_password"], password},
		"login: name or e-mail":     {body("Login")["username"], schema{Type: "string"}},
		"update-me: email":          {body("UpdateMe")["email"], schema{Type: nullable, Format: email.Format, MaxLength: email.MaxLength}},
		"update-user: flags":        {body("UpdateUser")["is_active"], schema{Type: []any{"boolean", "null"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if !reflect.DeepEqual(tt.got, tt.want) {
				t.Errorf("the document tells %+v, want %+v", tt.got, tt.want)
			}
		})
	}
}

// Where registration is closed, operators still create users.
func TestRegistrationIsClosed(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.RegistrationEnabled = false }})
	for name, request := range map[string]testkit.Request{
		"good":          registration("john@example.com", "johndoe", testkit.Password),
		"with a fault":  registration("john", "j", ""),
		"taken address": registration("admin@example.com", "johndoe", testkit.Password),
	} {
		svc.Run(t, []testkit.Scenario{{Name: name, Request: request, Status: 403, Detail: "Registration is closed"}})
	}
	created, err := svc.Auth.CreateUser(t.Context(), auth.Registration{Email: "john@example.com", Username: "johndoe", Password: testkit.Password}, false)
	if err != nil || created.IsSuperuser {
		t.Errorf("CreateUser = %+v, %v", created, err)
	}
	svc.Login(t, "johndoe")
}

// Whom an operator creates has nothing to confirm.
func TestUsersOfAnOperatorAreVerified(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	_, err := svc.Auth.CreateUser(t.Context(), auth.Registration{Email: "john@example.com", Username: "johndoe", Password: testkit.Password}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"boss", "johndoe"} {
		svc.Run(t, []testkit.Scenario{{Name: name, Request: svc.WhoAmI(svc.Login(t, name)),
			Status: 200, Want: []string{`"is_verified":true`}}})
	}
	if sent := svc.Mails(t).Deliver(t); len(sent) != 0 {
		t.Errorf("sent %+v", sent)
	}
}

// However its domain is spelled, an address is one: nobody registers it twice,
// and its user logs in with each spelling.
func TestSpellingsOfADomainAreOneAddress(t *testing.T) {
	spellings := []string{"jo@bücher.example", "jo@BÜCHER.example", "JO@xn--bcher-kva.example", "jo@bu\u0308cher.example", "jo@bücher。example"}
	for _, first := range spellings {
		svc := testkit.New(t, testkit.Options{Configure: unlimited})
		svc.Expect(t, 201, registration(first, "johndoe", testkit.Password))
		for _, spelling := range spellings {
			svc.Run(t, []testkit.Scenario{
				{Name: "register " + spelling, Request: registration(spelling, "other", testkit.Password), Status: 409, Detail: "Email already registered"},
			})
			if svc.TryLogin(t, spelling, testkit.Password) == "" {
				t.Errorf("registered as %s, %s is refused", first, spelling)
			}
		}
		login := func(spelling, password string) error {
			_, err := svc.Auth.Login(t.Context(), client.Client{Addr: netip.MustParseAddr(home)}, spelling, password)
			return err
		}
		for _, spelling := range spellings {
			if err := login(spelling, "wrong password"); !errors.Is(err, auth.ErrInvalidCredentials) {
				t.Errorf("a wrong password of %s: %v", spelling, err)
			}
		}
		for _, spelling := range spellings {
			if err := login(spelling, testkit.Password); err == nil || err.Error() != locked {
				t.Errorf("%s after failures with each spelling: %v", spelling, err)
			}
		}
	}
}

// An address that was stored before domains had one form still is its user's,
// and is brought to that form by a log-in.
func TestAddressesOfBeforeAreBroughtOver(t *testing.T) {
	for _, spelling := range []string{"jo@bücher.example", "jo@xn--bcher-kva.example"} {
		svc := testkit.New(t, testkit.Options{})
		svc.Expect(t, 201, registration("jo@bücher.example", "johndoe", testkit.Password))
		if _, err := svc.SQL().Exec(`UPDATE users SET email = 'jo@bücher.example'`); err != nil {
			t.Fatal(err)
		}
		svc.Run(t, []testkit.Scenario{
			{Name: "register", Request: registration(spelling, "other", testkit.Password), Status: 409, Detail: "Email already registered"},
		})
		if svc.TryLogin(t, spelling, testkit.Password) == "" {
			t.Errorf("%s is refused", spelling)
		}
		var stored string
		if err := svc.SQL().QueryRow(`SELECT email FROM users`).Scan(&stored); err != nil || stored != "jo@xn--bcher-kva.example" {
			t.Errorf("%s: the address is stored as %q, %v", spelling, stored, err)
		}
	}
}

// Nobody takes a name that speaks for the service; operators hand them out.
func TestReservedUsernames(t *testing.T) {
	svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.ReservedUsernames = []string{"wonder"} }})
	svc.Superuser(t, "admin")
	john := svc.Register(t, "johndoe")
	for _, name := range []string{"root", "Support", "POSTMASTER", "no-reply", "admin_", "wonder", "Wonder"} {
		svc.Run(t, []testkit.Scenario{
			{Name: "register " + name, Request: registration("other@example.com", name, testkit.Password), Status: 422,
				Messages: map[string]string{"body.username": "Username is reserved"}},
			{Name: "rename to " + name, Request: putMe(svc.Login(t, "johndoe"), map[string]string{"username": name}), Status: 422,
				Messages: map[string]string{"body.username": "Username is reserved"}},
		})
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "a longer name", Request: registration("other@example.com", "rooted", testkit.Password), Status: 201},
		{Name: "by a superuser", Request: update(john.ID, svc.Login(t, "admin"), map[string]any{"username": "support"}), Status: 200},
	})
}

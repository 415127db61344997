package authhttp_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"example.com/myapi/internal/testkit"
)

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
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			}
		}
		Components struct{ Schemas map[string]schema }
	}
	text, err := json.Marshal(svc.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	body := func(name string) map[string]schema { return document.Components.Schemas[name+"InputBody"].Properties }
	nullable := []any{"string", "null"}
	email, password := schema{Type: "string", Format: "email", MaxLength: 254}, schema{Type: "string", Format: "password", MinLength: 8, MaxLength: 72}
	username := schema{Type: "string", Pattern: "^[A-Za-z0-9._-]{3,50}$", MinLength: 3, MaxLength: 50}
	form := document.Paths["/api/v1/auth/token"]["post"].RequestBody.Content["application/x-www-form-urlencoded"].Schema
	if !reflect.DeepEqual(form.Required, []string{"username", "password"}) || form.Properties["password"].Format != "password" {
		t.Errorf("the form is %+v", form)
	}
	for name, tt := range map[string]struct{ got, want schema }{
		"email":           {body("Register")["email"], email},
		"username":        {body("Register")["username"], username},
		"password":        {body("Register")["password"], password},
		"new password":    {body("ChangePassword")["new_password"], password},
		"name or e-mail":  {body("Login")["username"], schema{Type: "string"}},
		"other email":     {body("UpdateMe")["email"], schema{Type: nullable, Format: email.Format, MaxLength: email.MaxLength}},
		"another's flags": {body("UpdateUser")["is_active"], schema{Type: []any{"boolean", "null"}}},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: the document tells %+v, want %+v", name, tt.got, tt.want)
		}
	}
}

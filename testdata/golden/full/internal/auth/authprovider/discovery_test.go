package authprovider_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/auth/authprovider"
	"example.com/myapi/internal/testkit"
)

// What a provider says of itself must be about the one that was meant, and lead to
// addresses with TLS.
func TestFaultyDiscovery(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(document map[string]any) { document[name] = value }
	}
	for what, bend := range map[string]func(map[string]any){
		"another issuer":           set("issuer", "https://evil.example"),
		"its issuer with a slash":  set("issuer", testkit.OIDCIssuer+"/"),
		"its issuer in capitals":   set("issuer", strings.ToUpper(testkit.OIDCIssuer)),
		"no issuer":                set("issuer", nil),
		"a log-in without TLS":     set("authorization_endpoint", "http://login.example.com/authorize"),
		"a log-in by script":       set("authorization_endpoint", "javascript:alert(1)"),
		"tokens without TLS":       set("token_endpoint", "http://login.example.com/token"),
		"tokens on this machine":   set("token_endpoint", "http://127.0.0.1/token"),
		"no place for tokens":      set("token_endpoint", ""),
		"keys without TLS":         set("jwks_uri", "http://login.example.com/keys"),
		"keys in a file":           set("jwks_uri", "file:///etc/passwd"),
		"no keys":                  set("jwks_uri", nil),
		"algorithms of secrets":    set("id_token_signing_alg_values_supported", []string{"HS256", "none"}),
		"no algorithms":            set("id_token_signing_alg_values_supported", nil),
		"a secret in no known way": set("token_endpoint_auth_methods_supported", []string{"private_key_jwt", "tls_client_auth"}),
		"a number for an address":  set("token_endpoint", 1),
	} {
		a := providers(t)
		a.Discovery = bend
		p := a.provider(t, "oidc")
		if address, err := p.AuthURL(t.Context(), auth.AuthRequest{}); !errors.Is(err, auth.ErrProviderUnavailable) || address != "" {
			t.Errorf("%s: %s, %v", what, address, err)
		}
		if _, err := p.NamesIssuer(t.Context()); !errors.Is(err, auth.ErrProviderUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
		if a.Calls("token")+a.Calls("keys")+a.Calls("elsewhere") > 0 {
			t.Errorf("%s: more was asked", what)
		}
		// What failed is not kept.
		a.Discovery = nil
		if who, err := a.login(t, p); err != nil || who.Subject == "" {
			t.Errorf("%s, mended: %+v, %v", what, who, err)
		}
	}
}

// A secret goes where the provider wants it: in the body, if the header is not offered.
func TestProofOfTheClient(t *testing.T) {
	for _, methods := range [][]string{nil, {"client_secret_basic"}, {"client_secret_post", "client_secret_basic"}, {"client_secret_post"}} {
		a := providers(t)
		a.Discovery = func(document map[string]any) { document["token_endpoint_auth_methods_supported"] = methods }
		inBody := false
		a.Answers["token"] = func(_ http.ResponseWriter, r *http.Request) {
			inBody = r.PostFormValue("client_secret") == "oidc secret%" && r.Header.Get("Authorization") == ""
		}
		_ = a.refuses(t, strings.Join(methods, " "), a.provider(t, "oidc"), auth.ErrProviderUnavailable)
		if want := len(methods) == 1 && methods[0] == "client_secret_post"; inBody != want || a.Calls("token") != 1 {
			t.Errorf("%v: in the body: %t, %d requests", methods, inBody, a.Calls("token"))
		}
	}
}

// Many that come at a time ask once, and what was learned is kept for a day.
func TestDiscoveryIsKept(t *testing.T) {
	a := providers(t)
	now := time.Now()
	p := a.ours(func() time.Time { return now })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := p.AuthURL(t.Context(), auth.AuthRequest{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	now = now.Add(24*time.Hour - time.Second)
	if _, err := a.login(t, p); err != nil || a.Calls("discovery") != 1 {
		t.Errorf("asked %d times, %v", a.Calls("discovery"), err)
	}
	now = now.Add(time.Second)
	if _, err := a.login(t, p); err != nil || a.Calls("discovery") != 2 {
		t.Errorf("after a day asked %d times, %v", a.Calls("discovery"), err)
	}
}

// Answers that are too long, lead elsewhere, are pages or don't come.
func TestAnswersOfProviders(t *testing.T) {
	long := append([]byte(`{"a": "`), bytes.Repeat([]byte("a"), 10<<20)...)
	long = append(long, `"}`...)
	answers := map[string]http.HandlerFunc{
		"10 MB": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(long)
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://127.0.0.1/elsewhere", http.StatusTemporaryRedirect)
		},
		"to another page of it": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		},
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html><title>Log in to this network</title>"))
		},
		"an error":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hunter2", http.StatusInternalServerError) },
		"too often": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hunter2", http.StatusTooManyRequests) },
		"nothing":   func(http.ResponseWriter, *http.Request) {},
		"true":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("true")) },
	}
	for _, name := range []string{"discovery", "keys", "token", "userinfo", "user", "emails"} {
		provider := "oidc"
		if name == "user" || name == "emails" {
			provider = "github"
		}
		for what, answer := range answers {
			a := providers(t)
			a.Answers[name] = answer
			if name == "userinfo" {
				a.User.Email = ""
			}
			p := a.provider(t, provider)
			if name == "discovery" {
				if _, err := p.AuthURL(t.Context(), auth.AuthRequest{}); !errors.Is(err, auth.ErrProviderUnavailable) || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			} else if err := a.refuses(t, name+", "+what, p, auth.ErrProviderUnavailable); err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s, %s: the answer is repeated: %v", name, what, err)
			}
			if n := a.Calls("elsewhere"); n > 0 {
				t.Errorf("%s, %s: %d requests went elsewhere", name, what, n)
			}
		}
	}
}

// A provider that hangs holds nobody longer than they have time.
func TestProvidersThatHang(t *testing.T) {
	a := providers(t)
	a.Answers["discovery"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	p := a.provider(t, "google")
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := p.AuthURL(ctx, auth.AuthRequest{}); !errors.Is(err, auth.ErrProviderUnavailable) {
				t.Error(err)
			}
		})
	}
	for a.Calls("discovery") == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	all.Wait()
	delete(a.Answers, "discovery")
	if _, err := a.login(t, p); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Without TLS only providers of this machine are asked, and only in development.
func TestProvidersWithoutTLS(t *testing.T) {
	for issuer, loopback := range map[string]bool{
		"http://127.0.0.1:9000": true, "http://localhost:9000": true, "http://[::1]:9000": true,
		"http://login.example.com": false, "http://10.0.0.1": false, "http://localhost.example.com": false, "ftp://127.0.0.1": false, "": false,
	} {
		for _, development := range []bool{true, false} {
			asked := false
			web := authprovider.Web{Loopback: development, Transport: roundTripper(func(*http.Request) (*http.Response, error) {
				asked = true
				return nil, errors.New("asked")
			})}
			p := authprovider.NewOIDC(authprovider.Other{Issuer: issuer}, web)
			if _, err := p.AuthURL(t.Context(), auth.AuthRequest{}); !errors.Is(err, auth.ErrProviderUnavailable) || asked != (loopback && development) {
				t.Errorf("%s, development %t: asked %t, %v", issuer, development, asked, err)
			}
		}
	}
}

package authhttp_test

import (
	"crypto/rand"
	"database/sql"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/myapi/internal/auth"
	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// expectExpired sends an answer that must not be taken, and looks at the page.
func expectExpired(t *testing.T, svc *testkit.Service, what string, request testkit.Request) {
	t.Helper()
	response := svc.Do(t, request)
	if response.Status != http.StatusBadRequest || !strings.Contains(response.Body, "This log-in has expired. Start again.") ||
		response.Header.Get("Location") != "" || response.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s = %d %v\n%s", what, response.Status, response.Header, response.Body)
	}
}

// without is a request without a parameter.
func without(answer testkit.ProviderAnswer, name string) testkit.ProviderAnswer {
	answer.Params = url.Values(http.Header(answer.Params).Clone())
	answer.Params.Del(name)
	return answer
}

func with(answer testkit.ProviderAnswer, name, value string) testkit.ProviderAnswer {
	answer = without(answer, name)
	answer.Params.Set(name, value)
	return answer
}

// Only the browser that began comes back, and nobody else uses its log-in up.
func TestProviderAnswersBelongToTheirBrowser(t *testing.T) {
	for _, name := range []string{"google", "apple"} {
		t.Run(name, func(t *testing.T) {
			svc, provider := testkit.WithProvider(t)
			trip, other := svc.Start(t, name), svc.Start(t, name)
			answer := provider.Login(t, trip.Location)
			expectExpired(t, svc, "without a cookie", answer.Request())
			stolen := answer.Request()
			stolen.Header = http.Header{"Cookie": {other.Cookie.Name + "=" + other.Cookie.Value}}
			expectExpired(t, svc, "with the cookie of another log-in", stolen)
			renamed := answer.Request()
			renamed.Header = http.Header{"Cookie": {trip.Cookie.Name + "=" + other.Cookie.Value}}
			expectExpired(t, svc, "with the cookie of another log-in under its name", renamed)
			empty := answer.Request()
			empty.Header = http.Header{"Cookie": {trip.Cookie.Name + "="}}
			expectExpired(t, svc, "with an empty cookie", empty)
			twice := trip.Back(answer)
			twice.Header.Set("Cookie", trip.Cookie.Name+"="+trip.Cookie.Value+"; "+trip.Cookie.Name+"="+other.Cookie.Value)
			expectExpired(t, svc, "with two cookies of the name", twice)
			expectExpired(t, svc, "without state", trip.Back(without(answer, "state")))
			expectExpired(t, svc, "with an empty state", trip.Back(with(answer, "state", "")))
			expectExpired(t, svc, "with the state of another log-in", trip.Back(with(answer, "state", stateOf(t, other))))
			expectExpired(t, svc, "with a state that nobody has made", trip.Back(with(answer, "state", stateOf(t, trip)[:8]+strings.Repeat("A", 35))))
			expectExpired(t, svc, "with a long state", trip.Back(with(answer, "state", strings.Repeat("A", 10_000))))
			if n := provider.Calls("token"); n != 0 {
				t.Errorf("the provider was asked %d times", n)
			}
			back := svc.Expect(t, http.StatusSeeOther, trip.Back(answer))
			if cleared := back.Header.Get("Set-Cookie"); !strings.HasPrefix(cleared, trip.Cookie.Name+"=; ") || !strings.Contains(cleared, "Max-Age=0") {
				t.Errorf("the cookie is not taken back: %s", cleared)
			}
			expectExpired(t, svc, "a second time", trip.Back(answer))
			if n := provider.Calls("token"); n != 1 {
				t.Errorf("the provider was asked %d times", n)
			}
		})
	}
}

// Of several answers at the same time, one counts.
func TestParallelProviderAnswers(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	trip := svc.Start(t, "google")
	request := trip.Back(provider.Login(t, trip.Location))
	var all sync.WaitGroup
	statuses := make([]int, 10)
	for i := range statuses {
		all.Go(func() { statuses[i] = svc.Do(t, request).Status })
	}
	all.Wait()
	taken := 0
	for _, status := range statuses {
		if status == http.StatusSeeOther {
			taken++
		} else if status != http.StatusBadRequest {
			t.Errorf("status %d", status)
		}
	}
	if taken != 1 || provider.Calls("token") != 1 {
		t.Errorf("%d answers are taken, the provider was asked %d times", taken, provider.Calls("token"))
	}
}

func TestProviderAnswersExpire(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	in, late := svc.Start(t, "google"), svc.Start(t, "google")
	svc.Clock.Advance(auth.FlowLifetime - time.Second)
	svc.Expect(t, http.StatusSeeOther, in.Back(provider.Login(t, in.Location)))
	svc.Clock.Advance(time.Second)
	expectExpired(t, svc, "after ten minutes", late.Back(provider.Login(t, late.Location)))
}

// A provider that is not the one of the log-in gets neither the code of another, nor
// can it pass its own off (mix-up, RFC 9700 §4.4).
func TestProvidersAreNotMixedUp(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	at := func(request testkit.Request, name string) testkit.Request {
		request.Path = strings.Replace(request.Path, "/oauth/google/", "/oauth/"+name+"/", 1)
		return request
	}
	for _, name := range []string{"github", "oidc"} {
		trip := svc.Start(t, "google")
		request := trip.Back(provider.Login(t, trip.Location))
		expectExpired(t, svc, "at the callback of "+name, at(request, name))
		expectExpired(t, svc, "at its own one after that", request)
	}
	trip := svc.Start(t, "google")
	svc.Expect(t, http.StatusNotFound, at(trip.Back(provider.Login(t, trip.Location)), "evil"))
	for what, issuer := range map[string]string{
		"another provider": testkit.OIDCIssuer, "a slash at the end": "https://accounts.google.com/", "upper case": "https://Accounts.Google.com", "no scheme": "accounts.google.com",
	} {
		trip := svc.Start(t, "google")
		response := svc.Expect(t, http.StatusSeeOther, trip.Back(with(provider.Login(t, trip.Location), "iss", issuer)))
		if location := response.Header.Get("Location"); location != testkit.ReturnURL+"#error=provider_error" {
			t.Errorf("iss is %s: the browser is sent to %s", what, location)
		}
	}
	// This one says that it always names itself (RFC 9207 §3).
	silent := svc.Start(t, "oidc")
	response := svc.Expect(t, http.StatusSeeOther, silent.Back(without(provider.Login(t, silent.Location), "iss")))
	if location := response.Header.Get("Location"); location != testkit.ReturnURL+"#error=provider_error" {
		t.Errorf("without iss, the browser is sent to %s", location)
	}
	if n := provider.Calls("token"); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

// A form comes only from a provider that sends forms, and a link only from others.
func TestFormsOfProviders(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	google, apple := svc.Start(t, "google"), svc.Start(t, "apple")
	posted := provider.Login(t, google.Location)
	posted.Form = true
	expectExpired(t, svc, "a form of Google", google.Back(posted))
	linked := provider.Login(t, apple.Location)
	linked.Form = false
	expectExpired(t, svc, "a link of Apple", apple.Back(linked))
	for _, name := range []string{"state", "code", "user"} {
		trip := svc.Start(t, "apple")
		twice := with(provider.Login(t, trip.Location), "user", "{}")
		twice.Params.Add(name, twice.Params.Get(name))
		expectExpired(t, svc, name+" twice", trip.Back(twice))
	}
	trip := svc.Start(t, "apple")
	foreign := trip.Back(provider.Login(t, trip.Location))
	foreign.Header.Set("Origin", "https://appleid.apple.com")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	svc.Expect(t, http.StatusSeeOther, foreign)
}

// A code of the provider from somebody else's log-in is worth nothing in mine: it
// belongs to their verifier (code injection, RFC 9700 §4.5), and its nonce to them.
func TestInjectedProviderCodes(t *testing.T) {
	for _, name := range []string{"google", "github", "apple", "oidc"} {
		svc, provider := testkit.WithProvider(t)
		mine, theirs := svc.Start(t, name), svc.Start(t, name)
		stolen := provider.Login(t, theirs.Location).Params.Get("code")
		answer := with(provider.Login(t, mine.Location), "code", stolen)
		response := svc.Expect(t, http.StatusSeeOther, mine.Back(answer))
		if location := response.Header.Get("Location"); location != testkit.ReturnURL+"#error=provider_error" {
			t.Errorf("%s: the browser is sent to %s", name, location)
		}
	}
}

// What a provider says without proof, or answers in another way, logs nobody in.
func TestProviderAnswersThatProveNothing(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	expectRefused := func(what string) {
		t.Helper()
		trip := svc.Start(t, "google")
		response := svc.Expect(t, http.StatusSeeOther, trip.Back(provider.Login(t, trip.Location)))
		if location := response.Header.Get("Location"); location != testkit.ReturnURL+"#error=provider_error" {
			t.Errorf("%s: the browser is sent to %s", what, location)
		}
	}
	for what, bend := range map[string]func(map[string]any){
		"another nonce":  func(c map[string]any) { c["nonce"] = rand.Text() },
		"no nonce":       func(c map[string]any) { delete(c, "nonce") },
		"another issuer": func(c map[string]any) { c["iss"] = testkit.OIDCIssuer },
		"another client": func(c map[string]any) { c["aud"] = "another" },
		"no subject":     func(c map[string]any) { delete(c, "sub") },
		"expired":        func(c map[string]any) { c["exp"] = 1 },
	} {
		provider.Bend = bend
		expectRefused(what)
	}
	provider.Bend = nil
	for what, answer := range map[string]http.HandlerFunc{
		"HTML": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1/", http.StatusTemporaryRedirect)
		},
		"10 MB":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 10<<20)) },
		"an error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		provider.Answers["token"] = answer
		expectRefused(what)
	}
	delete(provider.Answers, "token")
	if n := countRows(t, svc, "users"); n != 0 {
		t.Errorf("%d accounts were made", n)
	}
	if len(svc.Log.Lines(t, "event", "authn_provider_fail")) != 10 {
		t.Error("the log does not have them all")
	}
}

// Our code is good once, for a minute, and for whoever has its verifier.
func TestCodesAreGoodOnce(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	refused := func(what string, body map[string]string) {
		t.Helper()
		response := svc.Expect(t, http.StatusUnauthorized, testkit.ExchangeRequest(body))
		if detail := response.Problem(t).Detail; detail != "Invalid or expired token" {
			t.Errorf("%s: %s", what, detail)
		}
	}
	named := svc.Named(t, provider, "google")
	svc.Expect(t, http.StatusOK, testkit.ExchangeRequest(named))
	refused("a second time", named)

	for what, wrong := range map[string]func(right string) string{
		"another verifier":  func(string) string { return rand.Text() + rand.Text() },
		"an empty verifier": func(string) string { return "" },
		"the challenge":     testkit.Challenge,
		"more than it":      func(right string) string { return right + "=" },
	} {
		body := svc.Named(t, provider, "google")
		right := body["code_verifier"]
		body["code_verifier"] = wrong(right)
		refused(what, body)
		body["code_verifier"] = right
		refused("the right verifier after "+what, body)
	}
	svc.Expect(t, http.StatusUnprocessableEntity, testkit.ExchangeRequest(map[string]string{"code": svc.Named(t, provider, "google")["code"]}))

	in, late := svc.Named(t, provider, "google"), svc.Named(t, provider, "google")
	svc.Clock.Advance(59 * time.Second)
	svc.Expect(t, http.StatusOK, testkit.ExchangeRequest(in))
	svc.Clock.Advance(time.Second)
	refused("after a minute", late)

	body := svc.Named(t, provider, "google")
	if svc.Alive(t, body["code"]) {
		t.Error("a code is good as an access token")
	}
	if svc.Refresh(t, body["code"]).Access != "" {
		t.Error("a code is good as a refresh token")
	}
	trip := svc.Start(t, "google")
	refused("a state in place of a code", map[string]string{"code": stateOf(t, trip), "code_verifier": trip.Verifier})
	refused("an empty code", map[string]string{"code": "", "code_verifier": trip.Verifier})
	svc.Expect(t, http.StatusOK, testkit.ExchangeRequest(body))
}

// A client that began can't take a code that another one's browser brought back.
func TestCodesOfOtherClients(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.LoginWith(t, provider, "google")
	attacker, victim := svc.Start(t, "google"), svc.Named(t, provider, "google")
	victim["code_verifier"] = attacker.Verifier
	svc.Expect(t, http.StatusUnauthorized, testkit.ExchangeRequest(victim))
	user := svc.Register(t, "johndoe")
	svc.Verify(t, svc.Mails(t), user)
	stolen := svc.Named(t, provider, "google")
	stolen["code_verifier"] = attacker.Verifier
	svc.Expect(t, http.StatusUnauthorized, testkit.LinkRequest(svc.Login(t, "johndoe"), stolen))
	if n := countRows(t, svc, "user_identities WHERE user_id = "+strconv.FormatInt(user.ID, 10)); n != 0 {
		t.Error("an identity was linked")
	}
}

// A code is spent once for both of its uses.
func TestParallelUsesOfOneCode(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	svc.LoginWith(t, provider, "google")
	user := svc.Register(t, "johndoe")
	svc.Verify(t, svc.Mails(t), user)
	access := svc.Login(t, "johndoe")
	provider.User.Subject = "55555"
	provider.User.Email = "new@example.com"
	named := svc.Named(t, provider, "google")
	var all sync.WaitGroup
	statuses := make([]int, 10)
	for i := range statuses {
		request := testkit.ExchangeRequest(named)
		if i%2 == 1 {
			request = testkit.LinkRequest(access, named)
		}
		all.Go(func() { statuses[i] = svc.Do(t, request).Status })
	}
	all.Wait()
	good := 0
	for _, status := range statuses {
		if status < 300 {
			good++
		} else if status != http.StatusUnauthorized {
			t.Errorf("status %d", status)
		}
	}
	if good != 1 {
		t.Errorf("the code was taken %d times: %v", good, statuses)
	}
}

// Linking CSRF: a page sends the browser of somebody who is logged in to a provider, with
// the challenge of the attacker, who is logged in there. Nothing follows from that.
func TestLinkingCSRF(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	victim := svc.Register(t, "johndoe")
	svc.Verify(t, svc.Mails(t), victim)
	access := svc.Login(t, "johndoe")
	users := countRows(t, svc, "users")
	trip := svc.Start(t, "google") // The verifier is the attacker's.
	request := trip.Back(provider.Login(t, trip.Location))
	request.Token = access
	response := svc.Expect(t, http.StatusSeeOther, request)
	if providersOf(t, svc, access) != "" || countRows(t, svc, "users") != users || countRows(t, svc, "user_identities") != 0 {
		t.Error("a navigation has changed something")
	}
	// The victim's page has the code, and no verifier.
	_, code, _ := strings.Cut(response.Header.Get("Location"), "#code=")
	svc.Expect(t, http.StatusUnauthorized, testkit.LinkRequest(access, map[string]string{"code": code, "code_verifier": rand.Text() + rand.Text()}))
	if providersOf(t, svc, access) != "" {
		t.Error("the attacker's identity is linked")
	}
}

// Twenty first log-ins of one person at the same time make one account, and a session
// each.
func TestParallelFirstLogins(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	const logins = 20
	var named [logins]map[string]string
	for i := range named {
		named[i] = svc.Named(t, provider, "google")
	}
	var all sync.WaitGroup
	var access [logins]string
	for i := range named {
		all.Go(func() {
			response := svc.Do(t, testkit.ExchangeRequest(named[i]))
			if response.Status != http.StatusOK {
				t.Errorf("a log-in = %d %s", response.Status, response.Body)
				return
			}
			var tokens testkit.Tokens
			response.JSON(t, &tokens)
			access[i] = tokens.Access
		})
	}
	all.Wait()
	for _, token := range access {
		if !svc.Alive(t, token) {
			t.Error("a session is not alive")
		}
	}
	if users, links := countRows(t, svc, "users"), countRows(t, svc, "user_identities"); users != 1 || links != 1 {
		t.Errorf("there are %d users with %d identities", users, links)
	}
}

// Two providers name the same new person at the same time: one makes the account, and
// the other has to be linked.
func TestParallelFirstLoginsOfTwoProviders(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	named := []map[string]string{svc.Named(t, provider, "google"), svc.Named(t, provider, "github")}
	var all sync.WaitGroup
	statuses := make([]int, len(named))
	for i := range named {
		all.Go(func() { statuses[i] = svc.Do(t, testkit.ExchangeRequest(named[i])).Status })
	}
	all.Wait()
	if statuses[0]+statuses[1] != http.StatusOK+http.StatusConflict {
		t.Errorf("the log-ins = %v", statuses)
	}
	if users, links := countRows(t, svc, "users"), countRows(t, svc, "user_identities"); users != 1 || links != 1 {
		t.Errorf("there are %d users with %d identities", users, links)
	}
}

// Neither what a provider gives out nor what we do is in the database or the log.
func TestProviderLoginsLeaveNoSecrets(t *testing.T) {
	svc, provider := testkit.WithProvider(t)
	var secrets []string
	for _, name := range []string{"google", "github", "apple", "oidc"} {
		provider.User.Email = name + "@example.com"
		trip := svc.Start(t, name)
		code := svc.Code(t, provider, trip)
		var tokens testkit.Tokens
		svc.Expect(t, http.StatusOK, testkit.ExchangeRequest(map[string]string{"code": code, "code_verifier": trip.Verifier})).JSON(t, &tokens)
		secrets = append(secrets, code, trip.Verifier, trip.Cookie.Value, stateOf(t, trip), tokens.Access, tokens.Refresh)
	}
	secrets = append(secrets, provider.Secrets()...)
	stored := dump(t, svc, "oauth_flows") + dump(t, svc, "user_identities") + dump(t, svc, "users") + dump(t, svc, "tokens")
	log := svc.Log.String()
	for _, secret := range secrets {
		if strings.Contains(stored, secret) {
			t.Errorf("the database has %.20s…", secret)
		}
		if strings.Contains(log, secret) {
			t.Errorf("the log has %.20s…", secret)
		}
	}
}

// dump is all that a table has.
func dump(t *testing.T, svc *testkit.Service, table string) string {
	t.Helper()
	rows, err := svc.SQL().Query(`SELECT * FROM ` + table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			text.Write(*value.(*sql.RawBytes))
			text.WriteByte('\n')
		}
	}
	if err := rows.Err(); err != nil || text.Len() == 0 {
		t.Fatalf("%s has %d bytes, %v", table, text.Len(), err)
	}
	return text.String()
}

// The document tells a browser's way as it is.
func TestDocumentOfProviderLogins(t *testing.T) {
	svc, _ := testkit.WithProvider(t)
	paths := svc.OpenAPI().Paths
	start, callback := paths["/api/v1/auth/oauth/{provider}/start"].Get, paths["/api/v1/auth/oauth/{provider}/callback"]
	for what, told := range map[string]bool{
		"start sends the browser on":      start.Responses["302"] != nil && start.Responses["302"].Headers["Location"] != nil && start.Responses["200"] == nil,
		"start may find a provider away":  start.Responses["503"] != nil,
		"start takes what it needs":       start.Responses["422"] != nil && start.Responses["404"] != nil && start.Responses["429"] != nil,
		"callback sends the browser on":   callback.Get.Responses["303"] != nil && len(callback.Get.Responses["303"].Content) == 0,
		"callback has a page":             callback.Get.Responses["400"].Content["text/html"] != nil,
		"the posted callback has a page":  callback.Post.Responses["400"].Content["text/html"] != nil,
		"the posted callback takes forms": callback.Post.RequestBody.Content["application/x-www-form-urlencoded"] != nil,
	} {
		if !told {
			t.Errorf("the document does not tell: %s", what)
		}
	}
}

// Without https, a cookie of another site's form can't be had, and the browser's own is
// the same: what development lacks is Secure alone.
func TestProviderLoginInDevelopment(t *testing.T) {
	svc, provider := testkit.WithProvider(t, func(s *settings.Settings) { s.Environment = settings.Development })
	svc.LoginWith(t, provider, "google")
}

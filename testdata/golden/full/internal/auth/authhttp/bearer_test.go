package authhttp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/myapi/internal/settings"
	"example.com/myapi/internal/testkit"
)

// object is the header or the claims of a token.
type object map[string]any

func decode(t *testing.T, part string) object {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	var o object
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func encode(t *testing.T, o object) string {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

var hashes = map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}

// forge changes a token and signs it with the service's own key: what an
// attacker could do at most. Without an algorithm the signature stays.
func forge(t *testing.T, token, algorithm string, edit func(header, claims object)) string {
	t.Helper()
	parts := strings.Split(token, ".")
	header, claims := decode(t, parts[0]), decode(t, parts[1])
	edit(header, claims)
	unsigned := encode(t, header) + "." + encode(t, claims)
	if algorithm == "" {
		return unsigned + "." + parts[2]
	}
	return sign(unsigned, algorithm)
}

func sign(unsigned, algorithm string) string {
	mac := hmac.New(hashes[algorithm], []byte(testkit.SecretKey))
	mac.Write([]byte(unsigned))
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestForgedTokens(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Superuser(t, "boss")
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	now := svc.Clock.Now().Unix()
	signed := func(edit func(header, claims object)) string { return forge(t, token, "HS256", edit) }
	setHeader := func(name string, value any) string { return signed(func(h, _ object) { h[name] = value }) }
	setClaim := func(name string, value any) string { return signed(func(_, c object) { c[name] = value }) }
	parts := strings.Split(token, ".")
	none := func(alg string) string {
		header := decode(t, parts[0])
		header["alg"] = alg
		return encode(t, header) + "." + parts[1] + "."
	}
	// The last character of a signature carries 4 bits that mean nothing.
	last := strings.IndexByte(alphabet, token[len(token)-1])
	attacks := map[string]string{
		"garbage": "x", "two dots": "..", "four parts": token + ".x", "no signature": parts[0] + "." + parts[1] + ".", "two parts": parts[0] + "." + parts[1],
		"alg none": none("none"), "alg None": none("None"), "alg nOnE": none("nOnE"), "alg empty": none(""), "alg RS256": none("RS256"),
		"edited claims":                forge(t, token, "", func(_, c object) { c["sub"] = "1" }),
		"edited header":                forge(t, token, "", func(h, _ object) { h["x"] = "1" }),
		"HS384 with the key":           forge(t, token, "HS384", func(h, _ object) { h["alg"] = "HS384" }),
		"HS512 with the key":           forge(t, token, "HS512", func(h, _ object) { h["alg"] = "HS512" }),
		"says HS512, is HS256":         setHeader("alg", "HS512"),
		"alg as a list":                setHeader("alg", []string{"HS256"}),
		"typ JWT":                      setHeader("typ", "JWT"),
		"no typ":                       signed(func(h, _ object) { delete(h, "typ") }),
		"other kid":                    setHeader("kid", "0123456789abcdef"),
		"kid as a path":                setHeader("kid", "../../dev/null"),
		"no kid":                       signed(func(h, _ object) { delete(h, "kid") }),
		"crit":                         setHeader("crit", []string{"exp"}),
		"crit, empty":                  setHeader("crit", []string{}),
		"crit, null":                   setHeader("crit", nil),
		"foreign issuer":               setClaim("iss", "somebody"),
		"foreign audience":             setClaim("aud", []string{"somebody"}),
		"another's id":                 setClaim("sub", "1"),
		"id of nobody":                 setClaim("sub", "999"),
		"id as SQL":                    setClaim("sub", "2 OR 1=1"),
		"id as a number":               setClaim("sub", 2),
		"other session":                setClaim("sid", "x"),
		"other jti":                    setClaim("jti", "x"),
		"issued in the future":         setClaim("iat", now+3600),
		"not before the future":        setClaim("nbf", now+3600),
		"claims null":                  parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte("null")) + "." + parts[2],
		"signature not canonical":      token[:len(token)-1] + string(alphabet[last^1]),
		"signature padded":             token + "=",
		"blank in the signature":       token[:len(token)-4] + " " + token[len(token)-4:],
		"signature in other case":      parts[0] + "." + parts[1] + "." + strings.ToLower(parts[2]),
		"5 KiB":                        setClaim("x", strings.Repeat("x", 5<<10)),
		"the stored hash in its place": strings.Repeat("a", 64),
	}
	for _, claim := range []string{"sub", "sid", "jti", "iat", "auth_time", "exp", "iss", "aud"} {
		attacks["without "+claim] = signed(func(_, c object) { delete(c, claim) })
		attacks[claim+" null"] = setClaim(claim, nil)
		attacks[claim+" in capitals"] = signed(func(_, c object) { c[strings.ToUpper(claim)] = c[claim]; delete(c, claim) })
		value, err := json.Marshal(decode(t, parts[1])[claim])
		if err != nil {
			t.Fatal(err)
		}
		once, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		twice := `{"` + claim + `":` + string(value) + "," + string(once[1:])
		attacks[claim+" twice"] = sign(parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte(twice)), "HS256")
	}
	for _, claim := range []string{"iat", "auth_time", "exp"} {
		attacks[claim+" as text"] = signed(func(_, c object) { c[claim] = strconv.FormatFloat(c[claim].(float64), 'f', 0, 64) })
	}
	var scenarios []testkit.Scenario
	for name, attack := range attacks {
		scenarios = append(scenarios, testkit.Scenario{Name: name, Request: svc.WhoAmI(attack), Status: 401, Detail: "Invalid token",
			Header: map[string]string{"WWW-Authenticate": `Bearer error="invalid_token", error_description="Invalid token"`}})
	}
	svc.Run(t, scenarios)
	// The same tools make good tokens, so the attacks fail for the right reason.
	for name, good := range map[string]string{
		"as it is":    token,
		"signed anew": signed(func(_, _ object) {}),
		"jku, x5u, jwk ignored": signed(func(h, _ object) {
			h["jku"], h["x5u"], h["jwk"] = "https://evil.example", "https://evil.example", object{"kty": "oct", "k": "AA"}
		}),
		"below 4 KiB":                setClaim("x", strings.Repeat("x", 2000)),
		"of a clock that goes ahead": setClaim("iat", now+10),
	} {
		if response := svc.Do(t, svc.WhoAmI(good)); response.Status != 200 || !strings.Contains(response.Body, "johndoe") {
			t.Errorf("%s = %d %s", name, response.Status, response.Body)
		}
	}
	// A token that has run out and is not ours is not ours first.
	svc.Clock.Advance(time.Hour)
	svc.Run(t, []testkit.Scenario{
		{Name: "expired", Request: svc.WhoAmI(token), Status: 401, Detail: "Token expired"},
		{Name: "expired and forged", Request: svc.WhoAmI(attacks["edited claims"]), Status: 401, Detail: "Invalid token"},
		{Name: "expired, with a later exp", Request: svc.WhoAmI(setClaim("exp", now+7200)), Status: 401, Detail: "Invalid token"},
	})
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func TestAccessTokenTellsLittle(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	parts := strings.Split(svc.Login(t, "johndoe"), ".")
	header, claims := encode(t, decode(t, parts[0])), decode(t, parts[1])
	if decoded := decode(t, header); decoded["alg"] != "HS256" || decoded["typ"] != "at+jwt" || len(decoded["kid"].(string)) != 16 || len(decoded) != 3 {
		t.Errorf("header is %v", decoded)
	}
	for _, name := range []string{"sub", "sid", "jti", "iat", "auth_time", "exp", "iss", "aud", "amr"} {
		if claims[name] == nil {
			t.Errorf("claims lack %s", name)
		}
	}
	if len(claims) != 9 || claims["sub"] != "1" || claims["exp"].(float64)-claims["iat"].(float64) != 1800 {
		t.Errorf("claims are %v", claims)
	}
	var stored string
	if err := svc.SQL().QueryRow(`SELECT token FROM tokens WHERE token_type = 'access'`).Scan(&stored); err != nil || stored == claims["jti"] || len(stored) != 64 {
		t.Errorf("stored is %q, %v; want a hash of the jti", stored, err)
	}
}

func TestAuthorizationHeader(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	token := svc.Login(t, "johndoe")
	send := func(values ...string) testkit.Request {
		request := svc.WhoAmI("")
		request.Header = http.Header{"Authorization": values}
		return request
	}
	inQuery, asCookie := svc.WhoAmI(""), svc.WhoAmI("")
	inQuery.Path += "?access_token=" + token
	asCookie.Header = http.Header{"Cookie": {"access_token=" + token}}
	const guest, invalid = "Not authenticated", "Invalid token"
	challenge := map[string]string{"WWW-Authenticate": "Bearer"}
	svc.Run(t, []testkit.Scenario{
		{Name: "Bearer", Request: send("Bearer " + token), Status: 200},
		{Name: "in lower case", Request: send("bearer " + token), Status: 200},
		{Name: "in upper case", Request: send("BEARER " + token), Status: 200},
		{Name: "two blanks", Request: send("Bearer  " + token), Status: 200},
		{Name: "none", Request: send(), Status: 401, Detail: guest, Header: challenge},
		{Name: "empty", Request: send(""), Status: 401, Detail: guest, Header: challenge},
		{Name: "only the scheme", Request: send("Bearer"), Status: 401, Detail: guest, Header: challenge},
		{Name: "empty token", Request: send("Bearer "), Status: 401, Detail: guest, Header: challenge},
		{Name: "Basic", Request: send("Basic " + token), Status: 401, Detail: guest, Header: challenge},
		{Name: "no scheme", Request: send(token), Status: 401, Detail: guest, Header: challenge},
		{Name: "two headers", Request: send("Bearer "+token, "Bearer "+token), Status: 401, Detail: guest, Header: challenge},
		{Name: "two headers, one bad", Request: send("Bearer "+token, "Basic x"), Status: 401, Detail: guest, Header: challenge},
		{Name: "two tokens", Request: send("Bearer " + token + ", Bearer " + token), Status: 401, Detail: invalid},
		{Name: "in the query", Request: inQuery, Status: 401, Detail: guest},
		{Name: "as a cookie", Request: asCookie, Status: 401, Detail: guest},
	})
}

// A token is verified once and then known. That must not show: at any time, a
// replica that knows tokens answers as one that has never seen them.
func TestKnownTokensAreJudgedAsNewOnes(t *testing.T) {
	knowing := testkit.New(t, testkit.Options{})
	knowing.Register(t, "johndoe")
	token := knowing.Login(t, "johndoe")
	now := knowing.Clock.Now().Unix()
	with := func(claim string, value any) string {
		return forge(t, token, "HS256", func(_, c object) { c[claim] = value })
	}
	dot := strings.LastIndexByte(token, '.')
	ended := knowing.Login(t, "johndoe")
	tokens := map[string]string{
		"as it is": token, "of a session that ends": ended,
		"of a clock that goes ahead": with("iat", now+20), "not before now": with("nbf", now), "ends soon": with("exp", now+60), "ends late": with("exp", now+7200),
		"other signature": token[:dot+1] + strings.Repeat("A", len(token)-dot-1), "no signature": token[:dot+1], "cut": token[:len(token)-1],
		"edited claims": forge(t, token, "", func(_, c object) { c["sub"] = "2" }), "edited header": forge(t, token, "", func(h, _ object) { h["typ"] = "JWT" }),
		"another's session": with("sid", "x"), "another's id": with("sub", "2"),
	}
	for i, passed := range []time.Duration{0, -20 * time.Second, 40 * time.Second, time.Minute, 29 * time.Minute, time.Hour} {
		knowing.Clock.Advance(passed)
		if i == 2 {
			another := testkit.New(t, testkit.Options{SharedWith: knowing})
			if err := another.Auth.Logout(t.Context(), another.Identity(t, ended)); err != nil {
				t.Fatal(err)
			}
		}
		fresh := testkit.New(t, testkit.Options{SharedWith: knowing})
		good := 0
		for name, token := range tokens {
			want, got := fresh.Do(t, fresh.WhoAmI(token)), knowing.Do(t, knowing.WhoAmI(token))
			if got.Status != want.Status || got.Body != want.Body {
				t.Errorf("step %d, %s: %d %s, want %d %s", i, name, got.Status, got.Body, want.Status, want.Body)
			}
			if want.Status == http.StatusOK {
				good++
			}
		}
		if wanted := []int{6, 4, 5, 4, 0, 0}[i]; good != wanted {
			t.Errorf("step %d: %d tokens are good, want %d", i, good, wanted)
		}
	}
}

// While SECRET_KEY changes, tokens of the key before it are good.
func TestPreviousKey(t *testing.T) {
	const newKey = "another key that is as long as the longest algorithm's output is"
	first := testkit.New(t, testkit.Options{})
	first.Register(t, "johndoe")
	token := first.Login(t, "johndoe")
	changing := testkit.New(t, testkit.Options{SharedWith: first, Configure: func(s *settings.Settings) {
		s.SecretKey, s.SecretKeyPrevious = newKey, testkit.SecretKey
	}})
	changing.Expect(t, 200, changing.WhoAmI(token))
	newToken := changing.Login(t, "johndoe")
	changing.Expect(t, 200, changing.WhoAmI(newToken))
	changed := testkit.New(t, testkit.Options{SharedWith: first, Configure: func(s *settings.Settings) { s.SecretKey = newKey }})
	changed.Run(t, []testkit.Scenario{
		{Name: "old", Request: changed.WhoAmI(token), Status: 401, Detail: "Invalid token"},
		{Name: "new", Request: changed.WhoAmI(newToken), Status: 200},
	})
	first.Run(t, []testkit.Scenario{{Name: "new key unknown", Request: first.WhoAmI(newToken), Status: 401, Detail: "Invalid token"}})
}

func TestAlgorithms(t *testing.T) {
	for algorithm := range hashes {
		svc := testkit.New(t, testkit.Options{Configure: func(s *settings.Settings) { s.Algorithm = algorithm }})
		svc.Register(t, "johndoe")
		token := svc.Login(t, "johndoe")
		svc.Expect(t, 200, svc.WhoAmI(token))
		for other := range hashes {
			forged := forge(t, token, other, func(header, _ object) { header["alg"] = other })
			if got := svc.Do(t, svc.WhoAmI(forged)).Status; (got == 200) != (other == algorithm) {
				t.Errorf("with %s, a token of %s gets %d", algorithm, other, got)
			}
		}
	}
}

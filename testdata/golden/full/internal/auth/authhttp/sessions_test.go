package authhttp_test

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"example.com/myapi/internal/client"
	"example.com/myapi/internal/testkit"
)

type session struct {
	ID         string    `json:"id"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	IPAddress  string    `json:"ip_address"`
	UserAgent  string    `json:"user_agent"`
	Current    bool      `json:"current"`
}

func sessions(t *testing.T, svc *testkit.Service, access string) []session {
	t.Helper()
	var list []session
	svc.Expect(t, http.StatusOK, testkit.Request{Method: "GET", Path: "/api/v1/users/me/sessions", Token: access}).JSON(t, &list)
	return list
}

func TestSessions(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "janedoe")
	opening, err := svc.Auth.Login(t.Context(), client.Client{Addr: netip.MustParseAddr("2001:db8::7"), UserAgent: "Phone"}, "johndoe", testkit.Password)
	if err != nil {
		t.Fatal(err)
	}
	opened := svc.Clock.Now()
	svc.Clock.Advance(time.Hour)
	laptop, jane := svc.Session(t, "johndoe"), svc.Session(t, "janedoe")
	phone := svc.Refresh(t, opening.RefreshToken)

	list := sessions(t, svc, phone.Access)
	if len(list) != 2 || list[0].Current || !list[1].Current {
		t.Fatalf("sessions are %+v, want the laptop's and then the current one", list)
	}
	if got := list[1]; !got.CreatedAt.Equal(opened) || !got.LastUsedAt.Equal(opened.Add(time.Hour)) ||
		!got.ExpiresAt.Equal(opened.Add(time.Hour+7*24*time.Hour)) {
		t.Errorf("the current session is %+v", got)
	}
	revoke := func(id, access string) testkit.Request {
		return testkit.Request{Method: "DELETE", Path: "/api/v1/users/me/sessions/" + id, Token: access}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "unknown id", Request: revoke("nope", phone.Access), Status: 404, Detail: "Session not found"},
		{Name: "no text", Request: revoke("%00%FF", phone.Access), Status: 404, Detail: "Session not found"},
		{Name: "another user's", Request: revoke(sessions(t, svc, jane.Access)[0].ID, phone.Access), Status: 404, Detail: "Session not found"},
		{Name: "own", Request: revoke(list[0].ID, phone.Access), Status: 204},
		{Name: "again", Request: revoke(list[0].ID, phone.Access), Status: 404, Detail: "Session not found"},
	})
	if svc.Refresh(t, laptop.Refresh).Access != "" || svc.Alive(t, laptop.Access) || !svc.Alive(t, phone.Access) || !svc.Alive(t, jane.Access) {
		t.Error("exactly the revoked session must end")
	}
}

func TestLogoutByEitherToken(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	body := func(token string) testkit.Request {
		return testkit.Post("/auth/logout", map[string]string{"refresh_token": token})
	}
	byAccess, byRefresh, other := svc.Session(t, "johndoe"), svc.Session(t, "johndoe"), svc.Session(t, "johndoe")
	svc.Run(t, []testkit.Scenario{
		{Name: "nothing to know the session by", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout"},
			Status: 401, Detail: "Not authenticated", Header: map[string]string{"WWW-Authenticate": "Bearer"}},
		{Name: "bad access token", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: "nope"},
			Status: 401, Detail: "Invalid token"},
		{Name: "bad refresh token", Request: body("nope"), Status: 401, Detail: invalidToken},
		{Name: "access token", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: byAccess.Access}, Status: 204},
		{Name: "refresh token", Request: body(byRefresh.Refresh), Status: 204},
		{Name: "refresh token again", Request: body(byRefresh.Refresh), Status: 401, Detail: invalidToken},
	})
	if svc.Refresh(t, byAccess.Refresh).Access != "" || svc.Alive(t, byAccess.Access) || svc.Alive(t, byRefresh.Access) || !svc.Alive(t, other.Access) {
		t.Error("exactly the two sessions must end")
	}
}

// Whoever logs out late has an access token that is no good any more, and many
// clients send it all the same.
func TestLogoutByRefreshTokenBesideABadAccessToken(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	expired := svc.Session(t, "johndoe")
	svc.Clock.Advance(time.Hour)
	logout := func(access string, body any) testkit.Request {
		return testkit.Request{Method: "POST", Path: "/api/v1/auth/logout", Token: access, Body: body}
	}
	for name, access := range map[string]string{"expired": expired.Access, "not ours": "nope", "ended": expired.Refresh} {
		session := svc.Session(t, "johndoe")
		svc.Run(t, []testkit.Scenario{
			{Name: name, Request: logout(access, map[string]any{"refresh_token": session.Refresh}), Status: 204},
			{Name: name + ", again", Request: logout(access, map[string]any{"refresh_token": session.Refresh}), Status: 401, Detail: invalidToken},
		})
		if svc.Alive(t, session.Access) {
			t.Errorf("%s: the session lives on", name)
		}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "nothing else", Request: logout(expired.Access, nil), Status: 401, Detail: "Token expired"},
		{Name: "null", Request: logout(expired.Access, map[string]any{"refresh_token": nil}), Status: 401, Detail: "Token expired"},
		{Name: "two headers", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout",
			Header: http.Header{"Authorization": {"Bearer a", "Bearer b"}}}, Status: 401, Detail: "Not authenticated"},
	})
}

func TestSuperuserEndsSessions(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	boss := svc.Superuser(t, "boss")
	john := svc.Register(t, "johndoe")
	svc.Register(t, "janedoe")
	one, two, jane := svc.Session(t, "johndoe"), svc.Session(t, "johndoe"), svc.Session(t, "janedoe")
	admin := svc.Session(t, "boss")
	end := func(id any, token string) testkit.Request {
		return testkit.Request{Method: "DELETE", Path: user(id) + "/sessions", Token: token}
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "guest", Request: end(john.ID, ""), Status: 401, Detail: "Not authenticated"},
		{Name: "another user", Request: end(john.ID, jane.Access), Status: 403, Detail: "Not enough permissions"},
		{Name: "own account", Request: end(boss.ID, admin.Access), Status: 400, Detail: "Use /users/me for your own account"},
		{Name: "nobody", Request: end(999, admin.Access), Status: 404, Detail: "User not found"},
	})
	if !svc.Alive(t, one.Access) || !svc.Alive(t, two.Access) {
		t.Fatal("a refused request ended a session")
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "superuser", Request: end(john.ID, admin.Access), Status: 204},
		{Name: "without sessions", Request: end(john.ID, admin.Access), Status: 204},
	})
	if svc.Refresh(t, two.Refresh).Access != "" || svc.Alive(t, one.Access) || svc.Alive(t, two.Access) || !svc.Alive(t, jane.Access) || !svc.Alive(t, admin.Access) {
		t.Error("exactly the user's sessions must end")
	}
	svc.Login(t, "johndoe")
	svc.Clock.Advance(16 * time.Minute)
	svc.Run(t, []testkit.Scenario{{Name: "old log-in", Request: end(john.ID, admin.Access), Status: 401, Detail: "Recent log-in required"}})
}

func TestLogoutAll(t *testing.T) {
	svc := testkit.New(t, testkit.Options{})
	svc.Register(t, "johndoe")
	svc.Register(t, "janedoe")
	one, two, jane := svc.Session(t, "johndoe"), svc.Session(t, "johndoe"), svc.Session(t, "janedoe")
	svc.Expect(t, http.StatusNoContent, testkit.Request{Method: "POST", Path: "/api/v1/auth/logout-all", Token: one.Access})
	if svc.Refresh(t, two.Refresh).Access != "" || svc.Alive(t, one.Access) || svc.Alive(t, two.Access) || !svc.Alive(t, jane.Access) {
		t.Error("exactly the user's sessions must end")
	}
	svc.Run(t, []testkit.Scenario{
		{Name: "without a user", Request: testkit.Request{Method: "POST", Path: "/api/v1/auth/logout-all"}, Status: 401, Detail: "Not authenticated"},
	})
}

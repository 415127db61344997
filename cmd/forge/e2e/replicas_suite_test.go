package e2e

import (
	_ "embed"
	"os"
	"regexp"
	"strings"
	"testing"
)

// testkitReplicas makes each service of a project's tests three replicas
// behind a proxy.
//
//go:embed testdata/replicas.go
var testkitReplicas string

// ofOneServer are tests of how one server is put together: they add routes to
// it, their client breaks off, which the proxy would notice before the service,
// or the proxy is what they are about. LoginLimit is exact to the second, and a
// Redis counts by a clock of its own. DocumentedOperationsExist and
// DocumentIsTheOneThatIsServed know the routes of the service, which the kit adds
// one of its own to on every replica, and
// StopLetsRunningRequestsFinish stops one of them. Each replica logs for itself that
// the list of breached passwords is away.
const ofOneServer = "^Test(PanicAfterTheAnswerBegan|RefusalsAreEvents|PanicIsAnswered|BodyMustArrive|NewOperationsAreGuarded|PathVariables|WalkFindsAnUnguardedHandler|ErrorsOfHandlers|DocumentedOperationsExist|DocumentIsTheOneThatIsServed|StopLetsRunningRequestsFinish|SlowClientsAreLeft|StopTakesItsTime|IP|LoginLimit|TimeLimitIsLogged|ClientThatLeavesIsNoError|UnknownProxyIsNamed|UnreadProxyHeadersAreNamed)$"

// ofOneFiber are tests that add operations, which an app of fiber no longer accepts
// once it serves.
const ofOneFiber = "|^Test(DatabaseTroubleIsNotTold|BodyIsJSON|BodyIsNotEncoded|MediaTypeInOtherCase|BodyIsBounded|MalformedQuery|ParametersStandOnce|RefusedValuesAreNotRepeated|UnknownRoutes|ExamplesOfErrors|ErrorOfAnotherKind|DatabaseIsAway)$"

// TestSuitesThroughProxy runs the projects' own tests so that requests go in
// turn to three replicas, which share a database and a Redis.
func TestSuitesThroughProxy(t *testing.T) {
	leftToTestAll(t)
	t.Parallel()
	for _, names := range [][3]string{{"complete", "postgres", "stdlib"}, {"complete", "mysql", "fiber"}, {"basic", "mysql", "chi"}} {
		t.Run(strings.Join(names[:], "-"), func(t *testing.T) {
			p := newProjectWith(t, names[0], names[1], names[2], "redis")
			p.write(t, "internal/testkit/replicas.go", testkitReplicas)
			p.replace(t, "internal/testkit/testkit.go",
				"svc.Server = newServer(t, config, db, log, svc.Clock.Now)", "svc.Server = svc.replicate(t, config, db, log)")
			p.replace(t, "internal/testkit/testkit.go", "	c.now = c.now.Add(d)\n", "	c.now = c.now.Add(d)\n	pass(d)\n")
			p.replace(t, "internal/testkit/testkit.go", "clients clients", "clients clients\n\tfront   front")
			p.replace(t, "internal/testkit/request.go", "svc.ServeHTTP(recorder, r)", "svc.throughProxy(t, recorder, r)")
			for _, name := range []string{"internal/server/api_test.go", "internal/auth/authhttp/errors_test.go"} {
				content := regexp.MustCompile(`(huma\.(?:Get|Post))\(svc\.API\(\), `).ReplaceAllString(p.read(t, name), "testkit.OnEach(svc, $1, ")
				p.write(t, name, content)
			}
			left := ofOneServer
			if names[2] == "fiber" {
				left += ofOneFiber
			}
			cmd := p.command("go", "test", "-vet=off", "-ldflags=-w", "-timeout=10m", "-skip="+left, "./internal/auth/...", "./internal/server")
			cmd.Env = append(cmd.Env, "TEST_DATABASE_URL="+serverOf(t, names[1]), "FORGE_REDIS_URL="+serverOf(t, "redis"))
			output(t, cmd)
		})
	}
}

// replace changes a text that a file has exactly once.
func (p project) replace(t testing.TB, name, old, changed string) {
	t.Helper()
	content := p.read(t, name)
	if strings.Count(content, old) != 1 {
		t.Fatalf("%s does not have %q once", name, old)
	}
	p.write(t, name, strings.Replace(content, old, changed, 1))
}

// serverOf returns the server that scripts/services has started.
func serverOf(t *testing.T, name string) string {
	t.Helper()
	variable := "FORGE_" + strings.ToUpper(name) + "_URL"
	url := os.Getenv(variable)
	if url == "" {
		leaveOut(t, "no server of "+name+" ("+variable+")")
	}
	return url
}

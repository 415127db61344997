package main

// shipped are the programs with an HTTP server that come along with modules which
// forge, the services it writes or its tests require anyway: nobody wrote them with
// forge in mind. docs/foreign.md tells what becomes of each.
func shipped() []string {
	const (
		chi      = "github.com/go-chi/chi/v5@v5.5.0/_examples/"
		oidc     = "github.com/coreos/go-oidc/v3@v3.21.0/example/"
		fasthttp = "github.com/valyala/fasthttp@v1.78.0/examples/"
	)
	return []string{
		chi + "custom-handler",
		chi + "custom-method",
		chi + "fileserver",
		chi + "graceful",
		chi + "hello-world",
		chi + "limits",
		chi + "pathvalue",
		chi + "router-walk",
		chi + "todos-resource",
		"github.com/DATA-DOG/go-sqlmock@v1.5.0/examples/blog",
		"github.com/go-playground/validator/v10@v10.30.1/_examples/http-transalations", // so spelled
		"github.com/jackc/pgx/v5@v5.12.0/examples/url_shortener",
		"github.com/swaggest/swgui@v1.8.5/cmd/swgui",
		"golang.org/x/tools@v0.52.0/cmd/present",
		fasthttp + "fileserver",
		fasthttp + "helloworldserver",
		fasthttp + "multidomain",
		oidc + "idtoken",
		oidc + "logout",
		oidc + "userinfo",
	}
}

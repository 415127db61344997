package authprovider

import (
	"context"
	"net/http"
	"strconv"

	"golang.org/x/oauth2"

	"example.com/myapi/internal/auth"
)

const (
	// GitHubIssuer is how GitHub names itself in iss, since April 2026.
	GitHubIssuer = "https://github.com/login/oauth"

	gitHubAPI = "https://api.github.com"
)

// gitHub has OAuth 2.0 without ID tokens: it is asked who the user of a code is.
type gitHub struct {
	config oauth2.Config
	client *http.Client
}

// NewGitHub returns GitHub.
func NewGitHub(client Client, web Web) auth.Provider {
	return &gitHub{
		config: oauth2.Config{
			ClientID: client.ID, ClientSecret: client.Secret, Scopes: []string{"user:email"},
			Endpoint: oauth2.Endpoint{AuthURL: GitHubIssuer + "/authorize", TokenURL: GitHubIssuer + "/access_token", AuthStyle: oauth2.AuthStyleInParams},
		},
		client: web.client(),
	}
}

// Name, Title, Issuer and PostsForm describe GitHub: see auth.Provider.
func (p *gitHub) Name() string { return "github" }

// Title is what users read.
func (p *gitHub) Title() string { return "GitHub" }

// Issuer is how GitHub names itself.
func (p *gitHub) Issuer() string { return GitHubIssuer }

// PostsForm reports that GitHub answers by a link.
func (p *gitHub) PostsForm() bool { return false }

// NamesIssuer reports that an answer without iss counts: GitHub has begun to send it,
// and promises it nowhere.
func (p *gitHub) NamesIssuer(context.Context) (bool, error) { return false, nil }

// AuthURL returns the address at GitHub where a log-in begins.
func (p *gitHub) AuthURL(_ context.Context, request auth.AuthRequest) (string, error) {
	return p.at(request).AuthCodeURL(request.State, oauth2.S256ChallengeOption(request.Verifier)), nil
}

// Exchange redeems a code, and asks who its user is. The number of an account stays;
// its name does not, and can become another's.
func (p *gitHub) Exchange(ctx context.Context, code string, request auth.AuthRequest) (auth.ProviderIdentity, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	token, err := redeem(ctx, p.client, *p.at(request), code, request.Verifier)
	if err != nil {
		return auth.ProviderIdentity{}, err
	}
	var user struct {
		ID    int64  `json:"id"`
		Login string `json:"login"`
	}
	if err := get(ctx, p.client, gitHubAPI+"/user", token.AccessToken, &user); err != nil {
		return auth.ProviderIdentity{}, err
	}
	if user.ID <= 0 {
		return auth.ProviderIdentity{}, refused("its user has no number")
	}
	email, verified, err := p.address(ctx, token.AccessToken)
	if err != nil {
		return auth.ProviderIdentity{}, err
	}
	return auth.ProviderIdentity{
		Issuer: GitHubIssuer, Subject: strconv.FormatInt(user.ID, 10),
		Email: email, EmailVerified: verified, Username: user.Login,
	}, nil
}

// address returns the user's primary address, and whether GitHub has verified it.
func (p *gitHub) address(ctx context.Context, accessToken string) (email string, verified bool, err error) {
	var addresses []struct {
		Email    string `json:"email"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	}
	if err := get(ctx, p.client, gitHubAPI+"/user/emails?per_page=100", accessToken, &addresses); err != nil {
		return "", false, err
	}
	for _, a := range addresses {
		if a.Primary {
			return a.Email, a.Verified, nil
		}
	}
	return "", false, nil
}

func (p *gitHub) at(request auth.AuthRequest) *oauth2.Config {
	config := p.config
	config.RedirectURL = request.RedirectURL
	return &config
}

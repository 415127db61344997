package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"

	"example.com/myapi/internal/client"
)

// Refresh redeems a refresh token for a new pair of tokens. Within RefreshGrace,
// a token that was redeemed already returns the same refresh token again; see
// repeat. Any other second use ends the session, since that token or its
// successor is in the wrong hands (RFC 9700 §4.14.2). The error of all refusals
// is ErrRefreshToken.
func (s *Service) Refresh(ctx context.Context, from client.Client, refreshToken string) (TokenPair, error) {
	var pair TokenPair // empty when the token is refused, whose end is committed
	var user User
	var reused bool
	err := s.store.Update(ctx, func(tx Tx) error {
		pair, reused = TokenPair{}, false
		token, owner, err := s.redeem(ctx, tx, hash(refreshToken), TypeRefresh)
		user = owner
		switch {
		case errors.Is(err, ErrNoToken):
			pair, reused, err = s.repeat(ctx, tx, from, owner, refreshToken)
			return err
		case err != nil:
			return err
		case !Allowed(user):
			_, err := tx.DeleteSession(ctx, user.ID, token.SessionID)
			return err
		}
		pair, err = s.issue(ctx, tx, sessionOf(token, user, from), s.successor(refreshToken))
		return err
	})
	if err != nil {
		return TokenPair{}, err
	}
	if reused {
		s.audit(ctx, slog.LevelWarn, "authn_token_reuse", userID(user.ID))
	}
	if pair.AccessToken == "" {
		return TokenPair{}, ErrRefreshToken
	}
	s.audit(ctx, slog.LevelInfo, "authn_token_created", userID(user.ID))
	return pair, nil
}

// sessionOf returns the session that a token belongs to, as it goes on.
func sessionOf(token Token, user User, from client.Client) session {
	return session{
		user: user, from: from, id: token.SessionID, authTime: token.AuthTime,
		amr: token.AMR,
	}
}

// issue stores a new access token and a refresh token for a session.
func (s *Service) issue(ctx context.Context, tx Tx, of session, refreshToken string) (TokenPair, error) {
	pair, err := s.issueAccess(ctx, tx, of)
	if err != nil {
		return TokenPair{}, err
	}
	pair.RefreshToken = refreshToken
	return pair, tx.CreateToken(ctx, s.newToken(of, TypeRefresh, refreshToken, s.config.RefreshTokenLifetime))
}

// repeat answers for a refresh token that cannot be redeemed. Two tabs that
// refresh at once, and a client that lost the answer, send a token that was
// spent a moment ago: they get its successor once more, if nobody has used that
// either. No second line of tokens begins by it, so a thief and the owner still
// meet: the later of them comes with a token whose successor is spent. For such
// a reuse repeat ends the session.
func (s *Service) repeat(ctx context.Context, tx Tx, from client.Client, user User, refreshToken string) (pair TokenPair, reused bool, err error) {
	spent, err := tx.Token(ctx, hash(refreshToken), TypeRefresh)
	if errors.Is(err, ErrNoToken) {
		return TokenPair{}, false, nil
	}
	if err != nil || spent.UsedAt.IsZero() {
		return TokenPair{}, false, err
	}
	if s.now().Before(spent.UsedAt.Add(s.config.RefreshGrace)) && Allowed(user) {
		again := sessionOf(spent, user, from)
		for _, successor := range s.chain.successors(refreshToken) {
			token, err := tx.Token(ctx, hash(successor), TypeRefresh)
			switch {
			case errors.Is(err, ErrNoToken):
				continue
			case err != nil:
				return TokenPair{}, false, err
			case token.UsedAt.IsZero():
				pair, err := s.issueAccess(ctx, tx, again)
				pair.RefreshToken = successor
				return pair, false, err
			}
		}
	}
	_, err = tx.DeleteSession(ctx, spent.UserID, spent.SessionID)
	return TokenPair{}, true, err
}

// successor returns the refresh token that a spent one is exchanged for.
func (s *Service) successor(spent string) string {
	if s.config.RefreshGrace == 0 {
		return newSecret()
	}
	return s.chain.successors(spent)[0]
}

// refreshChain derives each refresh token from the one before, so that it can
// be handed out twice though only its hash is stored.
type refreshChain struct {
	keys [][]byte // the current one, and the previous
}

func newRefreshChain(secrets ...string) refreshChain {
	var c refreshChain
	for _, secret := range secrets {
		if secret != "" {
			c.keys = append(c.keys, mac([]byte(secret), "refresh token"))
		}
	}
	return c
}

// successors returns what a spent token may have been exchanged for, the most
// likely first: the key may have been changed since.
func (c refreshChain) successors(spent string) []string {
	list := make([]string, len(c.keys))
	for i, key := range c.keys {
		list[i] = base64.RawURLEncoding.EncodeToString(mac(key, spent))
	}
	return list
}

func mac(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

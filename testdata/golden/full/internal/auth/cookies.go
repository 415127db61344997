package auth

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.com/myapi/internal/client"
)

// TypeCookie is the Type of the one token of a session that a browser keeps in a
// cookie. It stands for the access token and the refresh token of other sessions.
const TypeCookie = "cookie"

// cookieUseNoted is how often the use of a cookie is stored, at most.
const cookieUseNoted = time.Hour

// Cookie is what a browser keeps a session in.
type Cookie struct {
	Value    string
	Lifetime time.Duration // until the session ends, however often it is used
}

// CookieSession is what is known of the session of a cookie.
type CookieSession struct {
	Identity
	LastUsedAt time.Time
}

// CookieStore is what cookies need of a Store.
type CookieStore interface {
	// CookieSession finds the user and the session of a live cookie, in one query,
	// or returns ErrInvalidToken.
	CookieSession(ctx context.Context, hash string, now time.Time) (CookieSession, error)
	// ExtendCookie stores the use of a cookie that was not used since a time, with
	// the end that follows from it: of several uses at a time, one. It reports
	// whether it was this one.
	ExtendCookie(ctx context.Context, hash string, used, since, expires time.Time) (bool, error)
}

// KeepInCookie puts a session that was just opened into a cookie: its tokens end
// unseen. So does the session of replaced, the cookie that the browser has had
// until now, unless that is empty (ASVS 7.2.4). The error is ErrInvalidCredentials
// when the session has been ended meanwhile.
func (s *Service) KeepInCookie(ctx context.Context, from client.Client, opened TokenPair, replaced string) (Cookie, error) {
	secret := newSecret()
	var kept Token
	err := s.store.Update(ctx, func(tx Tx) error {
		token, user, err := s.redeem(ctx, tx, hash(opened.RefreshToken), TypeRefresh)
		if errors.Is(err, ErrNoToken) {
			return ErrInvalidCredentials
		}
		if err != nil {
			return err
		}
		if _, err := tx.DeleteSession(ctx, user.ID, token.SessionID); err != nil {
			return err
		}
		if err := endReplaced(ctx, tx, replaced); err != nil {
			return err
		}
		kept = s.newToken(sessionOf(token, user, from), TypeCookie, secret, s.config.RefreshTokenLifetime)
		return tx.CreateToken(ctx, kept)
	})
	if err != nil {
		return Cookie{}, err
	}
	return Cookie{Value: secret, Lifetime: kept.AuthTime.Add(s.config.SessionLifetime).Sub(s.now())}, nil
}

// endReplaced ends the session of a cookie, if there is one.
func endReplaced(ctx context.Context, tx Tx, cookie string) error {
	if cookie == "" {
		return nil
	}
	token, err := tx.Token(ctx, hash(cookie), TypeCookie)
	if errors.Is(err, ErrNoToken) {
		return nil
	}
	if err == nil {
		_, err = endSession(ctx, tx, token.UserID, token.SessionID)
	}
	return err
}

// IdentifyCookie returns the session of a cookie, or ErrInvalidToken.
func (s *Service) IdentifyCookie(ctx context.Context, cookie string) (CookieSession, error) {
	session, err := s.store.CookieSession(ctx, hash(cookie), s.now())
	if err != nil {
		return CookieSession{}, err
	}
	if !Allowed(session.User) {
		return CookieSession{}, ErrInvalidToken
	}
	return session, nil
}

// NoteCookieUse moves the end of a session that is in use, at most once an hour,
// and never past the end of SessionLifetime. The request does not depend on it, so
// a failure is only worth a line.
func (s *Service) NoteCookieUse(ctx context.Context, cookie string, session CookieSession) {
	now := s.now()
	since := now.Add(-cookieUseNoted)
	if session.LastUsedAt.After(since) {
		return
	}
	expires := now.Add(s.config.RefreshTokenLifetime)
	if end := session.AuthTime.Add(s.config.SessionLifetime); end.Before(expires) {
		expires = end
	}
	extended, err := s.store.ExtendCookie(ctx, hash(cookie), now, since, expires)
	if err != nil {
		s.log.WarnContext(ctx, "use of a session was not stored", "user_id", session.User.ID, "error", err)
	}
	if extended {
		s.audit(ctx, slog.LevelInfo, "session_renewed", userID(session.User.ID))
	}
}

// SessionEnd returns when a session ends unless it is used again, or
// ErrInvalidToken if it has ended.
func (s *Service) SessionEnd(ctx context.Context, identity Identity) (time.Time, error) {
	sessions, err := s.Sessions(ctx, identity.User)
	if err != nil {
		return time.Time{}, err
	}
	for _, session := range sessions {
		if session.ID == identity.SessionID {
			return session.ExpiresAt, nil
		}
	}
	return time.Time{}, ErrInvalidToken
}

package auth

import (
	"errors"
	"time"
)

// Kind is what an Error means to the caller.
type Kind int

// The kinds of refusals.
const (
	KindInvalid         Kind = iota + 1 // a field is not as it must be; see Fields
	KindRefused                         // the request cannot be done as things are
	KindUnauthenticated                 // who are you?
	KindForbidden                       // you may not
	KindNotFound
	KindConflict
	KindTooMany // see RetryAfter
)

// Error is a refusal that the client sees. Any other error is internal, and its
// text is only logged.
type Error struct {
	Kind       Kind
	Detail     string
	Fields     []FieldError
	RetryAfter time.Duration
}

// FieldError is what is wrong with one field of a request.
type FieldError struct {
	Field   string
	Message string
}

func (e *Error) Error() string { return e.Detail }

// The refusals that tests and callers distinguish.
var (
	ErrNotAuthenticated   = &Error{Kind: KindUnauthenticated, Detail: "Not authenticated"}
	ErrTokenExpired       = &Error{Kind: KindUnauthenticated, Detail: "Token expired"}
	ErrInvalidToken       = &Error{Kind: KindUnauthenticated, Detail: "Invalid token"}
	ErrRecentLogin        = &Error{Kind: KindUnauthenticated, Detail: "Recent log-in required"}
	ErrInvalidCredentials = &Error{Kind: KindUnauthenticated, Detail: "Invalid credentials"}
	ErrNotPermitted       = &Error{Kind: KindForbidden, Detail: "Not enough permissions"}
	ErrUserNotFound       = &Error{Kind: KindNotFound, Detail: "User not found"}
	ErrRegistrationClosed = &Error{Kind: KindForbidden, Detail: "Registration is closed"}
	ErrEmailTaken         = &Error{Kind: KindConflict, Detail: "Email already registered"}
	ErrUsernameTaken      = &Error{Kind: KindConflict, Detail: "Username already taken"}
	ErrWrongPassword      = &Error{Kind: KindRefused, Detail: "Current password is incorrect"}
	ErrLastSuperuser      = &Error{Kind: KindRefused, Detail: "The last superuser must stay one"}
	ErrNotVerified        = &Error{Kind: KindForbidden, Detail: "User not verified"}
	ErrMailToken          = &Error{Kind: KindRefused, Detail: "Invalid or expired token"}
	ErrRefreshToken       = &Error{Kind: KindUnauthenticated, Detail: "Invalid or expired token"}
	ErrSessionNotFound    = &Error{Kind: KindNotFound, Detail: "Session not found"}
	ErrOwnAccount         = &Error{Kind: KindRefused, Detail: "Use /users/me for your own account"}
)

// validationFailed is the detail next to the faults of the fields.
const validationFailed = "validation failed"

func invalid(field, message string) *Error {
	return &Error{Kind: KindInvalid, Detail: validationFailed, Fields: []FieldError{{Field: field, Message: message}}}
}

// join makes one refusal of those that name fields, so that a client learns of
// all faults at once. It returns the first other error as it is.
func join(errs ...error) error {
	all := &Error{Kind: KindInvalid, Detail: validationFailed}
	for _, err := range errs {
		if err == nil {
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindInvalid {
			return err
		}
		all.Fields = append(all.Fields, e.Fields...)
	}
	if len(all.Fields) == 0 {
		return nil
	}
	return all
}

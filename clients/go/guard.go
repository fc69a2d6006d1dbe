package access

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// A Guard lets requests of callers who meet its requirements pass, and answers all others. It is a
// value: its methods return a changed copy.
type Guard struct {
	access     *Access
	conditions []Condition
	signIn     signIn
	accepts    accepted
}

// Guard creates a guard that requires an authenticated caller and these conditions.
func (a *Access) Guard(conditions ...Condition) Guard {
	return Guard{access: a, conditions: conditions, accepts: a.accepts}
}

// Requiring returns a guard with further conditions.
func (g Guard) Requiring(conditions ...Condition) Guard {
	g.conditions = slices.Concat(g.conditions, conditions)
	return g
}

// Recent returns a guard that requires a sign-in of at most this age (RFC 9470).
func (g Guard) Recent(maxAge time.Duration) Guard {
	g.signIn.maxAge, g.signIn.hasMaxAge = int64(max(maxAge, 0)/time.Second), true
	return g
}

// Strong returns a guard that requires one of these authentication context classes (RFC 9470), which
// are compared literally.
func (g Guard) Strong(acr string, further ...string) Guard {
	g.signIn.acrValues = append([]string{acr}, further...)
	return g
}

// Accepting returns a guard that accepts other credentials than its Access, such as API keys. Like
// http.ServeMux.Handle it panics for a mistake of the program: keys without WithIntrospection.
func (g Guard) Accepting(kinds ...Credential) Guard {
	accepts, err := g.access.accepting(kinds)
	if err != nil {
		panic(err)
	}
	g.accepts = accepts
	return g
}

// Authenticate returns the caller of a request who meets all requirements. Its error is always a
// *Denied.
func (g Guard) Authenticate(r *http.Request) (*Principal, error) {
	return asError(g.authenticate(r))
}

func (g Guard) authenticate(r *http.Request) (*Principal, *Denied) {
	caller, denied := g.access.authenticate(r, g.accepts)
	if denied == nil {
		denied = g.allow(caller)
	}
	return caller, denied
}

// Allow checks the requirements for a caller that is already authenticated, for rules that depend on
// the object of a request. Its error is always a *Denied.
func (g Guard) Allow(caller *Principal) error {
	if denied := g.allow(caller); denied != nil {
		return denied
	}
	return nil
}

func (g Guard) allow(caller *Principal) *Denied {
	if denied := g.access.require(caller, g.conditions); denied != nil {
		return denied
	}
	// After the permission: a stronger sign-in does not help a caller without it.
	return g.access.requireSignIn(caller, g.signIn)
}

// Handler returns a handler that calls next for allowed callers only. FromContext returns the caller.
func (g Guard) Handler(next http.Handler) http.Handler {
	if g.access == nil {
		panic("access: a Guard is made by Access.Guard")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, denied := g.authenticate(r)
		if denied != nil {
			denied.Respond(w)
			return
		}
		ctx := NewContext(r.Context(), caller)
		if isBound(caller) {
			ctx = g.access.withProved(ctx, r)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// A HandlerFunc is a handler that receives the caller as an argument, so that it cannot be registered
// without a guard.
type HandlerFunc func(w http.ResponseWriter, r *http.Request, caller *Principal)

// HandlerFunc returns a handler that calls next for allowed callers only.
func (g Guard) HandlerFunc(next HandlerFunc) http.Handler {
	return g.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, _ := FromContext(r.Context())
		next(w, r, caller)
	}))
}

type callerKey struct{}

// NewContext returns a context with a caller, for tests of handlers. A guard replaces it.
func NewContext(ctx context.Context, caller *Principal) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// FromContext returns the caller whom a guard let pass, and false if there was no guard.
func FromContext(ctx context.Context) (*Principal, bool) {
	caller, isThere := ctx.Value(callerKey{}).(*Principal)
	return caller, isThere && caller != nil
}

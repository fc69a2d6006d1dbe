package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"doorward.example/access/internal/jws"
)

// Access authenticates the callers of one resource. Keep one per process; it is safe for concurrent
// use, and starts no goroutine but that of Listen.
type Access struct {
	want             expected
	origin           string
	realm            string
	resourceMetadata string
	requireDPoP      bool
	usedProofs       ReplayStore
	nonces           Nonces
	keys             KeySource
	introspector     *introspector
	signals          *Signals
	lockout          *lockout
	accepts          accepted
	tokenHeader      string
	address          func(*http.Request) netip.Addr
	certificate      func(*http.Request) string
	now              func() time.Time
	log              *slog.Logger
	fetcher          fetcher
}

// Issuer returns the issuer whose tokens are accepted.
func (a *Access) Issuer() string { return a.want.issuer }

// Audience returns the required audience of tokens.
func (a *Access) Audience() string { return a.want.audience }

// Ready fetches the issuer's keys, for a readiness check.
func (a *Access) Ready(ctx context.Context) error {
	_, err := a.keys.Keys(ctx)
	return err
}

// Close closes idle connections to the issuer. Without it they are closed after half a
// minute.
func (a *Access) Close() { a.fetcher.close() }

// AuthenticateToken returns the caller of a signed token. Its errors are a TokenError, or one of the
// source of keys, usually an UnavailableError.
//
// The sender is not checked here: Authenticate also checks Principal.Confirmation.
func (a *Access) AuthenticateToken(ctx context.Context, token string) (*Principal, error) {
	keys, err := a.keys.Keys(ctx)
	if err != nil {
		return nil, err
	}
	now := a.now().Unix()
	claims, err := verifyToken(token, keys, &a.want, now)
	var rejected *TokenError
	if errors.As(err, &rejected) && rejected.unknownKey != "" {
		if keys, err = a.keys.KeysFor(ctx, rejected.unknownKey); err != nil {
			return nil, err
		}
		claims, err = verifyToken(token, keys, &a.want, now)
	}
	if err != nil {
		return nil, err
	}
	caller, err := a.complete(ctx, token, claims)
	if err != nil {
		return nil, err
	}
	return a.unrevoked(ctx, token, claims, caller)
}

// complete replaces the lists of a verified token that could not carry all roles and groups by those
// of the issuer.
func (a *Access) complete(
	ctx context.Context, token string, claims *tokenClaims,
) (*Principal, error) {
	caller := claims.principal
	if len(claims.overage) == 0 || a.introspector == nil {
		if !isWhole(claims.overage) {
			return nil, rejected("overage")
		}
		return caller, nil
	}
	return a.asIssuerKnows(ctx, token, caller)
}

// asIssuerKnows returns the caller of a verified token with the lists that the issuer says now.
func (a *Access) asIssuerKnows(
	ctx context.Context, token string, caller *Principal,
) (*Principal, error) {
	found, err := a.introspector.introspect(ctx, SignedToken, token, netip.Addr{})
	if err != nil {
		return nil, err
	}
	if found.Subject != caller.Subject || found.ID != caller.ID {
		return nil, rejected("inactive")
	}
	caller.Roles, caller.Groups = found.Roles, found.Groups
	caller.ManagedGroups, caller.Entitlements = found.ManagedGroups, found.Entitlements
	return caller, nil
}

// AuthenticateReference returns the caller of a reference token, by introspection. Its errors are of
// the types TokenError and UnavailableError. The response is cached for at most 30 seconds. The
// sender is not checked here.
func (a *Access) AuthenticateReference(ctx context.Context, token string) (*Principal, error) {
	return a.introspect(ctx, ReferenceToken, token, netip.Addr{})
}

// AuthenticateKey returns the user of an API key that is used from this address, by introspection.
// Its errors are of the types TokenError and UnavailableError. The response is cached for at most 30
// seconds.
func (a *Access) AuthenticateKey(
	ctx context.Context, key string, address netip.Addr,
) (*Principal, error) {
	return a.introspect(ctx, APIKey, key, canonical(address))
}

func (a *Access) introspect(
	ctx context.Context, kind Credential, text string, address netip.Addr,
) (*Principal, error) {
	if a.introspector == nil {
		return nil, rejected("inactive")
	}
	return a.introspector.introspect(ctx, kind, text, address)
}

// Authenticate returns the caller of a request. Its error is always a *Denied. A Guard also checks
// requirements, and passes the caller to the handler.
func (a *Access) Authenticate(r *http.Request) (*Principal, error) {
	return asError(a.authenticate(r, a.accepts))
}

// asError keeps a nil *Denied from becoming an error.
func asError(caller *Principal, denied *Denied) (*Principal, error) {
	if denied != nil {
		return nil, denied
	}
	return caller, nil
}

func (a *Access) authenticate(r *http.Request, accepts accepted) (*Principal, *Denied) {
	if a.tokenHeader != "" {
		return a.byTokenHeader(r)
	}
	authorization, keys := r.Header.Values("Authorization"), r.Header.Values("X-API-Key")
	if len(authorization) > 1 || len(keys) > 1 {
		return nil, a.ambiguous("the request has more than one Authorization or X-API-Key header")
	}
	if len(authorization) > 0 && len(keys) > 0 {
		return nil, a.ambiguous("send either an access token or an API key, not both")
	}
	if len(keys) > 0 && accepts.apiKeys {
		return a.byKey(r.Context(), keys[0], canonical(a.address(r)))
	}
	// Tokens in the query and the body are ignored (RFC 9700 section 4.3.2).
	if len(authorization) == 0 {
		return nil, a.noToken(accepts.advice())
	}
	scheme, token, err := readAuthorization(authorization[0])
	if errors.Is(err, errOtherScheme) {
		return nil, a.noToken(accepts.advice())
	}
	if err != nil {
		return nil, a.invalidToken(bearer, err.Error())
	}
	return a.byToken(r, accepts, scheme, token)
}

func (a *Access) byTokenHeader(r *http.Request) (*Principal, *Denied) {
	tokens := r.Header.Values(a.tokenHeader)
	if len(tokens) == 0 {
		return nil, a.noToken("Call this service through its proxy, which sends " + a.tokenHeader + ".")
	}
	if len(tokens) > 1 {
		return nil, a.ambiguous("the request has more than one " + a.tokenHeader + " header")
	}
	if err := checkToken(tokens[0]); err != nil {
		return nil, a.invalidToken(bearer, err.Error())
	}
	return a.byToken(r, a.accepts, bearer, tokens[0])
}

func (a *Access) byToken(
	r *http.Request, accepts accepted, scheme, token string,
) (caller *Principal, denied *Denied) {
	var err error
	switch {
	// A signed token has three parts (RFC 7515 section 3.1).
	case accepts.referenceTokens && strings.Count(token, ".") != 2:
		caller, err = a.AuthenticateReference(r.Context(), token)
	case accepts.signedTokens:
		caller, err = a.AuthenticateToken(r.Context(), token)
	default:
		return nil, a.invalidToken(scheme, "tokens of this kind are not accepted here")
	}
	if rejected := (*TokenError)(nil); errors.As(err, &rejected) {
		return nil, a.invalidToken(scheme, rejected.Error())
	}
	if err != nil {
		return nil, a.outage(err)
	}
	// Checked here, on the path of every route, so that no route can omit it.
	if denied := a.checkSender(r, scheme, token, caller); denied != nil {
		return nil, denied
	}
	return caller, nil
}

func (a *Access) byKey(
	ctx context.Context, key string, address netip.Addr,
) (*Principal, *Denied) {
	now := a.now().Unix()
	if address.IsValid() {
		if wait := a.lockout.wait(address, now); wait > 0 {
			denied := newDenied(http.StatusTooManyRequests, "too-many-bad-keys",
				"Too many bad API keys", "API keys from your address are not looked at for a while.")
			denied.RetryAfter = wait
			return nil, denied
		}
	}
	caller, err := a.AuthenticateKey(ctx, key, address)
	rejected := (*TokenError)(nil)
	switch {
	case err == nil:
		return caller, nil
	case !errors.As(err, &rejected):
		return nil, a.outage(err)
	case rejected.Code != "inactive":
		// The key is known: it is no attempt to find one.
		return nil, a.invalidToken(bearer, rejected.Error())
	}
	if address.IsValid() {
		a.lockout.add(address, now)
	}
	denied := newDenied(http.StatusUnauthorized, "invalid-key", "The API key is not accepted",
		"It is unknown, over, revoked, not for this API, or not for your address.")
	denied.Challenges = []Challenge{a.finished(newChallenge(bearer, a.realm))}
	return nil, a.logged(denied, nil)
}

// The reasons why a header has no token that can be read.
var (
	errMalformed   = errors.New("the bearer token is malformed")
	errTokenLong   = errors.New("the bearer token is too long")
	errOtherScheme = errors.New("the header belongs to another scheme")
)

// readAuthorization returns the scheme and the token of a header (RFC 6750 section 2.1).
func readAuthorization(header string) (scheme, token string, err error) {
	if !isVisible(header) {
		return "", "", errMalformed
	}
	name, rest, _ := strings.Cut(header, " ")
	switch strings.ToLower(name) {
	case "bearer":
		scheme = bearer
	case "dpop":
		scheme = dpop
	default:
		return "", "", errOtherScheme
	}
	token = strings.Trim(rest, " ")
	return scheme, token, checkToken(token)
}

// checkToken checks the syntax b64token (RFC 6750 section 2.1).
func checkToken(token string) error {
	if len(token) > jws.MaxTokenBytes {
		return errTokenLong
	}
	trimmed := strings.TrimRight(token, "=")
	for at := range len(trimmed) {
		char := trimmed[at]
		isAlphanumeric := char >= '0' && char <= '9' || char >= 'A' && char <= 'Z' ||
			char >= 'a' && char <= 'z'
		if !isAlphanumeric && strings.IndexByte("-._~+/", char) < 0 {
			return errMalformed
		}
	}
	if trimmed == "" {
		return errMalformed
	}
	return nil
}

func isVisible(value string) bool {
	for at := range len(value) {
		if (value[at] < ' ' || value[at] > '~') && value[at] != '\t' {
			return false
		}
	}
	return true
}

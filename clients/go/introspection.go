package access

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"doorward.example/access/internal/jws"
	"doorward.example/access/internal/strict"
)

const (
	// activeTTL is the cache time of an active response in seconds: the maximum delay of a revocation.
	activeTTL = 30
	// inactiveTTL is the cache time of an inactive response in seconds.
	inactiveTTL = 5
	// introspectionRetry is the wait after a failed request in seconds.
	introspectionRetry = 2
	// maxAnswers is the maximum number of cached responses.
	maxAnswers = 10_000
	// forgottenAfter is the maximum age of a cache entry, independent of the clock that decides about
	// its validity.
	forgottenAfter = 2 * activeTTL * time.Second
	// maxKeyBytes is the maximum length of an introspected key or reference token.
	maxKeyBytes = 512
	// maxResponse is the maximum size of a response in bytes: it lists every role and group.
	maxResponse = 512 * 1024
)

// introspector asks the issuer about API keys, reference tokens, and signed tokens that could not
// carry all roles and groups (RFC 7662); at most once at a time for each, with a short-lived cache.
type introspector struct {
	issuer, audience       string
	clientID, clientSecret string
	signals                *Signals
	now                    func() time.Time
	fetcher                fetcher
	log                    *slog.Logger

	mutex     sync.Mutex
	answers   queue[[sha256.Size]byte, *answer]
	endpoint  cachedAddress
	awayUntil int64
}

// answer is the response about one key. turn is held during the request, which concurrent callers
// share, and guards the other members.
type answer struct {
	created time.Time
	turn    chan struct{}

	// The principal, or the code of the rejection, its time and the end of its validity.
	principal *Principal
	code      string
	at, until int64
}

// introspect returns the caller of a key or token that is used from this address.
func (i *introspector) introspect(
	ctx context.Context, kind Credential, text string, address netip.Addr,
) (*Principal, error) {
	if !isIntrospectable(kind, text) {
		return nil, rejected("inactive")
	}
	found := i.answer(kind, text, address)
	select {
	case found.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, &UnavailableError{introspectionRetry, ctx.Err()}
	}
	defer func() { <-found.turn }()
	if now := i.now().Unix(); now >= found.until || i.isDoubted(found, now) {
		if err := i.ask(ctx, found, kind, text, address); err != nil {
			return nil, err
		}
	}
	if found.principal == nil {
		return nil, rejected(found.code)
	}
	caller := *found.principal
	return &caller, nil
}

// isDoubted returns true if a revocation after the response may concern its caller. A key or a grant may
// outlive it, so that only the issuer decides.
func (i *introspector) isDoubted(found *answer, now int64) bool {
	if i.signals == nil || found.principal == nil {
		return false
	}
	_, isRevoked := i.signals.find(found.principal, found.at, now)
	return isRevoked
}

func isIntrospectable(kind Credential, text string) bool {
	most := maxKeyBytes
	if kind == SignedToken {
		most = jws.MaxTokenBytes
	}
	return text != "" && len(text) <= most && isVisible(text)
}

// answer returns the cache entry. Its name has the address, because an API key may be limited to
// networks.
func (i *introspector) answer(kind Credential, text string, address netip.Addr) *answer {
	name := sha256.Sum256(fmt.Appendf(nil, "%s %d %s %s", kind, len(text), text, address))
	i.mutex.Lock()
	defer i.mutex.Unlock()
	now := time.Now()
	for {
		oldest, isThere := i.answers.oldest()
		isFull := i.answers.len() >= maxAnswers
		if !isThere || (!isFull && now.Before(oldest.created.Add(forgottenAfter))) {
			break
		}
		i.answers.dropOldest()
	}
	found, isThere := i.answers.get(name)
	if !isThere {
		found = &answer{created: now, turn: make(chan struct{}, 1)}
		i.answers.add(name, found)
	}
	return found
}

func (i *introspector) ask(
	ctx context.Context, found *answer, kind Credential, text string, address netip.Addr,
) error {
	found.principal, found.code, found.until = nil, "", 0
	if i.isAway() {
		return &UnavailableError{introspectionRetry, errors.New("the latest request failed")}
	}
	fields := url.Values{"token": {text}, "token_type_hint": {hint(kind)}}
	if address.IsValid() {
		fields.Set("client_address", address.String())
	}
	principal, code, err := i.request(ctx, kind, fields)
	if errors.Is(err, errTooLarge) {
		// About this caller only: the issuer is available.
		code, err = "too_many_groups", nil
	}
	now := i.now().Unix()
	if err != nil {
		i.setAway(now + introspectionRetry)
		i.log.Warn("introspection failed", "issuer", i.issuer, "error", err)
		return &UnavailableError{introspectionRetry, err}
	}
	found.principal, found.code, found.at, found.until = principal, code, now, now+inactiveTTL
	if principal != nil {
		found.until = min(now+activeTTL, principal.ExpiresAt.Unix())
	}
	return nil
}

func hint(kind Credential) string {
	if kind == APIKey {
		return string(APIKey)
	}
	return "access_token"
}

func (i *introspector) isAway() bool {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	return i.now().Unix() < i.awayUntil
}

func (i *introspector) setAway(until int64) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	// The endpoint may have moved: look it up again next time.
	i.awayUntil, i.endpoint = until, cachedAddress{}
}

// request sends a form.
func (i *introspector) request(
	ctx context.Context, kind Credential, fields url.Values,
) (*Principal, string, error) {
	endpoint, err := i.findEndpoint(ctx)
	if err != nil {
		return nil, "", err
	}
	request, err := formRequest(endpoint, i.clientID, i.clientSecret, fields)
	if err != nil {
		return nil, "", err
	}
	body, _, err := i.fetcher.send(ctx, request, maxResponse)
	if err != nil {
		return nil, "", err
	}
	response, err := strict.ParseObject(body)
	if err != nil {
		return nil, "", err
	}
	return i.read(kind, response)
}

func (i *introspector) findEndpoint(ctx context.Context) (string, error) {
	i.mutex.Lock()
	known := i.endpoint
	i.mutex.Unlock()
	now := i.now().Unix()
	if now < known.until {
		return known.url, nil
	}
	address, err := i.fetcher.findAddress(ctx, i.issuer, "introspection_endpoint")
	if err != nil {
		return "", err
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	i.endpoint = cachedAddress{address, now + addressAge}
	return address, nil
}

// read returns the principal of a response, or the code of its rejection.
func (i *introspector) read(
	kind Credential, response map[string]any,
) (principal *Principal, code string, err error) {
	own := members{payload: response}
	now := i.now().Unix()
	_, isBoolean := response["active"].(bool)
	own.fail(!isBoolean)
	isActive := own.boolean("active")
	tokenType, hasType := own.text("token_type")
	issuer, hasIssuer := own.text("iss")
	audience := own.audience(false)
	expiresAt, hasExpiry := own.time("exp")
	subject, _ := own.text("sub")
	clientID, _ := own.text("client_id")
	id, _ := own.text("jti")
	if own.err != nil {
		return nil, "", own.err
	}
	isOurs := isActive && fits(kind, tokenType, hasType) && (!hasIssuer || issuer == i.issuer) &&
		slices.Contains(audience, i.audience) && (!hasExpiry || now < expiresAt)
	if !isOurs {
		return nil, "inactive", nil
	}
	overage := own.texts("overage")
	if own.err == nil && !isWhole(overage) {
		i.log.Warn("incomplete introspection", "subject", subject, "overage", overage)
		return nil, "too_many_groups", nil
	}
	if own.err == nil && (subject == "" || clientID == "") {
		return nil, "inactive", nil
	}
	confirmation := own.confirmation()
	if confirmation == nil && strings.EqualFold(tokenType, dpop) {
		// A token reported as bound, to whatever key, must not be used as a bearer token.
		confirmation = &Confirmation{}
	}
	if !hasExpiry {
		expiresAt = now + activeTTL
	}
	principal = own.principal(identity{subject, clientID, id, expiresAt, confirmation, kind})
	if own.err != nil {
		return nil, "", own.err
	}
	return principal, "", nil
}

// fits returns true if the type of the response is that of this kind: a token is not accepted as an
// API key, and a key is not accepted as a token.
func fits(kind Credential, tokenType string, hasType bool) bool {
	if kind == APIKey {
		return tokenType == string(APIKey)
	}
	return !hasType || strings.EqualFold(tokenType, bearer) || strings.EqualFold(tokenType, dpop)
}

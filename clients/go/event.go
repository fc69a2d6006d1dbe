package access

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"doorward.example/access/internal/jws"
)

const (
	// eventType is the typ of a Security Event Token (RFC 8417 section 2.3).
	eventType = "secevent+jwt"

	caep = "https://schemas.openid.net/secevent/caep/event-type/"
	risc = "https://schemas.openid.net/secevent/risc/event-type/"

	sessionRevokedEvent  = caep + "session-revoked"
	claimsChangeEvent    = caep + "token-claims-change"
	accountDisabledEvent = risc + "account-disabled"
	accountPurgedEvent   = risc + "account-purged"
	sessionsRevokedEvent = risc + "sessions-revoked"
)

// events are those that have an effect on tokens; all others, known or not, have none.
var events = []string{
	sessionRevokedEvent, claimsChangeEvent, accountDisabledEvent, accountPurgedEvent, sessionsRevokedEvent,
}

// An EventError is the reason why a Security Event Token will never be accepted.
type EventError struct {
	// Code is the code for the transmitter (RFC 8935 section 2.4): invalid_request, invalid_key,
	// invalid_issuer or invalid_audience.
	Code    string
	message string

	unknownKey string
}

// Error returns the message.
func (e *EventError) Error() string { return e.message }

var (
	errEvent      = invalidEvent("the event is incomplete or has a member of the wrong type")
	errSubject    = invalidEvent("the event's subject is not understood")
	errOneEvent   = invalidEvent("the token does not have exactly one event")
	errOtherClaim = invalidEvent("the event has a claim of other tokens")
)

func invalidEvent(message string) *EventError {
	return &EventError{Code: "invalid_request", message: message}
}

// An Event is a verified event.
type Event struct {
	// ID is the identifier of the token (jti), for its acknowledgement.
	ID string
	// Revokes is true if the event has an effect on tokens of this issuer.
	Revokes bool
}

// ReceiveEvent verifies a Security Event Token (RFC 8417) and remembers its revocation. A Listener
// calls it; a service that receives events by push (RFC 8935) calls it itself, but then the age of the
// knowledge remains unknown. Its errors are an EventError, or one of the source of keys: then the event
// must be delivered again.
func (a *Access) ReceiveEvent(ctx context.Context, token string) (Event, error) {
	if a.signals == nil {
		return Event{}, misconfigured("this service does not listen: set WithSignals")
	}
	keys, err := a.keys.Keys(ctx)
	if err != nil {
		return Event{}, err
	}
	id, revocation, err := a.verifyEvent(token, keys)
	if unknown := (*EventError)(nil); errors.As(err, &unknown) && unknown.unknownKey != "" {
		if keys, err = a.keys.KeysFor(ctx, unknown.unknownKey); err != nil {
			return Event{}, err
		}
		id, revocation, err = a.verifyEvent(token, keys)
	}
	if err != nil {
		return Event{}, err
	}
	if revocation != nil && !a.signals.record(revocation, a.now().Unix()) {
		a.log.Error("too many revocations to remember: all tokens until now are revoked")
	}
	return Event{id, revocation != nil}, nil
}

// verifyEvent returns the ID and the revocation of an event; nil if it concerns no token of this
// issuer. An event has no expiry: a late revocation still counts.
func (a *Access) verifyEvent(token string, keys *KeySet) (string, *revocation, error) {
	payload, err := verifySigned(token, keys, jws.Algorithms(), func(typ any) bool {
		return jws.IsType(typ, eventType)
	})
	if rejected := (*TokenError)(nil); errors.As(err, &rejected) {
		return "", nil, unverifiable(rejected)
	}
	own := members{payload: payload}
	issuer, audience := own.requiredText("iss"), own.audience(true)
	id := own.requiredText("jti")
	issuedAt, isTime := seconds(payload["iat"])
	_, hasSubject := payload["sub"]
	_, hasExpiry := payload["exp"]
	switch {
	case own.err != nil || issuer == "" || id == "":
		return "", nil, errEvent
	case issuer != a.want.issuer:
		return "", nil, &EventError{Code: "invalid_issuer", message: "the event is from another issuer"}
	case !slices.Contains(audience, a.signals.config.ClientID):
		message := "the event is for another receiver"
		return "", nil, &EventError{Code: "invalid_audience", message: message}
	case hasSubject || hasExpiry:
		// They would let the token pass for another kind (SSF 1.0 section 4.1; RFC 8417 section 2.2).
		return "", nil, errOtherClaim
	case !isTime:
		return "", nil, errEvent
	}
	found, err := a.readEvent(payload, issuedAt)
	return id, found, err
}

// readEvent reads the only event of a verified token.
func (a *Access) readEvent(payload map[string]any, issuedAt int64) (*revocation, error) {
	all, _ := payload["events"].(map[string]any)
	if len(all) != 1 {
		return nil, errOneEvent
	}
	for name, value := range all {
		event, isObject := value.(map[string]any)
		if !isObject {
			return nil, errOneEvent
		}
		if !slices.Contains(events, name) {
			return nil, nil
		}
		until := issuedAt
		if written, isThere := event["event_timestamp"]; isThere {
			if until, isThere = seconds(written); !isThere {
				return nil, errEvent
			}
		}
		subject, isObject := payload["sub_id"].(map[string]any)
		if !isObject {
			return nil, errSubject
		}
		target, isOurs, err := a.readSubject(subject)
		if err != nil || !isOurs {
			return nil, err
		}
		return revocationOf(name, event, target, until)
	}
	return nil, errOneEvent
}

func unverifiable(rejected *TokenError) *EventError {
	found := &EventError{
		Code: "invalid_request", message: rejected.Error(), unknownKey: rejected.unknownKey,
	}
	if rejected.Code == "unknown_key" || rejected.Code == "signature" {
		found.Code = "invalid_key"
	}
	return found
}

func revocationOf(
	event string, members map[string]any, target target, until int64,
) (*revocation, error) {
	found := &revocation{target: target, until: until, because: sessionsEnded}
	switch event {
	case claimsChangeEvent:
		kept, err := readLists(members["claims"])
		if err != nil {
			return nil, err
		}
		found.because, found.kept = rolesReduced, kept
		if target.domain == bySubject {
			found.target.domain = byClaims
		}
	case accountDisabledEvent:
		found.because = accountDisabled
	case accountPurgedEvent:
		found.because = accountPurged
	default:
		switch target.domain {
		case bySession:
			found.because = sessionEnded
		case byGrant:
			found.because = grantRevoked
		case byClient:
			found.because = clientRevoked
		}
	}
	if target.domain == byNothing {
		found.because = allRevoked
	}
	return found, nil
}

// readLists reads the new claims of a token-claims-change (CAEP 1.0 section 3.2). An absent list is
// empty: what is unknown permits nothing.
func readLists(claims any) (*lists, error) {
	object, isObject := claims.(map[string]any)
	own := members{payload: object}
	found := &lists{own.texts("roles"), own.texts("groups"), own.texts("entitlements")}
	if !isObject || own.err != nil {
		return nil, errEvent
	}
	return found, nil
}

// readSubject returns what a subject identifier names (RFC 9493 section 3), and false for a user of
// another issuer.
func (a *Access) readSubject(subject map[string]any) (found target, isOurs bool, err error) {
	switch subject["format"] {
	case "iss_sub":
		return a.readUser(subject)
	case "uri":
		if subject["uri"] == a.want.issuer {
			return target{domain: byNothing}, true, nil
		}
	case "complex":
		return a.readComplex(subject)
	}
	return target{}, false, errSubject
}

// readComplex reads a complex subject (SSF 1.0 section 3.3).
func (a *Access) readComplex(subject map[string]any) (found target, isOurs bool, err error) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(subject)), func(name string) bool {
		return name == "format"
	})
	shape := strings.Join(names, " ")
	switch shape {
	case "user", "session user", "application user":
		user, isObject := subject["user"].(map[string]any)
		if !isObject || user["format"] != "iss_sub" {
			return target{}, false, errSubject
		}
		if found, isOurs, err = a.readUser(user); err != nil || !isOurs || shape == "user" {
			return found, isOurs, err
		}
	}
	id := func(name string) string {
		member, _ := subject[name].(map[string]any)
		text, _ := member["id"].(string)
		if member["format"] != "opaque" {
			return ""
		}
		return text
	}
	switch shape {
	case "session", "session user":
		found = target{bySession, id("session"), ""}
	case "application user":
		if found = (target{byGrant, found.name, id("application")}); found.client == "" {
			return target{}, false, errSubject
		}
	case "application":
		found = target{byClient, id("application"), ""}
	case "tenant":
		found = target{byTenant, id("tenant"), ""}
	case "group":
		kind, name, _ := strings.Cut(id("group"), ":")
		known := map[string]domain{"role": byRole, "group": byGroup, "permission": byPermission}
		domain, isKnown := known[kind]
		if !isKnown {
			return target{}, false, errSubject
		}
		found = target{domain, name, ""}
	}
	if found.name == "" {
		return target{}, false, errSubject
	}
	return found, true, nil
}

func (a *Access) readUser(user map[string]any) (found target, isOurs bool, err error) {
	issuer, _ := user["iss"].(string)
	subject, _ := user["sub"].(string)
	if issuer == "" || subject == "" {
		return target{}, false, errSubject
	}
	return target{bySubject, subject, ""}, issuer == a.want.issuer, nil
}

// seconds reads a time (RFC 7519 section 2, NumericDate); a part of a second counts as a whole one.
func seconds(value any) (int64, bool) {
	switch value := value.(type) {
	case int64:
		return value, value >= 0 && value <= maxTime
	case float64:
		value = math.Ceil(value)
		return int64(value), value >= 0 && value <= maxTime
	}
	return 0, false
}

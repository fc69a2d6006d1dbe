package access

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Forbidden builds a 403 with every reason, for rules of your own about single objects. Its
// challenge says insufficient_scope only if another scope helps.
func (a *Access) Forbidden(caller *Principal, reasons ...Reason) *Denied {
	denied := newDenied(http.StatusForbidden, "permission-denied", "You may not do this",
		joined(reasons))
	denied.Reasons = reasons
	var scopes []string
	for _, reason := range reasons {
		if reason.Code == "missing_scope" && !slices.Contains(scopes, reason.Scope) {
			scopes = append(scopes, reason.Scope)
		}
	}
	if len(scopes) > 0 {
		challenge := newChallenge(schemeOf(caller), a.realm).
			failed("insufficient_scope", "the token lacks a scope").
			with("scope", strings.Join(scopes, " "))
		denied.Challenges = []Challenge{a.finished(challenge)}
	}
	return a.logged(denied, caller)
}

// Challenges returns the challenges for a request without a token.
func (a *Access) Challenges() []Challenge {
	proof := a.finished(newChallenge(dpop, a.realm))
	if a.requireDPoP {
		return []Challenge{proof}
	}
	return []Challenge{a.finished(newChallenge(bearer, a.realm)), proof}
}

// require checks all conditions.
func (a *Access) require(caller *Principal, conditions []Condition) *Denied {
	var reasons []Reason
	for _, condition := range conditions {
		reasons = append(reasons, condition(caller)...)
	}
	if len(reasons) == 0 {
		return nil
	}
	return a.Forbidden(caller, reasons...)
}

// requireSignIn checks strength and age of the sign-in: 401 (RFC 9470 section 3), or 403 for a client
// that acts for itself and for an API key, which cannot sign in.
func (a *Access) requireSignIn(caller *Principal, wanted signIn) *Denied {
	reasons := wanted.lacks(caller, a.now())
	if len(reasons) == 0 {
		return nil
	}
	if reasons[0].Code == "user_required" {
		return a.Forbidden(caller, reasons...)
	}
	challenge := newChallenge(schemeOf(caller), a.realm).failed(
		"insufficient_user_authentication", "a stronger or more recent sign-in is required")
	if len(wanted.acrValues) > 0 {
		challenge = challenge.with("acr_values", strings.Join(wanted.acrValues, " "))
	}
	if wanted.hasMaxAge {
		challenge = challenge.with("max_age", strconv.FormatInt(wanted.maxAge, 10))
	}
	denied := newDenied(http.StatusUnauthorized, "sign-in-required", "Sign in again",
		joined(reasons))
	denied.Challenges = []Challenge{a.finished(challenge)}
	denied.Reasons = reasons
	return a.logged(denied, caller)
}

// noToken builds a 401 without an error code: the request contains no token (RFC 6750 section 3.1).
func (a *Access) noToken(advice string) *Denied {
	denied := newDenied(http.StatusUnauthorized, "token-required", "A token is required", advice)
	denied.Challenges = a.Challenges()
	return a.logged(denied, nil)
}

func (a *Access) invalidToken(scheme, detail string) *Denied {
	return a.unauthorized(scheme, "invalid_token", "invalid-token", "The token is not accepted", detail)
}

func (a *Access) unproved(scheme, code, detail string) *Denied {
	title := "The token comes without the proof of its key"
	return a.unauthorized(scheme, code, "proof-of-possession", title, detail)
}

func (a *Access) unauthorized(scheme, code, problem, title, detail string) *Denied {
	denied := newDenied(http.StatusUnauthorized, problem, title, detail)
	challenge := newChallenge(scheme, a.realm).failed(code, detail)
	denied.Challenges = []Challenge{a.finished(challenge)}
	return a.logged(denied, nil)
}

func (a *Access) ambiguous(detail string) *Denied {
	denied := newDenied(http.StatusBadRequest, "malformed-request", "The request is ambiguous", detail)
	challenge := newChallenge(bearer, a.realm).failed("invalid_request", detail)
	denied.Challenges = []Challenge{a.finished(challenge)}
	return denied
}

// outage builds a 503: an outage must not sign users out.
func (a *Access) outage(err error) *Denied {
	retryAfter := 1
	if away := (*UnavailableError)(nil); errors.As(err, &away) {
		retryAfter = away.RetryAfter
	} else {
		a.log.Error("caller not authenticated", "error", err)
	}
	return unavailable(retryAfter)
}

func (a *Access) finished(challenge Challenge) Challenge {
	if a.resourceMetadata == "" {
		return challenge
	}
	return challenge.with("resource_metadata", a.resourceMetadata)
}

// logged gives a denial its ID, and logs it with the ID, so that an administrator can find it.
func (a *Access) logged(denied *Denied, caller *Principal) *Denied {
	denied.DecisionID = newDecisionID()
	attributes := []any{
		"decision_id", denied.DecisionID, "status", denied.Status, "reason", denied.Detail,
	}
	if caller != nil {
		attributes = append(attributes, "subject", caller.Subject, "client_id", caller.ClientID)
	}
	a.log.Warn("request denied", attributes...)
	return denied
}

// schemeOf returns the scheme of the caller's access token. A certificate-bound token uses the Bearer
// scheme (RFC 8705 section 3).
func schemeOf(caller *Principal) string {
	if isBound(caller) {
		return dpop
	}
	return bearer
}

package access

import (
	"errors"
	"fmt"
)

// A TokenError is the reason why a token or key is not accepted. The message contains nothing that
// its holder must not know.
type TokenError struct {
	// Code is the stable name of the reason, such as "expired".
	Code string
	// Detail says more about a malformed token, and why one was revoked.
	Detail string

	unknownKey string
}

// Error returns the message.
func (e *TokenError) Error() string {
	if e.Code == "revoked" {
		return e.Detail
	}
	if e.Detail != "" {
		return tokenMessages[e.Code] + ": " + e.Detail
	}
	return tokenMessages[e.Code]
}

var tokenMessages = map[string]string{
	"too_long":      "the token is too long",
	"malformed":     "the token is malformed",
	"algorithm":     "the token's algorithm is not accepted",
	"header":        "the token's header has a parameter that is not accepted",
	"type":          "this is another type of token",
	"unknown_key":   "the token was signed with an unknown key",
	"signature":     "the token's signature is wrong",
	"claims":        "the token's claims are incomplete or of the wrong type",
	"issuer":        "the token is from another issuer",
	"audience":      "the token is for another audience",
	"expired":       "the token has expired",
	"not_yet_valid": "the token is not valid yet",
	"overage": "the token could not carry all roles and groups, and this service does not ask the " +
		"issuer for them: its operator has to configure token introspection",
	"inactive": "the token is not valid for this resource",
	"too_many_groups": "the subject has more roles and groups than the issuer lists: an " +
		"administrator has to remove some",
}

func rejected(code string) *TokenError {
	return &TokenError{Code: code}
}

// A ProofError is the reason why a DPoP proof is not accepted (RFC 9449 section 4.3).
type ProofError struct {
	// Code is the stable name of the reason, such as "signature".
	Code    string
	message string
}

// Error returns the message.
func (e *ProofError) Error() string {
	return e.message
}

// An UnavailableError is an outage of the issuer without a usable cached answer: 503, never access,
// and never a 401, which would sign users out.
type UnavailableError struct {
	// RetryAfter is the number of seconds until another attempt makes sense.
	RetryAfter int

	cause error
}

// Error returns the message, with the cause: it belongs into logs only.
func (e *UnavailableError) Error() string {
	if e.cause == nil {
		return "access: the issuer is not available"
	}
	return fmt.Sprintf("access: the issuer is not available: %v", e.cause)
}

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error {
	return e.cause
}

// ErrMisconfigured reports a setting that is missing or contradicts another one.
var ErrMisconfigured = errors.New("access: misconfigured")

func misconfigured(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrMisconfigured, fmt.Sprintf(format, arguments...))
}

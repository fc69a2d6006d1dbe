package access

import (
	"slices"
	"time"
)

// A Credential is what a caller presented.
type Credential string

// The kinds of credentials.
const (
	// SignedToken is a signed access token (RFC 9068).
	SignedToken Credential = "signed_token"
	// ReferenceToken is an access token that the issuer introspects (RFC 7662).
	ReferenceToken Credential = "reference_token"
	// APIKey is a key in X-API-Key, which the issuer also introspects.
	APIKey Credential = "api_key"
)

// A Principal is the caller of a request. Its lists are shared between requests: do not change them.
type Principal struct {
	// Subject is the user, or the client itself if it acts on its own behalf.
	Subject string
	// ClientID is the client that holds the token.
	ClientID string
	// ID is the identifier of the token (jti), or of the API key.
	ID string
	// ExpiresAt is the expiry of the token.
	ExpiresAt time.Time
	// Scope is what the user granted to the client.
	Scope []string
	// Roles are names of roles.
	Roles []string
	// Groups are paths of groups.
	Groups []string
	// ManagedGroups are paths of the groups that the user manages, and of their subgroups.
	ManagedGroups []string
	// Entitlements are the permissions of the user at this resource, such as "tasks:write".
	Entitlements []string
	// Organization is the one in which the user acts, "" for none. Filter every query by it.
	Organization string
	// EmailVerified is true if the user's e-mail address is verified; false if the token does not say.
	EmailVerified bool
	// ACR is the authentication context class of the sign-in.
	ACR string
	// AMR are the authentication methods of the sign-in.
	AMR []string
	// AuthTime is the time of the sign-in, zero if there was none.
	AuthTime time.Time
	// SessionID is the session in which the token was issued (sid).
	SessionID string
	// Confirmation is the key or certificate that the sender must prove; nil for a bearer token.
	Confirmation *Confirmation
	// AuthorizationDetails are those that the user granted (RFC 9396). Your service checks them.
	AuthorizationDetails []map[string]any
	// Credential is what the caller presented.
	Credential Credential
	// Claims are all claims of the token, or of the response to its introspection, for custom ones.
	// Integers are int64 or uint64, other numbers float64.
	Claims map[string]any
}

// A Confirmation is the key or certificate that a token is bound to (cnf, RFC 7800).
type Confirmation struct {
	// JKT is the thumbprint of the key that signs DPoP proofs (RFC 9449 section 6.1).
	JKT string
	// X5TS256 is the thumbprint of the client's certificate (RFC 8705 section 3.1).
	X5TS256 string
	// Others are further methods, which are not supported: a token with one is never accepted.
	Others map[string]any
}

// isUnderstood returns true if there is a known confirmation and no unknown one.
func (c *Confirmation) isUnderstood() bool {
	return len(c.Others) == 0 && (c.JKT != "" || c.X5TS256 != "")
}

// IsService returns true for a machine: a client that acts on its own behalf (RFC 9068 section 2.2).
func (p *Principal) IsService() bool {
	return p.Subject == p.ClientID
}

// IsUser returns true for a user: some client acts on behalf of the subject.
func (p *Principal) IsUser() bool {
	return !p.IsService()
}

// IsVerifiedUser returns true for a user with a verified e-mail address.
func (p *Principal) IsVerifiedUser() bool {
	return p.IsUser() && p.EmailVerified
}

// HasScope returns true if the scope has this name.
func (p *Principal) HasScope(name string) bool {
	return slices.Contains(p.Scope, name)
}

// HasRole returns true if the caller has this role.
func (p *Principal) HasRole(name string) bool {
	return slices.Contains(p.Roles, name)
}

// HasEntitlement returns true if the caller has this permission.
func (p *Principal) HasEntitlement(name string) bool {
	return slices.Contains(p.Entitlements, name)
}

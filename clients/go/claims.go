package access

import (
	"errors"
	"strings"
	"time"
)

// maxScopeBytes is the maximum length of a scope.
const maxScopeBytes = 2048

// maxActors is the maximum depth of a chain of actors; the nesting of JSON is limited as well.
const maxActors = 32

// errClaim reports a missing required claim, or a claim of the wrong type.
var errClaim = errors.New("a claim is missing or of the wrong type")

// tokenClaims are the claims of an access token (RFC 9068 section 2.2) that this package checks, and
// the caller that the others describe.
type tokenClaims struct {
	issuer              string
	audience            []string
	expiresAt, issuedAt int64
	notBefore           int64
	overage             []string
	principal           *Principal
}

// readClaims reads the claims of a verified token. Types are strict: a claim of the wrong type is an
// error, never an absent claim.
func readClaims(payload map[string]any, now int64) (*tokenClaims, error) {
	own := members{payload: payload}
	claims := &tokenClaims{
		issuer:    own.requiredText("iss"),
		audience:  own.audience(true),
		expiresAt: own.requiredTime("exp"),
		issuedAt:  own.requiredTime("iat"),
		notBefore: now,
		overage:   own.texts("overage"),
	}
	if _, isThere := payload["nbf"]; isThere {
		claims.notBefore = own.requiredTime("nbf")
	}
	identity := identity{
		subject:      own.requiredText("sub"),
		clientID:     own.requiredText("client_id"),
		id:           own.requiredText("jti"),
		expiresAt:    claims.expiresAt,
		confirmation: own.confirmation(),
		credential:   SignedToken,
	}
	own.text("username")
	own.text("email")
	own.boolean("is_staff")
	own.actor(payload["act"], maxActors)
	if value := payload["may_act"]; value != nil {
		_, isObject := value.(map[string]any)
		own.fail(!isObject)
	}
	claims.principal = own.principal(identity)
	return claims, own.err
}

// identity is what tokens and responses of introspection say in different ways.
type identity struct {
	subject, clientID, id string
	expiresAt             int64
	confirmation          *Confirmation
	credential            Credential
}

// members are the members of an object that describes a caller. The first error stays in err.
type members struct {
	payload map[string]any
	err     error
}

func (m *members) principal(who identity) *Principal {
	principal := &Principal{
		Subject:              who.subject,
		ClientID:             who.clientID,
		ID:                   who.id,
		ExpiresAt:            time.Unix(who.expiresAt, 0),
		Scope:                m.scope(),
		Roles:                m.texts("roles"),
		Groups:               m.texts("groups"),
		ManagedGroups:        m.texts("managed_groups"),
		Entitlements:         m.texts("entitlements"),
		EmailVerified:        m.boolean("email_verified"),
		AMR:                  m.texts("amr"),
		Confirmation:         who.confirmation,
		AuthorizationDetails: m.details(),
		Credential:           who.credential,
		Claims:               m.payload,
	}
	principal.Organization, _ = m.text("org")
	principal.ACR, _ = m.text("acr")
	principal.SessionID, _ = m.text("sid")
	if seconds, isThere := m.time("auth_time"); isThere {
		principal.AuthTime = time.Unix(seconds, 0)
	}
	return principal
}

func (m *members) fail(isWrong bool) {
	if isWrong {
		m.err = errClaim
	}
}

// optional reads a member that may be missing or null: a text, a truth value, or a whole number of 64
// bits.
func optional[T string | bool | int64](m *members, name string) (T, bool) {
	var none T
	member := m.payload[name]
	if member == nil {
		return none, false
	}
	value, isOfType := member.(T)
	m.fail(!isOfType)
	return value, isOfType
}

// required reads a member that must be there.
func required[T string | int64](m *members, name string) T {
	value, isThere := optional[T](m, name)
	m.fail(!isThere)
	return value
}

func (m *members) text(name string) (string, bool) { return optional[string](m, name) }

func (m *members) requiredText(name string) string { return required[string](m, name) }

func (m *members) time(name string) (int64, bool) { return optional[int64](m, name) }

func (m *members) requiredTime(name string) int64 { return required[int64](m, name) }

func (m *members) boolean(name string) bool {
	value, _ := optional[bool](m, name)
	return value
}

// texts reads a list of texts, which may be missing, but not null.
func (m *members) texts(name string) []string {
	value, isThere := m.payload[name]
	if !isThere {
		return nil
	}
	list, isList := value.([]any)
	m.fail(!isList)
	found := make([]string, 0, len(list))
	for _, one := range list {
		text, isText := one.(string)
		m.fail(!isText)
		found = append(found, text)
	}
	return found
}

// audience reads a text or a list of texts.
func (m *members) audience(isRequired bool) []string {
	value := m.payload["aud"]
	if text, isText := value.(string); isText {
		return []string{text}
	}
	if value == nil {
		m.fail(isRequired)
		return nil
	}
	return m.texts("aud")
}

func (m *members) scope() []string {
	value, isThere := m.payload["scope"]
	if !isThere {
		return nil
	}
	names, isText := value.(string)
	m.fail(!isText || len(names) > maxScopeBytes)
	for at := range len(names) {
		// RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E, separated by spaces.
		m.fail(names[at] < ' ' || names[at] > '~' || names[at] == '"' || names[at] == '\\')
	}
	var found []string
	seen := map[string]bool{}
	for name := range strings.SplitSeq(names, " ") {
		if name != "" && !seen[name] {
			seen[name] = true
			found = append(found, name)
		}
	}
	return found
}

// actor checks a chain of actors (RFC 8693 section 4.1).
func (m *members) actor(value any, levels int) {
	if value == nil {
		return
	}
	actor, isObject := value.(map[string]any)
	_, isText := actor["sub"].(string)
	m.fail(!isObject || !isText || levels == 0)
	if m.err == nil {
		m.actor(actor["act"], levels-1)
	}
}

func (m *members) confirmation() *Confirmation {
	value := m.payload["cnf"]
	if value == nil {
		return nil
	}
	object, isObject := value.(map[string]any)
	m.fail(!isObject)
	own := members{payload: object}
	confirmation := &Confirmation{}
	for name, thumbprint := range map[string]*string{
		"jkt": &confirmation.JKT, "x5t#S256": &confirmation.X5TS256,
	} {
		text, isThere := own.text(name)
		// An empty one would be no constraint at all.
		own.fail(isThere && text == "")
		*thumbprint = text
	}
	for name, value := range object {
		if name != "jkt" && name != "x5t#S256" {
			if confirmation.Others == nil {
				confirmation.Others = map[string]any{}
			}
			confirmation.Others[name] = value
		}
	}
	m.fail(own.err != nil)
	return confirmation
}

func (m *members) details() []map[string]any {
	value, isThere := m.payload["authorization_details"]
	if !isThere {
		return nil
	}
	list, isList := value.([]any)
	m.fail(!isList)
	var details []map[string]any
	for _, one := range list {
		detail, isObject := one.(map[string]any)
		kind, isText := detail["type"].(string)
		m.fail(!isObject || !isText || kind == "")
		details = append(details, detail)
	}
	return details
}

// isWhole returns true if overage names neither roles nor groups. Incomplete ones must never be read
// as "no rule forbids it". Incomplete entitlements and managed groups are safe, because they only
// grant access.
func isWhole(overage []string) bool {
	for _, name := range overage {
		if name != "entitlements" && name != "managed_groups" {
			return false
		}
	}
	return true
}

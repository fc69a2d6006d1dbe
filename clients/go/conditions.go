package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Condition is a check of the caller: it returns the reasons against it, none if it is met.
type Condition func(caller *Principal) []Reason

// Permission requires a permission of the user, and the scope of the same name.
//
// Both are required: an entitlement is what a role allows the user, a scope is what the user allowed
// the client. Role names are ignored: the issuer resolves roles to entitlements.
func Permission(name string) Condition {
	return PermissionCoveredBy(name, name)
}

// PermissionCoveredBy requires a permission of the user, and a scope that covers it. A scope with
// the permission's own name is also accepted.
func PermissionCoveredBy(permission, scope string) Condition {
	return func(caller *Principal) []Reason {
		var reasons []Reason
		if !caller.HasEntitlement(permission) {
			reasons = append(reasons, missingEntitlement(permission))
		}
		if !caller.HasScope(scope) && !caller.HasScope(permission) {
			reasons = append(reasons, missingScope(scope))
		}
		return reasons
	}
}

// Scope requires all these scopes.
func Scope(first string, further ...string) Condition {
	return all((*Principal).HasScope, missingScope, first, further)
}

// Entitlement requires all these permissions of the user, whatever the scope.
func Entitlement(first string, further ...string) Condition {
	return all((*Principal).HasEntitlement, missingEntitlement, first, further)
}

// Role requires all these roles. A token has the roles with a permission of the resource, and every
// role if the resource asks for roles.
func Role(first string, further ...string) Condition {
	return func(caller *Principal) []Reason {
		missing := func(role string) Reason {
			if len(caller.Roles) == 0 {
				return missingRole("the token has no roles", role)
			}
			return missingRole("the token does not have the role "+role, role)
		}
		return all((*Principal).HasRole, missing, first, further)(caller)
	}
}

// User requires a user: no client that acts for itself.
func User(caller *Principal) []Reason {
	if caller.IsUser() {
		return nil
	}
	return []Reason{userRequired()}
}

// Machine requires a client that acts for itself.
func Machine(caller *Principal) []Reason {
	if caller.IsService() {
		return nil
	}
	detail := "only a client that acts for itself may do this"
	return []Reason{{Code: "machine_required", Detail: detail}}
}

// VerifiedUser requires a user with a verified e-mail address.
func VerifiedUser(caller *Principal) []Reason {
	if caller.IsVerifiedUser() {
		return nil
	}
	detail := "the caller must be a user with a verified e-mail address; " +
		"the user can verify it on the account page"
	return []Reason{{Code: "unverified", Detail: detail}}
}

// AnyOf requires at least one of the conditions.
func AnyOf(first Condition, further ...Condition) Condition {
	return func(caller *Principal) []Reason {
		var reasons []Reason
		for _, condition := range append([]Condition{first}, further...) {
			against := condition(caller)
			if len(against) == 0 {
				return nil
			}
			reasons = append(reasons, against...)
		}
		return reasons
	}
}

// signIn is the required strength and age of the sign-in (RFC 9470), in addition to the permission.
type signIn struct {
	acrValues []string
	maxAge    int64
	hasMaxAge bool
}

func (s signIn) isAny() bool {
	return len(s.acrValues) == 0 && !s.hasMaxAge
}

// lacks returns the unmet requirements. A token without acr or auth_time does not meet the
// corresponding one (RFC 9470 section 6). A client that acts for itself and an API key meet none,
// and can never meet one.
func (s signIn) lacks(caller *Principal, now time.Time) []Reason {
	if s.isAny() {
		return nil
	}
	if !caller.IsUser() || caller.Credential == APIKey {
		return []Reason{userRequired()}
	}
	var reasons []Reason
	isStrong := caller.ACR != "" && slices.Contains(s.acrValues, caller.ACR)
	if len(s.acrValues) > 0 && !isStrong {
		detail := "the sign-in was not strong enough; the application must ask for acr_values " +
			strings.Join(s.acrValues, " ")
		reason := Reason{Code: "sign_in_too_weak", ACRValues: s.acrValues, Detail: detail}
		reasons = append(reasons, reason)
	}
	// A sign-in slightly in the future comes from a clock that is ahead. The zero time, for none, is too
	// old for every age.
	isRecent := caller.AuthTime.Unix() >= now.Unix()-s.maxAge
	if s.hasMaxAge && !isRecent {
		detail := fmt.Sprintf(
			"the sign-in was too long ago; the application must ask for max_age %d", s.maxAge)
		reason := Reason{Code: "sign_in_too_old", MaxAge: &s.maxAge, Detail: detail}
		reasons = append(reasons, reason)
	}
	return reasons
}

func userRequired() Reason {
	detail := "a user must sign in; a client that acts for itself, or an API key, may not do this"
	return Reason{Code: "user_required", Detail: detail}
}

func missingEntitlement(permission string) Reason {
	detail := fmt.Sprintf("the account does not have the permission %s; "+
		"an administrator can assign a role that has it", permission)
	return Reason{Code: "missing_entitlement", Permission: permission, Detail: detail}
}

func missingScope(scope string) Reason {
	detail := fmt.Sprintf(
		"the token does not have the scope %s; the application must ask for it", scope)
	return Reason{Code: "missing_scope", Scope: scope, Detail: detail}
}

func missingRole(what, role string) Reason {
	detail := what + "; either an administrator has to assign the role to the account, or the " +
		"resource has to ask for `roles` in its tokens " +
		"(`doorward resource update URI --token-claims roles`)"
	return Reason{Code: "missing_role", Role: role, Detail: detail}
}

// all requires all names. A first one is an argument, because a list of none would allow all.
func all(
	has func(*Principal, string) bool, missing func(string) Reason, first string, further []string,
) Condition {
	return func(caller *Principal) []Reason {
		var reasons []Reason
		for _, name := range append([]string{first}, further...) {
			if !has(caller, name) {
				reasons = append(reasons, missing(name))
			}
		}
		return reasons
	}
}

// Decisions whether a caller may perform an operation.

import { Misconfigured, type Reason } from './errors.js'
import type { Principal } from './principal.js'

/** The permission and the scope that an operation requires. */
export interface Requirement {
  /** The permission that the user must have, such as `tasks:read_all`. */
  readonly permission: string
  /** The scope that covers it. A scope with the permission's own name is also accepted. */
  readonly scope?: string
}

/** The required strength and age of the sign-in (RFC 9470), in addition to the permission. */
export interface Assurance {
  /** The accepted `acr` values, compared literally; any if empty. */
  readonly acrValues?: readonly string[]
  /** The maximum age of the sign-in in seconds; any if it is missing. */
  readonly maxAge?: number
}

/** A check of the caller: returns the reasons against it, none if it is met. */
export type Condition = (principal: Principal) => readonly Reason[]

/**
 * Returns the missing parts of a requirement; none if the operation is allowed.
 *
 * Allowed if and only if the entitlements contain the permission, and the scope contains the
 * permission or the scope that covers it. Role names are ignored: the issuer resolves roles to
 * entitlements.
 */
export function decide(principal: Principal, requirement: Requirement): Reason[] {
  const { permission, scope = permission } = requirement
  const reasons: Reason[] = []
  if (!principal.hasEntitlement(permission)) reasons.push(missingEntitlement(permission))
  if (!principal.hasScope(scope) && !principal.hasScope(permission))
    reasons.push(missingScope(scope))
  return reasons
}

/**
 * Returns the unmet sign-in requirements of a token.
 *
 * A token without `acr` or `auth_time` does not meet the corresponding requirement (RFC 9470
 * section 6). A client that acts for itself and an API key meet none, and can never meet one.
 */
export function lacks(principal: Principal, wanted: Assurance, now: number): Reason[] {
  const { acrValues = [], maxAge } = wanted
  const wantsAny = acrValues.length === 0 && maxAge === undefined
  if (!wantsAny && (!principal.isUser || principal.credential === 'api_key'))
    return [userRequired()]
  const reasons: Reason[] = []
  if (acrValues.length > 0 && (principal.acr === null || !acrValues.includes(principal.acr))) {
    const named = acrValues.join(' ')
    reasons.push({
      code: 'sign_in_too_weak',
      detail: `the sign-in was not strong enough; the application must ask for acr_values ${named}`,
      acr_values: acrValues,
    })
  }
  // A sign-in slightly in the future comes from a clock that is ahead.
  const age = principal.authTime === null ? Infinity : Math.max(now - principal.authTime, 0)
  if (maxAge !== undefined && age > maxAge) {
    reasons.push({
      code: 'sign_in_too_old',
      detail: `the sign-in was too long ago; the application must ask for max_age ${maxAge}`,
      max_age: maxAge,
    })
  }
  return reasons
}

/** Requires a permission of the user and the scope that covers it. */
export function hasPermission(permission: string, coveredBy = permission): Condition {
  return (principal) => decide(principal, { permission, scope: coveredBy })
}

/** Requires all these scopes. */
export function hasScope(...names: string[]): Condition {
  return all(names, (principal) => principal.scope, missingScope)
}

/** Requires all these permissions of the user, whatever the scope. */
export function hasEntitlement(...names: string[]): Condition {
  return all(names, (principal) => principal.entitlements, missingEntitlement)
}

/**
 * Requires all these roles.
 *
 * A token has the roles with a permission of the resource, and every role if the resource asks for
 * `roles`.
 */
export function hasRole(...names: string[]): Condition {
  return all(names, (principal) => principal.roles, missingRole)
}

/** Requires a user: no client that acts for itself. */
export const isUser: Condition = (principal) => (principal.isUser ? [] : [userRequired()])

/** Requires a client that acts for itself. */
export const isMachine: Condition = (principal) => {
  const detail = 'only a client that acts for itself may do this'
  return principal.isService ? [] : [{ code: 'machine_required', detail }]
}

/** Requires a user with a verified e-mail address. */
export const isVerifiedUser: Condition = (principal) => {
  const detail =
    'the caller must be a user with a verified e-mail address; ' +
    'the user can verify it on the account page'
  return principal.isVerifiedUser ? [] : [{ code: 'unverified', detail }]
}

/** Requires at least one of the conditions. */
export function anyOf(...conditions: Condition[]): Condition {
  if (conditions.length === 0) throw new Misconfigured('anyOf needs a condition')
  return (principal) => {
    const found = conditions.map((condition) => condition(principal))
    return found.some((reasons) => reasons.length === 0) ? [] : found.flat()
  }
}

function userRequired(): Reason {
  const detail =
    'a user must sign in; a client that acts for itself, or an API key, may not do this'
  return { code: 'user_required', detail }
}

function missingEntitlement(permission: string): Reason {
  const detail =
    `the account does not have the permission ${permission}; ` +
    'an administrator can assign a role that has it'
  return { code: 'missing_entitlement', permission, detail }
}

function missingScope(scope: string): Reason {
  const detail = `the token does not have the scope ${scope}; the application must ask for it`
  return { code: 'missing_scope', scope, detail }
}

function missingRole(role: string, own: readonly string[]): Reason {
  const missing =
    own.length > 0 ? `the token does not have the role ${role}` : 'the token has no roles'
  const detail =
    `${missing}; either an administrator has to assign the role to the account, or the resource has ` +
    'to ask for `roles` in its tokens (`doorward resource update URI --token-claims roles`)'
  return { code: 'missing_role', role, detail }
}

function all(
  names: readonly string[],
  of: (principal: Principal) => readonly string[],
  missing: (name: string, own: readonly string[]) => Reason,
): Condition {
  if (names.length === 0) throw new Misconfigured('name at least one')
  return (principal) => {
    const own = of(principal)
    return names.filter((name) => !own.includes(name)).map((name) => missing(name, own))
  }
}

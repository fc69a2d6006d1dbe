// The claims of access tokens (RFC 9068 section 2.2).
//
// Types are strict: a claim of the wrong type is an error, never an absent claim.

import type { AuthorizationDetail, Confirmation, PrincipalFields } from './principal.js'
import { Principal } from './principal.js'
import type { StrictObject } from './strict-json.js'
import { isObject } from './strict-json.js'

/** The maximum length of a scope. */
const MAX_SCOPE_BYTES = 2048

/** RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E, separated by spaces. */
const SCOPE = /^[ !#-[\]-~]*$/

/** A missing required claim, or a claim of the wrong type. */
export class WrongClaim extends Error {}

/** The claims that this package checks, and the caller that the others describe. */
export interface AccessTokenClaims {
  readonly iss: string
  readonly audience: readonly string[]
  readonly iat: number
  readonly notBefore: number | null
  readonly overage: readonly string[]
  readonly principal: Principal
}

/** Reads the claims of a verified token; throws `WrongClaim`. */
export function read(payload: StrictObject): AccessTokenClaims {
  const own = new Members(payload)
  for (const [name, kind] of ALSO_CHECKED) own.optional(name, kind)
  const principal = principalOf(own, {
    subject: own.required('sub', text),
    clientId: own.required('client_id', text),
    jti: own.required('jti', text),
    expiresAt: own.time('exp'),
    confirmation: own.optional('cnf', confirmation),
    credential: 'signed_token',
  })
  return {
    iss: own.required('iss', text),
    audience: own.required('aud', audience),
    iat: own.time('iat'),
    notBefore: own.has('nbf') ? own.time('nbf') : null,
    overage: own.listed('overage'),
    principal,
  }
}

/** The members of an object that describes a caller. */
export class Members {
  constructor(readonly payload: StrictObject) {}

  has(name: string): boolean {
    return Object.hasOwn(this.payload.members, name)
  }

  /** Reads a member that must be there. */
  required<T>(name: string, kind: (value: unknown) => T): T {
    return kind(this.get(name))
  }

  /** Reads a member that may be missing or null. */
  optional<T>(name: string, kind: (value: unknown) => T): T | null {
    const value = this.get(name)
    return value === undefined || value === null ? null : kind(value)
  }

  /** Reads a list of texts, an empty one if it is missing. */
  listed(name: string): readonly string[] {
    return this.has(name) ? texts(this.get(name)) : []
  }

  /** Reads a whole number of 64 bits that must be there. */
  time(name: string): number {
    if (!this.payload.integers.has(name)) throw new WrongClaim(name)
    return Number(this.get(name))
  }

  /** Reads a whole number of 64 bits that may be missing or null. */
  optionalTime(name: string): number | null {
    const value = this.get(name)
    return value === undefined || value === null ? null : this.time(name)
  }

  /** Returns a member. Not one of the prototype, such as `constructor`. */
  get(name: string): unknown {
    return this.has(name) ? this.payload.members[name] : undefined
  }
}

/** The members that identify a caller. */
type Identity = Pick<
  PrincipalFields,
  'subject' | 'clientId' | 'jti' | 'expiresAt' | 'confirmation' | 'credential'
>

/** Builds a caller of an identity and the members that may be missing. */
export function principalOf(own: Members, identity: Identity): Principal {
  return new Principal({
    ...identity,
    scope: own.has('scope') ? scope(own.get('scope')) : [],
    roles: own.listed('roles'),
    groups: own.listed('groups'),
    managedGroups: own.listed('managed_groups'),
    entitlements: [...new Set(own.listed('entitlements'))],
    org: own.optional('org', text),
    emailVerified: own.optional('email_verified', boolean) ?? false,
    acr: own.optional('acr', text),
    amr: own.listed('amr'),
    authTime: own.optionalTime('auth_time'),
    sid: own.optional('sid', text),
    authorizationDetails: own.has('authorization_details')
      ? details(own.get('authorization_details'))
      : [],
    claims: own.payload.members,
  })
}

/**
 * Returns true if `overage` names neither roles nor groups.
 *
 * Incomplete ones must never be read as "no rule forbids it". Incomplete entitlements and managed
 * groups are safe, because they only grant access.
 */
export function isWhole(overage: readonly string[]): boolean {
  return overage.every((name) => name === 'entitlements' || name === 'managed_groups')
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new WrongClaim()
  return value
}

export function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new WrongClaim()
  return value
}

export function audience(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : texts(value)
}

export function confirmation(value: unknown): Confirmation {
  const { jkt, 'x5t#S256': x5tS256, ...others } = object(value)
  return { jkt: thumbprint(jkt), x5tS256: thumbprint(x5tS256), others }
}

function thumbprint(value: unknown): string | null {
  return value === undefined || value === null ? null : text(value)
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new WrongClaim()
  return value.map(text)
}

function object(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new WrongClaim()
  return value
}

function scope(value: unknown): readonly string[] {
  const names = text(value)
  if (names.length > MAX_SCOPE_BYTES || !SCOPE.test(names)) throw new WrongClaim()
  return [...new Set(names.split(' ').filter((name) => name !== ''))]
}

function actor(value: unknown): void {
  const { sub, act } = object(value)
  text(sub)
  if (act !== undefined && act !== null) actor(act)
}

function details(value: unknown): readonly AuthorizationDetail[] {
  if (!Array.isArray(value)) throw new WrongClaim()
  return value.map((one) => {
    const detail = object(one)
    const type = text(detail.type)
    if (type === '') throw new WrongClaim()
    return { ...detail, type }
  })
}

const ALSO_CHECKED: readonly [string, (value: unknown) => unknown][] = [
  ['username', text],
  ['email', text],
  ['is_staff', boolean],
  ['act', actor],
  ['may_act', object],
]

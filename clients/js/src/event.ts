// Security Event Tokens (RFC 8417), and the revocations that they report (CAEP 1.0, RISC 1.0).

import { audience, Members, WrongClaim } from './claims.js'
import { EventRejected, TokenRejected } from './errors.js'
import * as jws from './jws.js'
import type { KeySet } from './keys.js'
import { isObject } from './strict-json.js'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const CLAIMS_CHANGE = `${CAEP}token-claims-change`
const SESSIONS_ENDED = 'the sessions of the user were ended'
/** The reason for a token of an issuer that revoked all of them. */
export const ALL_REVOKED = 'all tokens up to a time were revoked'
/** The events that revoke tokens, each with its reason; null if the subject decides. */
const REASONS = new Map<string, string | null>([
  [`${CAEP}session-revoked`, null],
  [`${RISC}sessions-revoked`, null],
  [CLAIMS_CHANGE, 'roles were reduced'],
  [`${RISC}account-disabled`, 'the account was disabled'],
  [`${RISC}account-purged`, 'the account was deleted'],
])
/** The events that have an effect on tokens. */
export const EVENTS: readonly string[] = [...REASONS.keys()]
const MAX_TIME = 2 ** 32 - 1

/** What names the tokens of a revocation. */
export type TargetKind =
  | 'session'
  | 'subject'
  | 'grant'
  | 'client'
  | 'role'
  | 'group'
  | 'permission'
  | 'tenant'
  | 'all'

/** The lists of a subject after a change. An absent list is empty: the unknown permits nothing. */
export interface Lists {
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly entitlements: readonly string[]
}

/** Tokens that were issued up to a time are rejected. */
export interface Revocation {
  readonly kind: TargetKind
  /** The value or values of the claims. */
  readonly name: readonly string[]
  /** The time of the event in Unix seconds. Tokens of this second are rejected too. */
  readonly at: number
  /** The reason for the holder. */
  readonly because: string
  /** Tokens of the second `at` with no more than these lists are kept. */
  readonly kept: Lists | null
}

/** A verified event. */
export interface SignedEvent {
  /** The identifier, for its acknowledgement. */
  readonly jti: string
  /** The revocation; null if the event has no effect on tokens of this issuer. */
  readonly revocation: Revocation | null
}

/** Verifies an event for a receiver, by its client ID; rejects with `EventRejected`. */
export async function verifyEvent(
  token: string,
  keys: KeySet,
  issuer: string,
  receiver: string,
): Promise<SignedEvent> {
  const claims = await verified(token, keys)
  if (text(claims.iss) !== issuer)
    throw new EventRejected('invalid_issuer', 'the event is from another issuer')
  if (receiver === '' || !audienceOf(claims.aud).includes(receiver))
    throw new EventRejected('invalid_audience', 'the event is for another receiver')
  // They would let the token pass for another kind (SSF 1.0 section 4.1; RFC 8417 section 2.2).
  if (Object.hasOwn(claims, 'sub') || Object.hasOwn(claims, 'exp'))
    throw invalid('the event has a claim of other tokens')
  const jti = text(claims.jti)
  const issuedAt = timeOf(claims.iat)
  const events = isObject(claims.events) ? Object.entries(claims.events) : []
  const [name, event] = events[0] ?? []
  if (events.length !== 1 || name === undefined || !isObject(event))
    throw invalid('the token does not have exactly one event')
  if (!REASONS.has(name)) return { jti, revocation: null }
  const at = Object.hasOwn(event, 'event_timestamp') ? timeOf(event.event_timestamp) : issuedAt
  const target = targetOf(claims.sub_id, issuer)
  if (target === null) return { jti, revocation: null }
  const kept = name === CLAIMS_CHANGE ? listsOf(event.claims) : null
  return { jti, revocation: revocation(name, target, at, kept) }
}

/** Returns the claims of an event with a valid signature. */
async function verified(token: string, keys: KeySet): Promise<Readonly<Record<string, unknown>>> {
  try {
    const parts = jws.split(token)
    const { members } = jws.decodeJson(parts.protected)
    const { alg, typ, kid } = members
    if (!jws.isAlgorithm(alg)) throw new TokenRejected('algorithm')
    if (jws.REFUSED_PARAMETERS.some((name) => Object.hasOwn(members, name)))
      throw new TokenRejected('header')
    if (!jws.isType(typ, 'secevent+jwt')) throw new TokenRejected('type')
    if (typeof kid !== 'string' || kid === '')
      throw new TokenRejected('malformed', 'it does not name its key')
    const key = keys.get(kid)
    if (key === undefined) throw new TokenRejected('unknown_key', undefined, kid)
    if (key.algorithm !== alg) throw new TokenRejected('algorithm')
    if (!(await jws.isSigned(parts, key))) throw new TokenRejected('signature')
    return jws.decodeJson(parts.payload).members
  } catch (error) {
    if (!(error instanceof TokenRejected)) throw error
    const isKey = error.code === 'unknown_key' || error.code === 'signature'
    throw new EventRejected(isKey ? 'invalid_key' : 'invalid_request', error.message, error.kid)
  }
}

type Target = readonly [TargetKind, readonly string[]]

function revocation(
  event: string,
  [kind, name]: Target,
  at: number,
  kept: Lists | null,
): Revocation {
  if (kind === 'all') return { kind, name, at, because: ALL_REVOKED, kept: null }
  const byKind = new Map<TargetKind, string>([
    ['session', 'the session was ended'],
    ['grant', 'the grant was revoked'],
    ['client', 'the tokens of the client were revoked'],
  ])
  const because = REASONS.get(event) ?? byKind.get(kind) ?? SESSIONS_ENDED
  return { kind, name, at, because, kept }
}

/** Reads a subject identifier (RFC 9493 section 3); null for a user of another issuer. */
function targetOf(subject: unknown, issuer: string): Target | null {
  if (!isObject(subject)) throw notUnderstood()
  const { format } = subject
  if (format === 'iss_sub') {
    const sub = userOf(subject, issuer)
    return sub === null ? null : ['subject', [sub]]
  }
  if (format === 'uri' && subject.uri === issuer) return ['all', []]
  if (format !== 'complex') throw notUnderstood()
  return complexTarget(subject, issuer)
}

/** Reads a complex subject (SSF 1.0 section 3.3). */
function complexTarget(subject: Record<string, unknown>, issuer: string): Target | null {
  const names = Object.keys(subject).filter((name) => name !== 'format')
  const shape = names.toSorted().join(' ')
  const user = names.includes('user') ? userOf(member(subject, 'user', 'iss_sub'), issuer) : null
  const id = (name: string) => value(member(subject, name, 'opaque').id)
  switch (shape) {
    case 'user':
      return user === null ? null : ['subject', [user]]
    case 'session':
      return ['session', [id('session')]]
    case 'session user':
      return user === null ? null : ['session', [id('session')]]
    case 'application user':
      return user === null ? null : ['grant', [user, id('application')]]
    case 'application':
      return ['client', [id('application')]]
    case 'tenant':
      return ['tenant', [id('tenant')]]
    case 'group': {
      const [, kind, name] = /^(role|group|permission):(.+)$/s.exec(id('group')) ?? []
      if (kind === undefined || name === undefined) throw notUnderstood()
      return [kind as TargetKind, [name]]
    }
    default:
      throw notUnderstood()
  }
}

/** Returns the `sub` of a user of this issuer, and null for one of another. */
function userOf(subject: Record<string, unknown>, issuer: string): string | null {
  const iss = value(subject.iss)
  const sub = value(subject.sub)
  return iss === issuer ? sub : null
}

function member(subject: Record<string, unknown>, name: string, format: string) {
  const found = subject[name]
  if (!isObject(found) || found.format !== format) throw notUnderstood()
  return found
}

function value(found: unknown): string {
  if (typeof found !== 'string' || found === '') throw notUnderstood()
  return found
}

function listsOf(claims: unknown): Lists {
  if (!isObject(claims)) throw malformed()
  return claim(() => {
    const own = new Members({ members: claims, integers: new Set() })
    return {
      roles: own.listed('roles'),
      groups: own.listed('groups'),
      entitlements: own.listed('entitlements'),
    }
  })
}

function audienceOf(found: unknown): readonly string[] {
  return claim(() => audience(found))
}

function claim<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof WrongClaim)) throw error
    throw malformed()
  }
}

function text(found: unknown): string {
  if (typeof found !== 'string' || found === '') throw malformed()
  return found
}

/** Reads a time; a part of a second counts as a whole one. */
function timeOf(found: unknown): number {
  if (typeof found !== 'number' || found < 0 || found > MAX_TIME) throw malformed()
  return Math.ceil(found)
}

const invalid = (detail: string) => new EventRejected('invalid_request', detail)
const malformed = () => invalid('the event is incomplete or has a member of the wrong type')
const notUnderstood = () => invalid("the event's subject is not understood")

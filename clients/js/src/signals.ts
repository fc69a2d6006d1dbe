// Revocations that the issuer reported, in bounded memory.

import { ALL_REVOKED, type Lists, type Revocation } from './event.js'
import { Misconfigured } from './errors.js'
import { consoleLog, type Log } from './log.js'
import type { Principal } from './principal.js'
import { MAX_LEEWAY } from './verify.js'

/** The maximum number of remembered revocations: about 60 MB. */
const CAPACITY = 400_000
/** The maximum number of characters in the lists after changes of claims. */
const MAX_LISTS = 1024 * 1024
/** The number of entries that a revocation makes the memory look at, to forget those that ended. */
const STEP = 64
/** The minimum seconds between two cleanups of all entries. */
const WHOLE_CLEANUP = 60
/** The number by which a time is multiplied in an entry, to make room for the reason. */
const REASONS = 64
const TOO_OLD = 'the token is older than this service accepts'

/** The credentials of a service that listens: a client that the issuer knows as a receiver. */
export interface SignalsClient {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * The choice for signed tokens while the service has not heard from the issuer for too long:
 * accepts them as a service that does not listen, asks the issuer about each, or answers 503.
 */
export type WhenCut = 'continue' | 'introspect' | 'reject'

/** The settings of `Signals`. */
export interface SignalsOptions {
  /** The choice after `maxAge` seconds without an answer of the issuer; default: `continue`. */
  readonly whenCut?: WhenCut
  /** Default: 30. A poll is answered within 20 seconds. */
  readonly maxAge?: number
  /**
   * The longest life of a token in seconds; default: an hour. Older tokens are rejected, because
   * their revocations may have been forgotten.
   */
  readonly longestLife?: number
  readonly capacity?: number
  readonly log?: Log
}

/**
 * Revocations of the longest life of a token.
 *
 * None is forgotten earlier: if the memory is full, all tokens that were issued until then are
 * revoked instead.
 */
export class Signals {
  readonly client: SignalsClient
  readonly whenCut: WhenCut
  readonly maxAge: number
  /** False while the issuer does not offer signals. */
  isOffered = true
  readonly #life: number
  readonly #capacity: number
  readonly #log: Log
  /** By kind and names: the time up to which tokens are revoked, and the number of the reason. */
  readonly #entries = new Map<string, number>()
  #cleaner = this.#entries.entries()
  readonly #reasons: string[] = []
  readonly #kept = new Map<string, { at: number; lists: Lists }>()
  #keptSize = 0
  #all = -1
  #newest = 0
  #cleanedWhole = 0
  #heard: number | null = null

  constructor(client: SignalsClient, options: SignalsOptions = {}) {
    const { maxAge = 30, longestLife = 3600, capacity = CAPACITY } = options
    if (maxAge < 1 || longestLife < 1 || capacity < 1)
      throw new Misconfigured('maxAge, longestLife and capacity must be positive')
    this.client = client
    this.whenCut = options.whenCut ?? 'continue'
    this.maxAge = maxAge
    this.#life = longestLife + MAX_LEEWAY
    this.#capacity = capacity
    this.#log = options.log ?? consoleLog
  }

  /** The number of remembered revocations. */
  get size(): number {
    return this.#entries.size
  }

  /** Returns the seconds since all revocations were known; null if they never were. */
  age(now: number): number | null {
    return this.#heard === null ? null : Math.max(now - this.#heard, 0)
  }

  /** Returns true if the knowledge is not older than the limit. */
  isCurrent(now: number): boolean {
    const age = this.age(now)
    return age !== null && age <= this.maxAge
  }

  /** Notes that all revocations until now are known. */
  noteHeard(now: number): void {
    this.#heard = Math.max(now, this.#heard ?? now)
    this.#clean(now)
  }

  /** Notes that some may be missing, until `noteHeard`. */
  noteGap(): void {
    this.#heard = null
  }

  /** Remembers a revocation. */
  record(revocation: Revocation, now: number): void {
    const { at, kept } = revocation
    this.#newest = Math.max(this.#newest, at)
    this.#clean(now)
    if (revocation.kind === 'all') {
      this.#all = Math.max(this.#all, at)
      return
    }
    const kind = revocation.kind === 'subject' && kept !== null ? 'claims' : revocation.kind
    const key = keyOf(kind, revocation.name)
    const former = this.#until(key)
    if (former === null && this.#entries.size >= this.#capacity && !this.#makeRoom(now)) {
      this.#all = Math.max(this.#all, this.#newest, now)
      this.#entries.clear()
      this.#kept.clear()
      this.#keptSize = 0
      this.#log('too many revocations to remember: all tokens until now are revoked', {})
      return
    }
    this.#keepLists(key, former, at, kept)
    if (former === null || at >= former)
      this.#entries.set(key, at * REASONS + this.#number(revocation.because))
  }

  /** Returns the reason if a token is revoked, or older than what is remembered. */
  find(principal: Principal, issuedAt: number, now: number): string | null {
    if (issuedAt <= this.#all) return ALL_REVOKED
    if (this.#entries.size > 0) {
      for (const key of keysOf(principal)) {
        const because = this.#because(key, principal, issuedAt)
        if (because !== null) return because
      }
    }
    return now - issuedAt > this.#life ? TOO_OLD : null
  }

  #because(key: string, principal: Principal, issuedAt: number): string | null {
    const until = this.#until(key)
    if (until === null || issuedAt > until) return null
    const kept = this.#kept.get(key)
    if (kept?.at === issuedAt && isWithin(principal, kept.lists)) return null
    return this.#reasons[(this.#entries.get(key) ?? 0) % REASONS] ?? ALL_REVOKED
  }

  #until(key: string): number | null {
    const entry = this.#entries.get(key)
    return entry === undefined ? null : Math.floor(entry / REASONS)
  }

  /** Remembers the lists after a change of claims, or that no token of this second is kept. */
  #keepLists(key: string, former: number | null, at: number, wanted: Lists | null): void {
    if (former !== null && former > at) return
    const before = this.#kept.get(key)?.lists ?? null
    this.#forgetLists(key)
    // Another event of this second keeps no token, or only those within its lists.
    const lists = wanted !== null && former === at ? before && common(wanted, before) : wanted
    // Without the lists, the tokens of this second are rejected.
    if (lists === null || this.#keptSize + sizeOf(lists) > MAX_LISTS) return
    this.#keptSize += sizeOf(lists)
    this.#kept.set(key, { at, lists })
  }

  #forgetLists(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#keptSize -= sizeOf(kept.lists)
    this.#kept.delete(key)
  }

  /** Forgets revocations of tokens that have expired, among some entries. */
  #clean(now: number): void {
    for (let step = 0; step < STEP; step += 1) {
      const { done, value } = this.#cleaner.next()
      if (done) {
        this.#cleaner = this.#entries.entries()
        return
      }
      this.#forgetEnded(value[0], value[1], now)
    }
  }

  #forgetEnded(key: string, entry: number, now: number): void {
    if (Math.floor(entry / REASONS) + this.#life >= now) return
    this.#entries.delete(key)
    this.#forgetLists(key)
  }

  #makeRoom(now: number): boolean {
    if (Math.abs(now - this.#cleanedWhole) >= WHOLE_CLEANUP) {
      this.#cleanedWhole = now
      for (const [key, entry] of this.#entries) this.#forgetEnded(key, entry, now)
    }
    return this.#entries.size < this.#capacity
  }

  #number(because: string): number {
    const known = this.#reasons.indexOf(because)
    return known >= 0 ? known : this.#reasons.push(because) - 1
  }
}

function keyOf(kind: string, names: readonly string[]): string {
  return JSON.stringify([kind, ...names])
}

/** Returns what can name the tokens of a caller. */
function* keysOf(principal: Principal): Generator<string> {
  const { subject, clientId, sid, org } = principal
  if (sid !== null) yield keyOf('session', [sid])
  yield keyOf('subject', [subject])
  yield keyOf('claims', [subject])
  yield keyOf('grant', [subject, clientId])
  yield keyOf('client', [clientId])
  if (org !== null) yield keyOf('tenant', [org])
  for (const role of principal.roles) yield keyOf('role', [role])
  for (const group of principal.groups) yield keyOf('group', [group])
  for (const permission of principal.entitlements) yield keyOf('permission', [permission])
}

const LISTS = ['roles', 'groups', 'entitlements'] as const

function isWithin(principal: Principal, lists: Lists): boolean {
  return LISTS.every((name) => principal[name].every((one) => lists[name].includes(one)))
}

function common(one: Lists, other: Lists): Lists {
  const both = (name: keyof Lists) => one[name].filter((text) => other[name].includes(text))
  return { roles: both('roles'), groups: both('groups'), entitlements: both('entitlements') }
}

function sizeOf(lists: Lists): number {
  const all = LISTS.flatMap((name) => lists[name])
  return all.reduce((size, text) => size + 64 + text.length, 64)
}

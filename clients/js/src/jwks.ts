// The issuer's keys, cached and refreshed.

import { FetchError, IssuerUnavailable, JwksError } from './errors.js'
import { checkUrl, type Fetch, fetchDocument, findAddress, METADATA_AGE } from './http.js'
import { KeySet, type KeySource } from './keys.js'
import { consoleLog, type Log } from './log.js'

/** The time in seconds for which stale keys are used while the issuer is unavailable. */
const STALE = 3600
/** The minimum interval in seconds between fetches caused by an unknown `kid`. */
const UNKNOWN_KID_INTERVAL = 5
/** The maximum number of fetches caused by unknown `kid`s in `UNKNOWN_KID_WINDOW`. */
const UNKNOWN_KID_FETCHES = 30
/** The window of `UNKNOWN_KID_FETCHES` in seconds. */
const UNKNOWN_KID_WINDOW = 600
/** The wait after a failed fetch in seconds. */
const RETRY = 5

/** Options of a `JwksClient`. */
export interface JwksOptions {
  /** Returns the time in Unix seconds. */
  readonly clock?: () => number
  /** Fetches a document; for tests. */
  readonly fetch?: Fetch
  readonly log?: Log
}

/** Returns the time in Unix seconds. */
export const systemClock = (): number => Math.floor(Date.now() / 1000)

/**
 * A client that fetches and caches the keys of one issuer.
 *
 * Keys are fresh as long as `Cache-Control: max-age` says. Concurrent callers share one fetch. An
 * unknown `kid` causes a fetch, at most once in 5 seconds and 30 times in ten minutes. While the
 * issuer is unavailable, its keys are used for one more hour.
 */
export class JwksClient implements KeySource {
  readonly #issuer: string
  readonly #clock: () => number
  readonly #fetch: Fetch
  readonly #log: Log
  readonly #unknownKids = new UnknownKids()
  #snapshot: { keys: KeySet; freshUntil: number } | null = null
  /** The latest attempt. */
  #last: { at: number; succeeded: boolean } | null = null
  #jwksUri: { address: string; until: number } | null = null
  #fetching: Promise<KeySet | null> | null = null

  constructor(issuer: string, options: JwksOptions = {}) {
    checkUrl(issuer)
    this.#issuer = issuer
    this.#clock = options.clock ?? systemClock
    this.#fetch = options.fetch ?? fetchDocument
    this.#log = options.log ?? consoleLog
  }

  /** Returns the keys; fetches them if they are not fresh. Rejects with `IssuerUnavailable`. */
  keys(): KeySet | Promise<KeySet> {
    return this.#usable(0) ?? this.#refreshed()
  }

  /**
   * Returns the keys for a token with an unknown `kid`; fetches again within the limits.
   *
   * If the latest attempt failed, the key may exist: then rejects with `IssuerUnavailable`, so that
   * an outage does not sign out a legitimate caller.
   */
  async keysFor(kid: string): Promise<KeySet> {
    const known = () => {
      const keys = this.#usable(0)
      return keys?.has(kid) ? keys : null
    }
    let found = known()
    while (found === null && this.#fetching !== null) {
      await this.#fetching
      found = known()
    }
    if (found !== null) return found
    if (this.#unknownKids.admits(this.#clock()) && !this.#mustWait()) {
      const renewed = await this.#renew(true)
      if (renewed !== null) return renewed
    }
    const keys = this.#usable(STALE)
    if (keys !== null && (this.#last?.succeeded || keys.has(kid))) return keys
    throw unavailable()
  }

  async #refreshed(): Promise<KeySet> {
    if (this.#fetching !== null) {
      // Another caller is fetching: use the old keys meanwhile.
      const old = this.#usable(STALE)
      if (old !== null) return old
      await this.#fetching
    }
    const fresh = this.#usable(0) ?? (this.#mustWait() ? null : await this.#renew(false))
    const keys = fresh ?? this.#usable(STALE)
    if (keys === null) throw unavailable()
    return keys
  }

  /** Returns the cached keys if they became stale at most `grace` seconds ago. */
  #usable(grace: number): KeySet | null {
    const snapshot = this.#snapshot
    return snapshot !== null && this.#clock() < snapshot.freshUntil + grace ? snapshot.keys : null
  }

  #mustWait(): boolean {
    const last = this.#last
    return last !== null && !last.succeeded && this.#clock() < last.at + RETRY
  }

  /** Fetches the keys, at most once at a time. Resolves to null after a failure. */
  #renew(isForUnknownKid: boolean): Promise<KeySet | null> {
    this.#fetching ??= this.#fetchDocuments()
      .then((keys) => {
        this.#last = { at: this.#clock(), succeeded: true }
        if (isForUnknownKid) this.#unknownKids.note(this.#clock())
        return keys
      })
      .catch((error: unknown) => {
        // The key set may have moved: look its address up again next time.
        this.#jwksUri = null
        this.#last = { at: this.#clock(), succeeded: false }
        if (!(error instanceof FetchError || error instanceof JwksError)) throw error
        const fields = { issuer: this.#issuer, reason: error.message }
        this.#log('keys of the issuer were not fetched', fields)
        return null
      })
      .finally(() => {
        this.#fetching = null
      })
    return this.#fetching
  }

  async #fetchDocuments(): Promise<KeySet> {
    const now = this.#clock()
    let uri = this.#jwksUri
    if (uri === null || now >= uri.until) {
      const address = await findAddress(this.#fetch, this.#issuer, 'jwks_uri')
      uri = { address, until: now + METADATA_AGE }
    }
    const document = await this.#fetch(uri.address)
    const keys = await KeySet.fromJwks(document.body)
    this.#jwksUri = uri
    this.#snapshot = { keys, freshUntil: now + document.maxAge }
    return keys
  }
}

function unavailable(): IssuerUnavailable {
  return new IssuerUnavailable("the issuer's keys are not available", RETRY)
}

/** The successful fetches that unknown `kid`s caused. */
class UnknownKids {
  #last: number | null = null
  #began = 0
  #fetches = 0

  admits(now: number): boolean {
    const isDue = this.#last === null || now >= this.#last + UNKNOWN_KID_INTERVAL
    return isDue && (this.#fetches < UNKNOWN_KID_FETCHES || now >= this.#began + UNKNOWN_KID_WINDOW)
  }

  note(now: number): void {
    this.#last = now
    const isNew = this.#fetches === 0 || now >= this.#began + UNKNOWN_KID_WINDOW
    this.#began = isNew ? now : this.#began
    this.#fetches = isNew ? 1 : this.#fetches + 1
  }
}

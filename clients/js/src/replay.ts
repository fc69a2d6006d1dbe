// Detection of replayed proofs (RFC 9449 section 11.1).

import { ReplayStoreUnavailable } from './errors.js'

/** The maximum number of proofs that one process stores: each for at most two minutes. */
const MAX_PROOFS = 200_000

/** A store of used proofs. A service of several processes needs a shared one. */
export interface ReplayStore {
  /**
   * Consumes a proof: exactly one of any number of callers with the same name gets true.
   *
   * The name must be stored until `expiresAt`. Rejects with `ReplayStoreUnavailable` in an outage.
   */
  claim(name: string, expiresAt: number, now: number): boolean | Promise<boolean>
}

/**
 * A store for a single process, in bounded memory.
 *
 * If it is full, no proof is accepted until an entry expires: entries are never dropped early.
 */
export class InMemoryReplayStore implements ReplayStore {
  readonly #size: number
  readonly #used = new Map<string, number>()
  /** The earliest expiry of an entry, so that a full store is not searched for each proof. */
  #nextExpiry = 0

  constructor({ size = MAX_PROOFS }: { size?: number } = {}) {
    this.#size = size
  }

  /** Consumes a proof. */
  claim(name: string, expiresAt: number, now: number): boolean {
    if (this.#used.size >= this.#size && now >= this.#nextExpiry) this.#dropExpired(now)
    if (this.#used.has(name)) return false
    if (this.#used.size >= this.#size)
      throw new ReplayStoreUnavailable('too many proofs within two minutes')
    this.#nextExpiry = this.#used.size === 0 ? expiresAt : Math.min(this.#nextExpiry, expiresAt)
    this.#used.set(name, expiresAt)
    return true
  }

  #dropExpired(now: number): void {
    this.#nextExpiry = Infinity
    for (const [name, end] of this.#used) {
      if (end <= now) this.#used.delete(name)
      else this.#nextExpiry = Math.min(this.#nextExpiry, end)
    }
  }
}

// Lockout of addresses that present many invalid API keys.

import { network } from './address.js'
import type { Log } from './log.js'

/** The counting window in seconds, from the first invalid key. */
const WINDOW = 600
/** The duration of a lockout in seconds. */
const WAIT = 900
/** The maximum number of addresses, of which the oldest is dropped first. */
const REMEMBERED = 10_000

/** The default number of invalid API keys of an address before its lockout. */
export const TOLERATED_KEYS = 10

interface Attempts {
  count: number
  /** The start of the counting window. */
  since: number
  /** The end of the lockout. */
  until: number
}

/** A counter of invalid API keys by address, in bounded memory. */
export class Lockout {
  readonly #tolerated: number
  readonly #log: Log
  readonly #addresses = new Map<string, Attempts>()

  constructor(tolerated: number, log: Log) {
    this.#tolerated = Math.max(tolerated, 1)
    this.#log = log
  }

  /** Returns the remaining lockout of an address in seconds, 0 if there is none. */
  wait(address: string, now: number): number {
    const attempts = this.#addresses.get(network(address))
    return attempts === undefined ? 0 : Math.max(attempts.until - now, 0)
  }

  /** Counts an invalid key. */
  count(address: string, now: number): void {
    const attempts = this.#attempts(network(address))
    if (now < attempts.until) return
    if (attempts.count === 0 || now >= attempts.since + WINDOW) {
      attempts.count = 0
      attempts.since = now
    }
    attempts.count += 1
    if (attempts.count >= this.#tolerated) {
      attempts.count = 0
      attempts.until = now + WAIT
      this.#log('too many bad API keys', { address })
    }
  }

  #attempts(name: string): Attempts {
    let attempts = this.#addresses.get(name)
    if (attempts === undefined) {
      attempts = { count: 0, since: 0, until: 0 }
      this.#addresses.set(name, attempts)
      const [oldest] = this.#addresses.keys()
      if (this.#addresses.size > REMEMBERED && oldest !== undefined) this.#addresses.delete(oldest)
    }
    return attempts
  }
}

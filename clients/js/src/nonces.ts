// Nonces of a service for DPoP proofs (RFC 9449 section 9).

import { decode, encode } from './base64url.js'
import { Misconfigured } from './errors.js'

/** Nonces of this service for proofs, if it requires them. */
export interface Nonces {
  /** Returns the nonce to send to clients. */
  current(now: number): string | Promise<string>
  /** Returns true for a nonce of this service that is recent. */
  isValid(nonce: string, now: number): boolean | Promise<boolean>
}

/**
 * Nonces that need no storage: the time step, signed with a secret of the service.
 *
 * All processes of a service share the secret, which has at least 32 random bytes.
 */
export class SignedNonces implements Nonces {
  readonly #key: Promise<CryptoKey>
  readonly #step: number

  constructor(secret: Uint8Array<ArrayBuffer>, { step = 60 }: { step?: number } = {}) {
    if (secret.length < 32) throw new Misconfigured('the secret needs at least 32 bytes')
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    this.#key = crypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify'])
    this.#step = step
  }

  /** Returns the nonce of the current time step. */
  async current(now: number): Promise<string> {
    const text = this.#text(Math.floor(now / this.#step))
    return encode(new Uint8Array(await crypto.subtle.sign('HMAC', await this.#key, text)))
  }

  /** Returns true for the nonce of the current time step and of the one before. */
  async isValid(nonce: string, now: number): Promise<boolean> {
    const decoded = decode(nonce)
    if (decoded === null) return false
    const given = new Uint8Array(decoded)
    const step = Math.floor(now / this.#step)
    for (const one of [step, step - 1]) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', await this.#key, given, this.#text(one))) return true
    }
    return false
  }

  #text(step: number): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(`doorward dpop nonce ${step}`)
  }
}

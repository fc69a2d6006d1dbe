// The set of verification keys.

import { JwksError } from './errors.js'
import { algorithmOf, type VerifyingKey, verifyingKey } from './jws.js'
import { AmbiguousJson, isObject, parseObject } from './strict-json.js'

/** The maximum number of keys in a set. */
const MAX_KEYS = 32

/** The keys of one issuer; a `kid` selects among these only. */
export class KeySet {
  readonly #keys: ReadonlyMap<string, VerifyingKey>

  private constructor(keys: ReadonlyMap<string, VerifyingKey>) {
    this.#keys = keys
  }

  /**
   * Parses a JWK Set (RFC 7517 section 5); rejects with `JwksError`.
   *
   * Omits unusable keys: other types and algorithms, a type that does not fit the algorithm, a
   * `use` other than `sig`, no `kid`, weak and expensive ones, and any key with private parts. A
   * key without `alg` verifies only RS256, ES256 or EdDSA, by its type.
   */
  static async fromJwks(document: string | Uint8Array): Promise<KeySet> {
    const keys = new Map<string, VerifyingKey>()
    for (const jwk of listed(document)) {
      const algorithm = algorithmOf(jwk)
      if (algorithm === null || typeof jwk.kid !== 'string') continue
      const key = await verifyingKey(jwk, algorithm)
      if (key === null) continue
      if (keys.has(jwk.kid))
        throw new JwksError('the JWK Set has two keys with the same kid for one algorithm')
      keys.set(jwk.kid, key)
    }
    return new KeySet(keys)
  }

  /** Returns the public key with this ID, and its algorithm. */
  get(kid: string): VerifyingKey | undefined {
    return this.#keys.get(kid)
  }

  /** Returns true if there is a key with this ID. */
  has(kid: string): boolean {
    return this.#keys.has(kid)
  }

  /** The IDs of the keys. */
  get kids(): string[] {
    return [...this.#keys.keys()]
  }
}

function listed(document: string | Uint8Array): Record<string, unknown>[] {
  const noSet = () => new JwksError('the document is not a JWK Set')
  let keys: unknown
  try {
    keys = parseObject(document).members.keys
  } catch (error) {
    if (!(error instanceof AmbiguousJson)) throw error
    throw noSet()
  }
  if (!Array.isArray(keys)) throw noSet()
  if (keys.length > MAX_KEYS) throw new JwksError('the JWK Set has too many keys')
  if (!keys.every(isObject)) throw noSet()
  return keys
}

/** A source of the issuer's keys, such as `JwksClient`. */
export interface KeySource {
  /** Returns the current keys; rejects with `IssuerUnavailable`. */
  keys(): KeySet | Promise<KeySet>
  /** Returns the keys for a token with an unknown `kid`, possibly newer ones. */
  keysFor(kid: string): KeySet | Promise<KeySet>
}

/** Keys that never change, for tests. */
export class FixedKeys implements KeySource {
  readonly #keys: KeySet

  constructor(keys: KeySet) {
    this.#keys = keys
  }

  keys(): KeySet {
    return this.#keys
  }

  keysFor(): KeySet {
    return this.#keys
  }
}

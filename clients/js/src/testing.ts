// An issuer in memory: keys, tokens and callers for the tests of a service, without a server.
//
// Import it in tests only. Its keys are new in each process, so that no service that verifies the
// keys of its issuer accepts a token from here.

import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Access, type AccessOptions } from './access.js'
import { FetchError } from './errors.js'
import type { Document } from './http.js'
import { systemClock } from './jwks.js'
import { KeySet, type KeySource } from './keys.js'
import type { Principal } from './principal.js'

/** The ID of the issuer's key. */
const KID = 'test'

interface Keys {
  readonly privateKey: CryptoKey
  readonly jwks: string
  readonly set: KeySet
}

// One key for all issuers of a process, because generating a key takes long.
let shared: Promise<Keys> | undefined

async function generate(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: KID, alg: 'RS256', use: 'sig' }
  const jwks = JSON.stringify({ keys: [jwk] })
  return { privateKey, jwks, set: await KeySet.fromJwks(jwks) }
}

/** What a token of a `MemoryIssuer` contains. */
export interface TokenOptions {
  /**
   * Permissions that are granted to the user and requested by the client: they are in the scope and
   * in the entitlements.
   */
  readonly permissions?: readonly string[]
  /** Further names of the scope. */
  readonly scope?: readonly string[]
  readonly roles?: readonly string[]
  /** Seconds until the token expires. */
  readonly expiresIn?: number
  /** Other claims, such as `{ org: 'acme', client_id: 'web' }`; null removes one. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** An issuer whose tokens your service accepts in its tests. */
export class MemoryIssuer {
  readonly issuer: string
  readonly audience: string
  readonly #clock: () => number

  constructor({
    issuer = 'https://id.example',
    audience = 'https://api.example',
    clock = systemClock,
  }: { issuer?: string; audience?: string; clock?: () => number } = {}) {
    this.issuer = issuer
    this.audience = audience
    this.#clock = clock
  }

  /** Returns a user's access token. */
  async token(subject = 'alice', options: TokenOptions = {}): Promise<string> {
    const { permissions = [], scope = [], roles = [], expiresIn = 300 } = options
    const now = this.#clock()
    const claims = {
      iss: this.issuer,
      sub: subject,
      aud: this.audience,
      client_id: 'test-client',
      iat: now,
      exp: now + expiresIn,
      jti: crypto.randomUUID(),
      scope: [...new Set([...scope, ...permissions])].join(' '),
      entitlements: permissions,
      roles,
      auth_time: now,
      acr: 'aal1',
      amr: ['pwd'],
      ...options.claims,
    }
    const kept = Object.entries(claims).filter(([, value]) => value !== null)
    const { privateKey } = await this.#keys()
    return new SignJWT(Object.fromEntries(kept))
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: KID })
      .sign(privateKey)
  }

  /** Returns the access token of a client that acts on its own behalf; see `token`. */
  machineToken(clientId = 'service', options: TokenOptions = {}): Promise<string> {
    const machine = { client_id: clientId, auth_time: null, acr: null, amr: null }
    return this.token(clientId, { ...options, claims: { ...machine, ...options.claims } })
  }

  /** Returns the header fields of a request with a user's access token; see `token`. */
  async headers(subject?: string, options?: TokenOptions): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token(subject, options)}` }
  }

  /** Returns the caller of a user's access token; see `token`. */
  async principal(subject?: string, options?: TokenOptions): Promise<Principal> {
    return this.access().authenticateToken(await this.token(subject, options))
  }

  /** Returns an authenticator for this issuer's tokens, with other options of `Access`. */
  access(options: Partial<AccessOptions> = {}): Access {
    const { issuer, audience } = this
    return new Access({ issuer, audience, keys: this.keys(), clock: this.#clock, ...options })
  }

  /** Returns the issuer's keys. */
  keys(): KeySource {
    const keys = async () => (await this.#keys()).set
    return { keys, keysFor: keys }
  }

  /** Returns the issuer's JWK Set (RFC 7517 section 5). */
  async jwks(): Promise<string> {
    return (await this.#keys()).jwks
  }

  /** Returns the issuer's discovery document. */
  metadata(): string {
    return JSON.stringify({ issuer: this.issuer, jwks_uri: this.#address('oauth2/jwks') })
  }

  /** Fetches a document of the issuer from memory, as `fetch` of `JwksClient`. */
  readonly fetch = async (url: string): Promise<Document> => {
    if (url === this.#address('.well-known/openid-configuration'))
      return { body: this.metadata(), maxAge: 300 }
    if (url === this.#address('oauth2/jwks')) return { body: await this.jwks(), maxAge: 300 }
    throw new FetchError('the issuer answered with status 404')
  }

  #address(path: string): string {
    return `${this.issuer.replace(/\/+$/, '')}/${path}`
  }

  #keys(): Promise<Keys> {
    shared ??= generate()
    return shared
  }
}

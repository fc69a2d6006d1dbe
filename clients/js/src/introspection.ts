// Introspection at the issuer (RFC 7662), with a short-lived cache: of API keys, reference tokens,
// and signed tokens that could not carry all roles and groups.

import { encode } from './base64url.js'
import * as claims from './claims.js'
import { FetchError, IssuerUnavailable, TokenRejected, type TokenRejection } from './errors.js'
import { checkUrl, type Fetch, fetchDocument, findAddress, METADATA_AGE, receive } from './http.js'
import { systemClock } from './jwks.js'
import { MAX_TOKEN_BYTES } from './jws.js'
import { consoleLog, type Log } from './log.js'
import type { Credential, Principal } from './principal.js'
import { AmbiguousJson, parseObject, type StrictObject } from './strict-json.js'

/** The cache time of an active response in seconds: the maximum delay of a revocation. */
const CACHE_TTL = 30
/** The cache time of an inactive response in seconds. */
const BAD_FOR = 5
/** The wait after a failed request to the issuer in seconds. */
const RETRY = 2
/** The maximum number of cached responses. */
const REMEMBERED = 10_000
/** The maximum length of an introspected key or reference token in bytes. */
const MAX_BYTES = 512
/** The maximum size of a response in bytes: it lists every role and group. */
const MAX_RESPONSE = 512 * 1024

/**
 * The credentials of your service at the issuer: a confidential client that is registered as the
 * server of your resource (`doorward client create --serves URI`).
 */
export interface IntrospectionClient {
  readonly clientId: string
  readonly clientSecret: string
}

/** A response about a caller with very many roles and groups. */
export class ResponseTooLarge extends FetchError {
  override readonly name = 'ResponseTooLarge'
}

/** Sends a form to a URL as this client and returns the body; rejects with `FetchError`. */
export type Post = (
  url: string,
  form: URLSearchParams,
  client: IntrospectionClient,
) => Promise<Uint8Array | string>

/** Options of an `Introspector`. */
export interface IntrospectionOptions {
  /** Returns the time in Unix seconds. */
  readonly clock?: () => number
  /** Fetches the issuer's metadata; for tests. */
  readonly fetch?: Fetch
  /** Sends a request; for tests. */
  readonly post?: Post
  readonly log?: Log
}

/** A response: the caller or the reason of the rejection, its time, and the end of its validity. */
interface Answer {
  readonly found: Principal | TokenRejection
  readonly at: number
  readonly until: number
}

/** Returns true if a response of this time about a caller is not used again. */
export type IsDoubted = (caller: Principal, at: number) => boolean

/** A client for introspection requests, at most one at a time for each key. */
export class Introspector {
  readonly #issuer: string
  readonly #audience: string
  readonly #client: IntrospectionClient
  readonly #clock: () => number
  readonly #fetch: Fetch
  readonly #post: Post
  readonly #log: Log
  /** Answers by the hash of what was asked, the oldest first. Concurrent callers share a request. */
  readonly #answers = new Map<string, Answer | Promise<Answer>>()
  #endpoint: { address: string; until: number } | null = null
  #awayUntil: number | null = null

  constructor(
    issuer: string,
    audience: string,
    client: IntrospectionClient,
    options: IntrospectionOptions = {},
  ) {
    checkUrl(issuer)
    this.#issuer = issuer
    this.#audience = audience
    this.#client = client
    this.#clock = options.clock ?? systemClock
    this.#fetch = options.fetch ?? fetchDocument
    this.#post = options.post ?? postForm
    this.#log = options.log ?? consoleLog
  }

  /**
   * Returns the caller of a key or token that is used from this address. A cached response is not
   * used if it `isDoubted`.
   *
   * Rejects with `TokenRejected` (`inactive`, `too_many_groups`) or `IssuerUnavailable`.
   */
  async introspect(
    kind: Credential,
    text: string,
    address: string | null,
    isDoubted: IsDoubted = () => false,
  ): Promise<Principal> {
    const most = kind === 'signed_token' ? MAX_TOKEN_BYTES : MAX_BYTES
    if (text === '' || text.length > most || !/^[\0-\x7f]*$/.test(text))
      throw new TokenRejected('inactive')
    const { found } = await this.#answer(kind, text, address, isDoubted)
    if (typeof found === 'string') throw new TokenRejected(found)
    return found
  }

  async #answer(
    kind: Credential,
    text: string,
    address: string | null,
    isDoubted: IsDoubted,
  ): Promise<Answer> {
    const name = await nameOf(kind, text, address)
    const known = this.#answers.get(name)
    // A request of another caller is no older than this one.
    if (known instanceof Promise) return known
    if (known !== undefined && this.#clock() < known.until) {
      const { found, at } = known
      if (typeof found === 'string' || !isDoubted(found, at)) return known
    }
    const asking = this.#ask(kind, text, address)
    this.#remember(name, asking)
    try {
      const answer = await asking
      this.#remember(name, answer)
      return answer
    } catch (error) {
      this.#answers.delete(name)
      throw error
    }
  }

  #remember(name: string, answer: Answer | Promise<Answer>): void {
    this.#answers.delete(name)
    this.#answers.set(name, answer)
    for (const [oldest, one] of this.#answers) {
      const isOver = !(one instanceof Promise) && this.#clock() >= one.until
      if (this.#answers.size <= REMEMBERED && !isOver) break
      this.#answers.delete(oldest)
    }
  }

  async #ask(kind: Credential, text: string, address: string | null): Promise<Answer> {
    if (this.#awayUntil !== null && this.#clock() < this.#awayUntil) throw away()
    const hint = kind === 'api_key' ? 'api_key' : 'access_token'
    const form = new URLSearchParams({ token: text, token_type_hint: hint })
    if (address !== null) form.set('client_address', address)
    let found: Principal | TokenRejection
    try {
      const body = await this.#post(await this.#findEndpoint(), form, this.#client)
      found = this.#read(kind, parseObject(body))
    } catch (error) {
      // Too large: about this caller only, the issuer is available.
      if (!(error instanceof ResponseTooLarge)) throw this.#failed(error)
      found = 'too_many_groups'
    }
    const now = this.#clock()
    if (typeof found === 'string') return { found, at: now, until: now + BAD_FOR }
    return { found, at: now, until: Math.min(now + CACHE_TTL, found.expiresAt) }
  }

  #failed(error: unknown): unknown {
    const isFailure = [FetchError, AmbiguousJson, claims.WrongClaim].some(
      (kind) => error instanceof kind,
    )
    if (!isFailure) return error
    this.#awayUntil = this.#clock() + RETRY
    // The endpoint may have moved: look it up again next time.
    this.#endpoint = null
    this.#log('introspection failed', { issuer: this.#issuer, reason: String(error) })
    return away()
  }

  async #findEndpoint(): Promise<string> {
    const now = this.#clock()
    if (this.#endpoint === null || now >= this.#endpoint.until) {
      const address = await findAddress(this.#fetch, this.#issuer, 'introspection_endpoint')
      this.#endpoint = { address, until: now + METADATA_AGE }
    }
    return this.#endpoint.address
  }

  /** Reads a response; throws `WrongClaim` if a member has the wrong type. */
  #read(kind: Credential, response: StrictObject): Principal | TokenRejection {
    const own = new claims.Members(response)
    const now = this.#clock()
    const isActive = own.required('active', claims.boolean)
    const tokenType = own.optional('token_type', claims.text)
    const issuer = own.optional('iss', claims.text) ?? this.#issuer
    const audience = own.optional('aud', claims.audience) ?? []
    const expiresAt = own.optionalTime('exp') ?? now + CACHE_TTL
    const subject = own.optional('sub', claims.text)
    const clientId = own.optional('client_id', claims.text)
    const isOurs = issuer === this.#issuer && audience.includes(this.#audience)
    if (!isActive || !isFit(kind, tokenType) || !isOurs || now >= expiresAt) return 'inactive'
    const overage = own.listed('overage')
    if (!claims.isWhole(overage)) {
      this.#log('incomplete introspection', { subject, overage })
      return 'too_many_groups'
    }
    if (!subject || !clientId) return 'inactive'
    // A token reported as bound, to whatever key, must not be used as a bearer token.
    const bound = { jkt: null, x5tS256: null, others: {} }
    const isBound = tokenType?.toLowerCase() === 'dpop'
    return claims.principalOf(own, {
      subject,
      clientId,
      jti: own.optional('jti', claims.text) ?? '',
      expiresAt,
      confirmation: own.optional('cnf', claims.confirmation) ?? (isBound ? bound : null),
      credential: kind,
    })
  }
}

/** Returns true if the type of the response is that of this kind: a token is no API key. */
function isFit(kind: Credential, tokenType: string | null): boolean {
  if (kind === 'api_key') return tokenType === 'api_key'
  return tokenType === null || ['bearer', 'dpop'].includes(tokenType.toLowerCase())
}

function away(): IssuerUnavailable {
  return new IssuerUnavailable('the issuer does not introspect', RETRY)
}

/** Returns the name in the cache. It has the address, because a key may be limited to networks. */
async function nameOf(kind: Credential, text: string, address: string | null): Promise<string> {
  const data = new TextEncoder().encode(`${kind} ${text.length} ${text} ${address}`)
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', data)))
}

/** Returns the header of a client with a secret (RFC 6749 section 2.3.1). */
export function basicAuthorization({ clientId, clientSecret }: IntrospectionClient): string {
  // Both parts are form-encoded before they are joined.
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${btoa(`${encoded(clientId)}:${encoded(clientSecret)}`)}`
}

/** Sends a form of a client with HTTP Basic. */
const postForm: Post = async (url, form, client) => {
  const authorization = basicAuthorization(client)
  const init = { method: 'POST', headers: { authorization }, body: form }
  const tooLarge = new ResponseTooLarge("the issuer's response is too large")
  const { body } = await receive(url, init, MAX_RESPONSE, tooLarge)
  return body
}

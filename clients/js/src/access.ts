// Authentication of the callers of one resource.

import { canonical } from './address.js'
import { type AccessTokenClaims, isWhole } from './claims.js'
import type { Challenge } from './challenge.js'
import { type AcceptedCredentials, SIGNED_TOKENS } from './credentials.js'
import {
  type Assurance,
  type Condition,
  decide,
  isVerifiedUser,
  lacks,
  type Requirement,
} from './decision.js'
import { Denials, fault, serviceUnavailable, tooManyKeys } from './denials.js'
import { PROOF_ALGORITHMS, verifyProof } from './dpop.js'
import {
  type Denied,
  EventRejected,
  IssuerUnavailable,
  Misconfigured,
  ProofRejected,
  type Reason,
  ReplayStoreUnavailable,
  TokenRejected,
} from './errors.js'
import { type SignedEvent, verifyEvent } from './event.js'
import { type IntrospectionClient, Introspector } from './introspection.js'
import { JwksClient, systemClock } from './jwks.js'
import { ALGORITHMS, type Algorithm, isLonger, MAX_TOKEN_BYTES } from './jws.js'
import type { KeySource } from './keys.js'
import { Lockout, TOLERATED_KEYS } from './lockout.js'
import { consoleLog, type Log } from './log.js'
import type { Nonces } from './nonces.js'
import { type Confirmation, type Credential, isUnderstood, Principal } from './principal.js'
import { InMemoryReplayStore, type ReplayStore } from './replay.js'
import { accessToken, BEARER, DPOP, fieldsOf, type HttpRequest, isVisible } from './request.js'
import type { Signals } from './signals.js'
import { parse } from './target.js'
import { type Expected, MAX_LEEWAY, verifyClaims } from './verify.js'

/** The settings of an `Access`. */
export interface AccessOptions {
  /** The identity server's origin, byte by byte as in its tokens. */
  readonly issuer: string
  /** The resource identifier of your service; a token for another service is rejected. */
  readonly audience: string
  /** The origin that callers use, which DPoP proofs must name; default: that of the audience. */
  readonly origin?: string
  /** The realm of challenges; default: the audience. */
  readonly realm?: string
  /** The address of the metadata (RFC 9728) for challenges; true for that of `metadataPath`. */
  readonly resourceMetadata?: string | true
  /** The accepted clock difference in seconds, 60 at most. */
  readonly leeway?: number
  /** Accepts the type `JWT` in addition to `at+jwt`, if the resource is registered so. */
  readonly acceptPlainJwt?: boolean
  /** The accepted signature algorithms; default: all. A key verifies only its own. */
  readonly algorithms?: readonly Algorithm[]
  /** Accepts only tokens that are bound to a key. */
  readonly requireDpop?: boolean
  /** The store of used proofs, a shared one if the service has several processes. */
  readonly usedProofs?: ReplayStore
  /** Requires a nonce of this service in proofs. */
  readonly nonces?: Nonces
  /** A source of keys other than the issuer's published ones. */
  readonly keys?: KeySource
  /**
   * The client of this service, with which it asks the issuer about API keys and reference tokens,
   * and about tokens that could not carry all roles and groups.
   */
  readonly introspection?: IntrospectionClient | Introspector
  /** Revocations that the issuer reported; a `Listener` of this process must run. */
  readonly signals?: Signals
  /** The accepted credentials; default: signed tokens. */
  readonly accepts?: AcceptedCredentials
  /** The number of invalid API keys of an address in ten minutes before its lockout. */
  readonly toleratedKeys?: number
  /**
   * The header in which a proxy of forward authentication sends a signed token, `Remote-Token`.
   * Tokens are then read from it alone, and `Authorization` is ignored.
   */
  readonly tokenHeader?: string
  /** Returns the time in Unix seconds. */
  readonly clock?: () => number
  readonly log?: Log
}

/** An authenticator for the callers of one resource. Keep one per process. */
export class Access {
  /** The revocations that the issuer reported, if this service listens. */
  readonly signals: Signals | null
  readonly #expected: Expected
  readonly #clock: () => number
  readonly #log: Log
  readonly #keys: KeySource
  readonly #origin: string | null
  readonly #requiresDpop: boolean
  readonly #usedProofs: ReplayStore
  readonly #nonces: Nonces | null
  readonly #introspector: Introspector | null
  readonly #lockout: Lockout
  readonly #accepts: AcceptedCredentials
  readonly #tokenHeader: string | null
  readonly #denials: Denials

  /** Creates an authenticator; the issuer need not respond yet. Throws `Misconfigured`. */
  constructor(options: AccessOptions) {
    const { issuer, audience, algorithms = ALGORITHMS } = options
    if (!issuer || !audience) throw new Misconfigured('issuer and audience are required')
    if (algorithms.length === 0 || !algorithms.every((one) => ALGORITHMS.includes(one)))
      throw new Misconfigured(`algorithms must be some of ${ALGORITHMS.join(', ')}`)
    const { leeway = MAX_LEEWAY, acceptPlainJwt = false } = options
    this.#expected = { issuer, audience, leeway, acceptPlainJwt, algorithms }
    const clock = options.clock ?? systemClock
    const log = options.log ?? consoleLog
    this.#clock = clock
    this.#log = log
    this.#keys = options.keys ?? new JwksClient(issuer, { clock, log })
    this.#origin = parse(options.origin ?? audience)?.origin ?? null
    if (options.origin !== undefined && this.#origin === null)
      throw new Misconfigured('origin must be an http or https URL')
    this.#requiresDpop = options.requireDpop ?? false
    this.#usedProofs = options.usedProofs ?? new InMemoryReplayStore()
    this.#nonces = options.nonces ?? null
    this.#introspector = introspector(options, clock, log)
    this.signals = options.signals ?? null
    if (this.signals?.whenCut === 'introspect' && this.#introspector === null)
      throw new Misconfigured('whenCut introspect needs the option introspection')
    this.#lockout = new Lockout(options.toleratedKeys ?? TOLERATED_KEYS, log)
    this.#tokenHeader = options.tokenHeader?.toLowerCase() ?? null
    this.#accepts = this.#checked(options.accepts ?? SIGNED_TOKENS)
    this.#denials = new Denials({
      realm: options.realm ?? audience,
      resourceMetadata: this.#metadataAddress(options.resourceMetadata),
      requiresDpop: this.#requiresDpop,
      log,
    })
  }

  /** The issuer whose tokens are accepted. */
  get issuer(): string {
    return this.#expected.issuer
  }

  /** The required audience of tokens. */
  get audience(): string {
    return this.#expected.audience
  }

  /** The path at which to publish `metadata` (RFC 9728 section 3.1). */
  get metadataPath(): string {
    return this.#resourceUrl().pathname
  }

  /** Returns the metadata of the resource (RFC 9728 section 2), with further members. */
  metadata(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return {
      resource: this.audience,
      authorization_servers: [this.issuer],
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
      dpop_bound_access_tokens_required: this.#requiresDpop,
      ...members,
    }
  }

  /** Returns the time that decides about tokens, in Unix seconds. */
  now(): number {
    return this.#clock()
  }

  /** Fetches the issuer's keys for a readiness check; rejects with `IssuerUnavailable`. */
  async ready(): Promise<void> {
    await this.#keys.keys()
  }

  /**
   * Returns the caller of a valid token; rejects with `TokenRejected` or `IssuerUnavailable`.
   *
   * The sender is not checked here: `authenticate` also checks `Principal.confirmation`.
   */
  async authenticateToken(token: string): Promise<Principal> {
    if (isLonger(token, MAX_TOKEN_BYTES)) throw new TokenRejected('too_long')
    const claims = await this.#verify(token)
    return this.#unrevoked(token, claims.iat, await this.#complete(token, claims))
  }

  /**
   * Verifies a Security Event Token and remembers its revocation. The listener calls it; a service
   * that receives events by push (RFC 8935) calls it itself. Rejects with `EventRejected`.
   */
  async receiveEvent(token: string): Promise<SignedEvent> {
    if (this.signals === null) throw new Misconfigured('this service does not listen')
    const receiver = this.signals.client.clientId
    const event = await verifyEvent(token, await this.#keys.keys(), this.issuer, receiver).catch(
      async (error: unknown) => {
        if (!(error instanceof EventRejected) || error.kid === null) throw error
        return verifyEvent(token, await this.#keys.keysFor(error.kid), this.issuer, receiver)
      },
    )
    if (event.revocation !== null) this.signals.record(event.revocation, this.#clock())
    return event
  }

  /**
   * Returns the caller of a reference token, by introspection; the response is cached for at most
   * 30 seconds. Rejects with `TokenRejected` or `IssuerUnavailable`. The sender is not checked here.
   */
  authenticateReference(token: string): Promise<Principal> {
    return this.#introspect('reference_token', token)
  }

  /**
   * Returns the user of an API key that is used from this address, by introspection; the response
   * is cached for at most 30 seconds. Rejects with `TokenRejected` or `IssuerUnavailable`.
   */
  authenticateKey(key: string, address?: string | null): Promise<Principal> {
    return this.#introspect('api_key', key, canonical(address))
  }

  /**
   * Returns the caller of a request; rejects with `Denied`.
   *
   * `accepts` replaces the accepted credentials of this authenticator, for one route.
   */
  async authenticate(request: HttpRequest, accepts?: AcceptedCredentials): Promise<Principal> {
    if (this.#tokenHeader !== null) return this.#byHeader(request, this.#tokenHeader)
    const accepted = accepts === undefined ? this.#accepts : this.#checked(accepts)
    const [authorization, ...others] = fieldsOf(request, 'authorization')
    const [key, ...otherKeys] = fieldsOf(request, 'x-api-key')
    if (others.length > 0 || otherKeys.length > 0) {
      const detail = 'the request has more than one Authorization or X-API-Key header'
      throw this.#denials.ambiguous(detail)
    }
    if (authorization !== undefined && key !== undefined)
      throw this.#denials.ambiguous('send either an access token or an API key, not both')
    if (key !== undefined && accepted.apiKeys) return this.#byKey(key, canonical(request.address))
    // Tokens in the query and the body are ignored (RFC 9700 section 4.3.2).
    if (authorization === undefined) throw this.#denials.noToken(accepted)
    const sent = accessToken(authorization)
    if (sent.scheme === 'other') throw this.#denials.noToken(accepted)
    if (sent.scheme === 'malformed') throw this.#denials.invalidToken(BEARER, sent.detail)
    const { scheme, token } = sent
    const principal = await this.#byToken(scheme, token, accepted)
    // Checked here, on the path of every route, so that no route can omit it.
    await this.#checkSender(request, scheme, token, principal.confirmation)
    return principal
  }

  /**
   * Checks a requirement for an authenticated caller; throws `Denied`.
   *
   * 403 without the permission or the scope (RFC 6750 section 3.1), or for a client that acts for
   * itself where a sign-in is required; 401 after too weak or too old a sign-in (RFC 9470 section 3).
   */
  permit(
    principal: Principal,
    requirement?: Requirement | null,
    wanted: Assurance & { verifiedUsersOnly?: boolean } = {},
  ): void {
    if (wanted.verifiedUsersOnly) this.require(principal, isVerifiedUser)
    if (requirement) this.require(principal, (caller) => decide(caller, requirement))
    // After the permission: a stronger sign-in does not help a caller without it.
    this.requireSignIn(principal, wanted)
  }

  /** Checks all conditions for an authenticated caller; throws `Denied` with 403. */
  require(principal: Principal, ...conditions: readonly Condition[]): void {
    const reasons = conditions.flatMap((condition) => condition(principal))
    if (reasons.length > 0) throw this.forbidden(principal, reasons)
  }

  /**
   * Checks strength and age of the sign-in; throws `Denied` with 401 (RFC 9470).
   *
   * 403 for a client that acts for itself and for an API key, which cannot sign in.
   */
  requireSignIn(principal: Principal, wanted: Assurance): void {
    const reasons = lacks(principal, wanted, this.#clock())
    if (reasons.length === 0) return
    if (reasons.some((reason) => reason.code === 'user_required'))
      throw this.forbidden(principal, reasons)
    throw this.#denials.signInRequired(principal, wanted, reasons)
  }

  /** Builds a 403 with every reason, for a rule of your own about single objects. */
  forbidden(principal: Principal, reasons: readonly Reason[]): Denied {
    return this.#denials.forbidden(principal, reasons)
  }

  /** Builds a 401 for a request without credentials. */
  noToken(accepts: AcceptedCredentials = this.#accepts): Denied {
    return this.#denials.noToken(accepts)
  }

  /** Returns the challenges for a request without a token. */
  challenges(): Challenge[] {
    return this.#denials.challenges()
  }

  #checked(accepted: AcceptedCredentials): AcceptedCredentials {
    const needsIssuer = accepted.referenceTokens || accepted.apiKeys
    if (needsIssuer && this.#introspector === null)
      throw new Misconfigured('API keys and reference tokens need the option introspection')
    return accepted
  }

  #metadataAddress(wanted: string | true | undefined): string | null {
    return wanted === true ? this.#resourceUrl().href : (wanted ?? null)
  }

  /** Returns the address of the metadata of this resource (RFC 9728 section 3.1). */
  #resourceUrl(): URL {
    if (parse(this.audience) === null)
      throw new Misconfigured('the audience is not an http or https URL')
    const url = new URL(this.audience)
    url.pathname = `/.well-known/oauth-protected-resource${url.pathname.replace(/\/$/, '')}`
    return url
  }

  async #verify(token: string): Promise<AccessTokenClaims> {
    const keys = await this.#keys.keys()
    try {
      return await verifyClaims(token, keys, this.#expected, this.#clock())
    } catch (error) {
      if (!(error instanceof TokenRejected) || error.kid === null) throw error
      const newer = await this.#keys.keysFor(error.kid)
      return verifyClaims(token, newer, this.#expected, this.#clock())
    }
  }

  /**
   * Replaces the lists of a verified token that could not carry all roles and groups by those of
   * the issuer.
   */
  async #complete(token: string, { principal, overage }: AccessTokenClaims): Promise<Principal> {
    if (overage.length === 0 || this.#introspector === null) {
      if (!isWhole(overage)) throw new TokenRejected('overage')
      return principal
    }
    return this.#asIssuerKnows(token, principal)
  }

  /** Returns the caller of a verified token with the lists that the issuer says now. */
  async #asIssuerKnows(token: string, principal: Principal): Promise<Principal> {
    const found = await this.#introspect('signed_token', token)
    if (found.subject !== principal.subject || found.jti !== principal.jti)
      throw new TokenRejected('inactive')
    const { roles, groups, managedGroups, entitlements } = found
    return new Principal({ ...principal, roles, groups, managedGroups, entitlements })
  }

  /** Returns the caller of a verified token, unless it is known as revoked. */
  async #unrevoked(token: string, issuedAt: number, principal: Principal): Promise<Principal> {
    if (this.signals === null) return principal
    const now = this.#clock()
    const because = this.signals.find(principal, issuedAt, now)
    if (because !== null) throw new TokenRejected('revoked', because)
    const { whenCut } = this.signals
    if (whenCut === 'continue' || this.signals.isCurrent(now)) return principal
    if (whenCut === 'reject') throw new IssuerUnavailable('revocations may be unknown', 1)
    return this.#asIssuerKnows(token, principal)
  }

  async #introspect(kind: Credential, text: string, address: string | null = null) {
    if (this.#introspector === null) throw new TokenRejected('inactive')
    // A key or a grant may outlive a revocation, so that only the issuer decides.
    const isDoubted = (caller: Principal, at: number) =>
      this.signals !== null && this.signals.find(caller, at, this.#clock()) !== null
    return this.#introspector.introspect(kind, text, address, isDoubted)
  }

  async #byToken(scheme: string, token: string, accepted: AcceptedCredentials) {
    try {
      // A signed token has three parts (RFC 7515 section 3.1).
      if (accepted.referenceTokens && token.split('.').length !== 3)
        return await this.authenticateReference(token)
      if (accepted.signedTokens) return await this.authenticateToken(token)
    } catch (error) {
      if (error instanceof TokenRejected) throw this.#denials.invalidToken(scheme, error.message)
      if (error instanceof IssuerUnavailable) throw serviceUnavailable(error.retryAfter)
      throw error
    }
    throw this.#denials.invalidToken(scheme, 'tokens of this kind are not accepted here')
  }

  /** Authenticates by the token that a proxy of forward authentication has added. */
  async #byHeader(request: HttpRequest, header: string): Promise<Principal> {
    const [token, ...others] = fieldsOf(request, header)
    if (others.length > 0)
      throw this.#denials.ambiguous('the request has several tokens of a proxy')
    if (token === undefined) {
      const detail = 'The request did not come through the proxy, which signs users in.'
      throw this.#denials.noToken(this.#accepts, detail)
    }
    const principal = await this.#byToken(BEARER, token, SIGNED_TOKENS)
    // The proof of a bound token is for the proxy, so that none is accepted behind it.
    await this.#checkSender(request, BEARER, token, principal.confirmation)
    return principal
  }

  async #byKey(key: string, address: string | null): Promise<Principal> {
    const now = this.#clock()
    const wait = address === null ? 0 : this.#lockout.wait(address, now)
    if (wait > 0) throw tooManyKeys(wait)
    try {
      return await this.#introspect('api_key', isVisible(key) ? key : '', address)
    } catch (error) {
      if (error instanceof IssuerUnavailable) throw serviceUnavailable(error.retryAfter)
      if (!(error instanceof TokenRejected)) throw error
      // Otherwise the key is known: it is no attempt to find one.
      if (error.code !== 'inactive') throw this.#denials.invalidToken(BEARER, error.message)
      if (address !== null) this.#lockout.count(address, now)
      throw this.#denials.invalidKey()
    }
  }

  /** Checks the sender constraint of a token (RFC 9449 section 7, RFC 8705 section 3). */
  async #checkSender(
    request: HttpRequest,
    scheme: string,
    token: string,
    bound: Confirmation | null,
  ): Promise<void> {
    const jkt = this.#expectedKey(scheme, bound, request.certificate ?? null)
    if (jkt === null) {
      const detail = 'only tokens that are bound to a key by DPoP are accepted here'
      if (this.#requiresDpop) throw this.#denials.unproved(DPOP, 'invalid_token', detail)
      return
    }
    if (request.state?.provedToken === token) return
    await this.#checkProof(request, token, jkt)
    if (request.state) request.state.provedToken = token
  }

  /** Returns the key that a proof must have, and null for a bearer token. */
  #expectedKey(scheme: string, bound: Confirmation | null, certificate: string | null) {
    const refused = (detail: string, required = BEARER) =>
      this.#denials.unproved(required, 'invalid_token', detail)
    if (bound !== null) {
      if (!isUnderstood(bound)) throw refused('the token is bound in a way that is not known here')
      if (bound.x5tS256 !== null && certificate === null)
        throw refused(
          'the token is bound to a certificate: use it on a connection that shows this one',
        )
      if (bound.x5tS256 !== null && certificate !== bound.x5tS256)
        throw refused('the token is bound to another certificate than that of the connection')
    }
    const jkt = bound?.jkt ?? null
    if (scheme === BEARER && jkt !== null)
      throw refused('the token is bound to a key: use the scheme DPoP, with a proof', DPOP)
    if (scheme === DPOP && jkt === null)
      throw refused('the token is not bound to a key by DPoP', DPOP)
    return jkt
  }

  async #checkProof(request: HttpRequest, token: string, jkt: string): Promise<void> {
    if (this.#origin === null) {
      this.#log('the address of this service is not known: no DPoP proof can be checked', {})
      throw fault()
    }
    const refused = (detail: string, code = 'invalid_dpop_proof') =>
      this.#denials.unproved(DPOP, code, detail)
    // RFC 9449 section 4.3 check 1. No proof has a comma: some servers join two fields by one.
    const proofs = fieldsOf(request, 'dpop').flatMap((value) => value.split(','))
    const [written] = proofs
    if (written === undefined) throw refused('there is no DPoP proof')
    if (proofs.length > 1) throw refused('there are several DPoP proofs')
    const now = this.#clock()
    const expected = {
      method: request.method,
      uri: `${this.#origin}${request.path}`,
      accessToken: token,
      now,
    }
    try {
      const proof = await verifyProof(isVisible(written) ? written : '', expected)
      if (proof.jkt !== jkt) {
        const detail = 'the token is bound to another key than that of the DPoP proof'
        throw refused(detail, 'invalid_token')
      }
      await this.#checkNonce(proof.nonce, now)
      if (!(await this.#usedProofs.claim(proof.name, proof.expiresAt, now)))
        throw refused('the DPoP proof was used before')
    } catch (error) {
      if (error instanceof ProofRejected) throw refused(error.message)
      if (!(error instanceof ReplayStoreUnavailable)) throw error
      this.#log('a proof could not be checked', { reason: error.message })
      throw serviceUnavailable(1)
    }
  }

  async #checkNonce(nonce: string | null, now: number): Promise<void> {
    if (this.#nonces === null) return
    if (nonce !== null && (await this.#nonces.isValid(nonce, now))) return
    const detail = 'the DPoP proof needs the nonce of this response'
    const current = await this.#nonces.current(now)
    throw this.#denials.unproved(DPOP, 'use_dpop_nonce', detail, current)
  }
}

function introspector(options: AccessOptions, clock: () => number, log: Log): Introspector | null {
  const { issuer, audience, introspection } = options
  if (introspection === undefined || introspection instanceof Introspector)
    return introspection ?? null
  return new Introspector(issuer, audience, introspection, { clock, log })
}

// Denials of requests with their challenges, and their line in the log.

import { Challenge } from './challenge.js'
import { type AcceptedCredentials, advice } from './credentials.js'
import type { Assurance } from './decision.js'
import { PROOF_ALGORITHMS } from './dpop.js'
import { type Denial, Denied, type Reason } from './errors.js'
import type { Log } from './log.js'
import type { Principal } from './principal.js'
import { BEARER, DPOP, schemeOf } from './request.js'

/** The settings of challenges. */
export interface ChallengeSettings {
  readonly realm: string
  /** The address of the metadata of the resource (RFC 9728 section 5.1), if it has one. */
  readonly resourceMetadata: string | null
  readonly requiresDpop: boolean
  readonly log: Log
}

/** A builder of the denials of one resource. */
export class Denials {
  readonly #settings: ChallengeSettings

  constructor(settings: ChallengeSettings) {
    this.#settings = settings
  }

  /** Returns the challenges for a request without a token. */
  challenges(): Challenge[] {
    const schemes = this.#settings.requiresDpop ? [DPOP] : [BEARER, DPOP]
    return schemes.map((scheme) => this.#finished(this.#challenge(scheme)))
  }

  /** Builds a 401 without an error code: the request contains no token (RFC 6750, 3.1). */
  noToken(accepted: AcceptedCredentials, detail = advice(accepted)): Denied {
    const challenges = this.challenges()
    return this.#noted(
      new Denied(401, 'token-required', 'A token is required', detail, { challenges }),
    )
  }

  /** Builds a 401 for a token that is not accepted. */
  invalidToken(scheme: string, detail: string): Denied {
    const title = 'The token is not accepted'
    return this.#unauthorized(scheme, 'invalid_token', 'invalid-token', title, detail)
  }

  /** Builds a 401 for a token without a proof of its key that is accepted. */
  unproved(scheme: string, code: string, detail: string, nonce?: string): Denied {
    const title = 'The token comes without the proof of its key'
    const more = nonce === undefined ? {} : { dpopNonce: nonce }
    return this.#unauthorized(scheme, code, 'proof-of-possession', title, detail, more)
  }

  /** Builds a 401 for an API key that is not accepted. */
  invalidKey(): Denied {
    const detail = 'It is unknown, over, revoked, not for this API, or not for your address.'
    const challenges = [this.#finished(this.#challenge(BEARER))]
    const title = 'The API key is not accepted'
    return this.#noted(new Denied(401, 'invalid-key', title, detail, { challenges }))
  }

  /** Builds a 403 with every reason; `insufficient_scope` only if another scope helps. */
  forbidden(principal: Principal, reasons: readonly Reason[]): Denied {
    const missing = reasons.filter((reason) => reason.code === 'missing_scope')
    const scopes = [...new Set(missing.map((reason) => String(reason.scope)))]
    const challenge = this.#challenge(schemeOf(principal))
      .failed('insufficient_scope', 'the token lacks a scope')
      .having('scope', scopes.join(' '))
    const challenges = scopes.length > 0 ? [this.#finished(challenge)] : []
    const title = 'You may not do this'
    return this.#noted(
      new Denied(403, 'permission-denied', title, joined(reasons), { challenges, reasons }),
      principal,
    )
  }

  /** Builds a 401 after too weak or too old a sign-in (RFC 9470 section 3). */
  signInRequired(principal: Principal, wanted: Assurance, reasons: readonly Reason[]): Denied {
    const { acrValues = [], maxAge } = wanted
    let challenge = this.#challenge(schemeOf(principal)).failed(
      'insufficient_user_authentication',
      'a stronger or more recent sign-in is required',
    )
    if (acrValues.length > 0) challenge = challenge.having('acr_values', acrValues.join(' '))
    if (maxAge !== undefined) challenge = challenge.having('max_age', String(maxAge))
    const challenges = [this.#finished(challenge)]
    return this.#noted(
      new Denied(401, 'sign-in-required', 'Sign in again', joined(reasons), {
        challenges,
        reasons,
      }),
      principal,
    )
  }

  /** Builds a 400 for a request that two programs could read differently. */
  ambiguous(detail: string): Denied {
    const challenge = this.#challenge(BEARER).failed('invalid_request', detail)
    const challenges = [this.#finished(challenge)]
    const title = 'The request is ambiguous'
    return new Denied(400, 'malformed-request', title, detail, { challenges, hasId: false })
  }

  #unauthorized(
    scheme: string,
    code: string,
    problem: string,
    title: string,
    detail: string,
    more: Denial = {},
  ): Denied {
    const challenges = [this.#finished(this.#challenge(scheme).failed(code, detail))]
    return this.#noted(new Denied(401, problem, title, detail, { ...more, challenges }))
  }

  #challenge(scheme: string): Challenge {
    return Challenge.of(scheme, PROOF_ALGORITHMS, this.#settings.realm)
  }

  #finished(challenge: Challenge): Challenge {
    const { resourceMetadata } = this.#settings
    return resourceMetadata === null
      ? challenge
      : challenge.having('resource_metadata', resourceMetadata)
  }

  /** Logs a denial with its ID, so that an administrator can find it. */
  #noted(denied: Denied, principal?: Principal): Denied {
    this.#settings.log('denied', {
      decision_id: denied.decisionId,
      status: denied.status,
      subject: principal?.subject ?? null,
      client_id: principal?.clientId ?? null,
      reason: denied.detail,
    })
    return denied
  }
}

function joined(reasons: readonly Reason[]): string {
  return reasons.map((reason) => reason.detail).join('; ')
}

/** Builds a 503 for an outage of the issuer or of the store of used proofs. */
export function serviceUnavailable(retryAfter: number): Denied {
  const detail = 'The identity server is not available. Try again in a few seconds.'
  const more = { retryAfter: Math.max(retryAfter, 1), hasId: false }
  return new Denied(503, 'unavailable', 'Temporarily unavailable', detail, more)
}

/** Builds a 429 for an address that presented too many invalid API keys. */
export function tooManyKeys(retryAfter: number): Denied {
  const detail = 'API keys from your address are not looked at for a while.'
  const title = 'Too many bad API keys'
  return new Denied(429, 'too-many-bad-keys', title, detail, { retryAfter, hasId: false })
}

/** Builds a 500 for a service that cannot check a request. */
export function fault(): Denied {
  const detail = 'An internal error occurred. Try again later.'
  return new Denied(500, 'fault', 'Internal server error', detail, { hasId: false })
}

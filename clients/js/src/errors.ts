// Errors of this package.

import type { Challenge } from './challenge.js'

/** The reasons why a token is rejected, and their messages. */
export const TOKEN_REJECTIONS = {
  too_long: 'the token is too long',
  malformed: 'the token is malformed',
  algorithm: "the token's algorithm is not accepted",
  header: "the token's header has a parameter that is not accepted",
  type: 'this is another type of token',
  unknown_key: 'the token was signed with an unknown key',
  signature: "the token's signature is wrong",
  claims: "the token's claims are incomplete or of the wrong type",
  issuer: 'the token is from another issuer',
  audience: 'the token is for another audience',
  expired: 'the token has expired',
  not_yet_valid: 'the token is not valid yet',
  overage:
    'the token could not carry all roles and groups, and this service does not ask the issuer ' +
    'for them: its operator has to configure token introspection',
  inactive: 'the token is not valid for this resource',
  revoked: 'the token was revoked',
  too_many_groups:
    'the subject has more roles and groups than the issuer lists: an administrator has to ' +
    'remove some',
} as const

/** The stable name of a rejection. */
export type TokenRejection = keyof typeof TOKEN_REJECTIONS

/** A token that is not accepted. The message contains nothing that its holder must not know. */
export class TokenRejected extends Error {
  override readonly name = 'TokenRejected'
  /** The stable name of the reason. */
  readonly code: TokenRejection
  /** The key ID of the token, if its key is unknown. */
  readonly kid: string | null

  constructor(code: TokenRejection, detail?: string, kid: string | null = null) {
    const message = TOKEN_REJECTIONS[code]
    const written = detail === undefined || code === 'revoked' ? detail : `${message}: ${detail}`
    super(written ?? message)
    this.code = code
    this.kid = kid
  }
}

/** A Security Event Token that is not accepted. */
export class EventRejected extends Error {
  override readonly name = 'EventRejected'

  constructor(
    /** The error code for the issuer (RFC 8935 section 2.4). */
    readonly code: string,
    message: string,
    /** The key ID of the token, if its key is unknown. */
    readonly kid: string | null = null,
  ) {
    super(message)
  }
}

/** A DPoP proof that is not accepted (RFC 9449 section 4.3). */
export class ProofRejected extends Error {
  override readonly name = 'ProofRejected'

  constructor(
    /** The stable name of the reason. */
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** An outage of the issuer without usable keys or a cached response: 503, never access or a 401. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable'

  constructor(
    message: string,
    /** Seconds until another attempt makes sense. */
    readonly retryAfter: number,
  ) {
    super(message)
  }
}

/** The reason why the issuer could not be asked. For logs only. */
export class FetchError extends Error {
  override readonly name: string = 'FetchError'
}

/** An invalid JWK Set (RFC 7517 section 5). */
export class JwksError extends Error {
  override readonly name = 'JwksError'
}

/** An outage of the store of used proofs: 503. */
export class ReplayStoreUnavailable extends Error {
  override readonly name = 'ReplayStoreUnavailable'
}

/** A setting of the service that is missing or contradicts another one, or a route without guard. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured'
}

/** A missing requirement. */
export interface Reason {
  /**
   * The stable name: `missing_scope`, `missing_entitlement`, `missing_role`, `unverified`,
   * `user_required`, `machine_required`, `sign_in_too_weak`, `sign_in_too_old`, or your own.
   */
  readonly code: string
  /** A sentence that says how to resolve it. */
  readonly detail: string
  /** The missing value, such as `scope`. */
  readonly [member: string]: unknown
}

/** The parts of a denial. */
export interface Denial {
  readonly challenges?: readonly Challenge[]
  readonly reasons?: readonly Reason[]
  readonly retryAfter?: number
  readonly dpopNonce?: string
  /** False for a response that is no decision about the caller. */
  readonly hasId?: boolean
}

/** A rejected request, with everything that the response needs. */
export class Denied extends Error {
  override readonly name = 'Denied'
  /** The type of the problem (RFC 9457). */
  readonly problem: string
  /** The challenges of `WWW-Authenticate`. */
  readonly challenges: readonly Challenge[]
  /** The missing requirements. */
  readonly reasons: readonly Reason[]
  readonly retryAfter: number | null
  readonly dpopNonce: string | null
  /** The ID of the denial in the response and in the log. */
  readonly decisionId: string | null

  constructor(
    /** The HTTP status. */
    readonly status: 400 | 401 | 403 | 429 | 500 | 503,
    problem: string,
    readonly title: string,
    readonly detail: string,
    denial: Denial = {},
  ) {
    super(`${status}: ${detail}`)
    this.problem = `urn:doorward:problem:${problem}`
    this.challenges = denial.challenges ?? []
    this.reasons = denial.reasons ?? []
    this.retryAfter = denial.retryAfter ?? null
    this.dpopNonce = denial.dpopNonce ?? null
    this.decisionId = denial.hasId === false ? null : crypto.randomUUID()
  }

  /** The error code of the first challenge (RFC 6750 section 3.1), if it has one. */
  get error(): string | null {
    return this.challenges[0]?.get('error') ?? null
  }

  /** Returns the header fields of the response; each challenge is one field. */
  headers(): [string, string][] {
    const fields: [string, string][] = [
      ['Content-Type', 'application/problem+json'],
      ['Cache-Control', 'no-store'],
    ]
    for (const challenge of this.challenges) fields.push(['WWW-Authenticate', `${challenge}`])
    if (this.decisionId !== null) fields.push(['X-Decision-Id', this.decisionId])
    if (this.retryAfter !== null) fields.push(['Retry-After', `${this.retryAfter}`])
    if (this.dpopNonce !== null) fields.push(['DPoP-Nonce', this.dpopNonce])
    return fields
  }

  /** Returns the problem of the response (RFC 9457). */
  body(): Record<string, unknown> {
    return {
      type: this.problem,
      title: this.title,
      status: this.status,
      detail: this.detail,
      ...(this.reasons.length > 0 && { reasons: this.reasons }),
      ...(this.decisionId !== null && { decision_id: this.decisionId }),
    }
  }
}

// Verification of access tokens against known attacks (RFC 8725, RFC 9068 section 4).

import { type AccessTokenClaims, read, WrongClaim } from './claims.js'
import { TokenRejected } from './errors.js'
import * as jws from './jws.js'
import type { KeySet } from './keys.js'
import type { StrictObject } from './strict-json.js'

/** The maximum leeway in seconds. */
export const MAX_LEEWAY = 60

/** The `typ` of an access token (RFC 9068 section 2.1). */
const TYPE = 'at+jwt'

/** The expected claims of an access token. */
export interface Expected {
  /** The issuer, compared byte by byte. */
  readonly issuer: string
  /** The recipient that `aud` must contain, compared byte by byte. */
  readonly audience: string
  /** The accepted clock difference in seconds, at most `MAX_LEEWAY`. */
  readonly leeway: number
  /** True to accept the type `JWT` in addition, for a resource that is registered so. */
  readonly acceptPlainJwt: boolean
  /** The accepted algorithms; a key verifies only its own. */
  readonly algorithms: readonly jws.Algorithm[]
}

/**
 * Verifies a token whose lists may be incomplete: the caller checks `overage`.
 *
 * Rejects with `TokenRejected` for the first failed check. `exp` is exclusive: at `exp + leeway`
 * the token is expired. `now` is in Unix seconds.
 */
export async function verifyClaims(
  token: string,
  keys: KeySet,
  expected: Expected,
  now: number,
): Promise<AccessTokenClaims> {
  const parts = jws.split(token)
  const { algorithm, kid } = checkHeader(jws.decodeJson(parts.protected), expected)
  const key = keys.get(kid)
  // RFC 8725 section 3.1: the key decides on the algorithm; the header is only compared with it.
  if (key !== undefined && key.algorithm !== algorithm) throw new TokenRejected('algorithm')
  jws.decodePart(parts.signature)
  if (key === undefined) throw new TokenRejected('unknown_key', undefined, kid)
  if (!(await jws.isSigned(parts, key))) throw new TokenRejected('signature')
  // The payload is parsed only after verification: the parser never sees unsigned data.
  const claims = readClaims(jws.decodeJson(parts.payload))
  checkClaims(claims, expected, now)
  return claims
}

function readClaims(payload: StrictObject): AccessTokenClaims {
  try {
    return read(payload)
  } catch (error) {
    if (!(error instanceof WrongClaim)) throw error
    throw new TokenRejected('claims')
  }
}

function checkHeader(
  { members }: StrictObject,
  expected: Expected,
): { algorithm: jws.Algorithm; kid: string } {
  const { alg, typ, kid } = members
  if (!jws.isAlgorithm(alg) || !expected.algorithms.includes(alg))
    throw new TokenRejected('algorithm')
  if (jws.REFUSED_PARAMETERS.some((name) => Object.hasOwn(members, name)))
    throw new TokenRejected('header')
  const isPlain = expected.acceptPlainJwt && jws.isType(typ, 'JWT')
  if (!isPlain && !jws.isType(typ, TYPE)) throw new TokenRejected('type')
  if (typeof kid !== 'string' || kid === '')
    throw new TokenRejected('malformed', 'it does not name its key')
  return { algorithm: alg, kid }
}

function checkClaims(claims: AccessTokenClaims, expected: Expected, now: number): void {
  const { principal, iss, iat, notBefore } = claims
  const leeway = Math.min(Math.max(expected.leeway, 0), MAX_LEEWAY)
  if (![iss, principal.subject, principal.clientId, principal.jti].every(Boolean))
    throw new TokenRejected('claims')
  if (iss !== expected.issuer) throw new TokenRejected('issuer')
  if (!claims.audience.includes(expected.audience)) throw new TokenRejected('audience')
  if (principal.expiresAt + leeway <= now) throw new TokenRejected('expired')
  if (iat > now + leeway || (notBefore !== null && notBefore > now + leeway))
    throw new TokenRejected('not_yet_valid')
}

// Proofs of possession (DPoP, RFC 9449): the sender of a request holds a private key.

import { calculateJwkThumbprint, type JWK } from 'jose'
import { encode } from './base64url.js'
import { ProofRejected, TokenRejected } from './errors.js'
import * as jws from './jws.js'
import { isObject, type StrictObject } from './strict-json.js'
import { target } from './target.js'

/** The maximum clock difference in seconds, in both directions. */
const WINDOW = 60

/** The accepted algorithms: asymmetric only (RFC 9449 section 4.3). */
export const PROOF_ALGORITHMS: readonly jws.Algorithm[] = ['ES256', 'PS256', 'EdDSA', 'RS256']

/** The maximum length of a proof. */
const MAX_PROOF_BYTES = 6 * 1024

/** The maximum length of `jti` and `nonce`. */
const MAX_VALUE_BYTES = 512

const ENCODER = new TextEncoder()

/** What a proof must prove. */
export interface ExpectedProof {
  /** The method of the request, as sent. */
  readonly method: string
  /** The URL of the request. */
  readonly uri: string
  /** The access token beside the proof, if there is one. */
  readonly accessToken: string | null
  /** The time in Unix seconds. */
  readonly now: number
}

/** A verified proof. */
export interface Proof {
  /** The thumbprint of the signing key (RFC 7638). */
  readonly jkt: string
  /** The identifier of the proof. */
  readonly jti: string
  /** The time of its creation. */
  readonly iat: number
  /** The server nonce that it contains. */
  readonly nonce: string | null
  /** The key in a replay store: equal for two copies, whatever other claims they have. */
  readonly name: string
  /** The time from which the proof is too old to be accepted and need not be stored. */
  readonly expiresAt: number
}

/**
 * Verifies one proof (RFC 9449 section 4.3); rejects with `ProofRejected`.
 *
 * The caller checks the rest: a single header field, a current nonce, the key that the token is
 * bound to, and replays.
 */
export async function verifyProof(proof: string, expected: ExpectedProof): Promise<Proof> {
  if (jws.isLonger(proof, MAX_PROOF_BYTES))
    throw new ProofRejected('too_long', 'the DPoP proof is too long')
  let jkt: string
  let claims: StrictObject
  try {
    const parts = jws.split(proof)
    const [algorithm, jwk] = checkHeader(jws.decodeJson(parts.protected))
    const key = await jws.verifyingKey(jwk, algorithm)
    if (key === null) throw noKey()
    if (!(await jws.isSigned(parts, key)))
      throw new ProofRejected('signature', "the DPoP proof's signature is wrong")
    // The payload is parsed only after verification: the parser never sees unsigned data.
    claims = jws.decodeJson(parts.payload)
    jkt = await calculateJwkThumbprint(jwk as JWK)
  } catch (error) {
    if (!(error instanceof TokenRejected)) throw error
    const detail = error.message.replace('the token is malformed: ', '')
    throw new ProofRejected('malformed', `the DPoP proof is malformed: ${detail}`)
  }
  return checkClaims(claims, jkt, expected)
}

/** Returns the `ath` value of an access token (RFC 9449 section 4.2). */
export async function tokenHash(accessToken: string): Promise<string> {
  return encode(await sha256(accessToken))
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', ENCODER.encode(text)))
}

function noKey(): ProofRejected {
  return new ProofRejected('key', "the DPoP proof's 'jwk' is no public key for its algorithm")
}

function checkHeader({ members }: StrictObject): [jws.Algorithm, Record<string, unknown>] {
  const { typ, alg, jwk } = members
  if (!jws.isType(typ, 'dpop+jwt'))
    throw new ProofRejected('type', 'the DPoP proof is not of type dpop+jwt')
  if (!jws.isAlgorithm(alg) || !PROOF_ALGORITHMS.includes(alg))
    throw new ProofRejected('algorithm', "the DPoP proof's algorithm is not accepted")
  if (jws.REFUSED_PARAMETERS.some((name) => name !== 'jwk' && Object.hasOwn(members, name))) {
    const message = "the DPoP proof's header has a parameter that is not accepted"
    throw new ProofRejected('header', message)
  }
  if (!isObject(jwk)) throw noKey()
  if (jws.isPrivate(jwk)) {
    const message = "the DPoP proof's 'jwk' holds a private key, which is not private any more"
    throw new ProofRejected('private_key', message)
  }
  return [alg, jwk]
}

async function checkClaims(
  claims: StrictObject,
  jkt: string,
  { method, uri, accessToken, now }: ExpectedProof,
): Promise<Proof> {
  const wrong = (name: string) =>
    new ProofRejected('claim', `the DPoP proof's '${name}' is missing or malformed`)
  const text = (name: string) => {
    const value = claims.members[name]
    if (typeof value !== 'string') throw wrong(name)
    return value
  }
  const short = (name: string) => {
    const value = text(name)
    if (value === '' || jws.isLonger(value, MAX_VALUE_BYTES)) throw wrong(name)
    return value
  }
  const jti = short('jti')
  // RFC 9110 section 9.1: methods are case-sensitive.
  if (text('htm') !== method) {
    const message = "the DPoP proof's 'htm' is not the method of the request"
    throw new ProofRejected('method', message)
  }
  const named = target(text('htu'))
  if (named === null) throw wrong('htu')
  if (named !== target(uri)) {
    const message = "the DPoP proof's 'htu' is not the address of the request"
    throw new ProofRejected('target', message)
  }
  if (!claims.integers.has('iat')) throw wrong('iat')
  const iat = Number(claims.members.iat)
  if (Math.abs(now - iat) > WINDOW) {
    const message = "the DPoP proof's 'iat' is more than 60 seconds from now"
    throw new ProofRejected('time', message)
  }
  if (accessToken !== null && text('ath') !== (await tokenHash(accessToken))) {
    const message = "the DPoP proof's 'ath' is not the hash of the access token"
    throw new ProofRejected('access_token', message)
  }
  const nonce = Object.hasOwn(claims.members, 'nonce') ? short('nonce') : null
  const digest = await sha256(`dpop ${jkt}${jti}`)
  const name = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { jkt, jti, iat, nonce, name, expiresAt: iat + WINDOW + 1 }
}

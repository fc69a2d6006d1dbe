// The parts of a compact JWS (RFC 7515 section 7.1), and their signatures.
//
// jose verifies the signatures. The parts are read here, because jose accepts several spellings of
// one token: duplicate members and non-canonical base64url.

import type { CryptoKey, JWK } from 'jose'
import { errors, flattenedVerify, importJWK } from 'jose'
import { decode } from './base64url.js'
import { TokenRejected } from './errors.js'
import { AmbiguousJson, parseObject, type StrictObject } from './strict-json.js'

/** The maximum length of a token. */
export const MAX_TOKEN_BYTES = 16 * 1024

/** Header parameters that contain a key, change the signed data, or make the token a JWE. */
export const REFUSED_PARAMETERS: readonly string[] =
  'jku jwk x5u x5c x5t x5t#S256 crit b64 zip enc epk apu apv p2s p2c'.split(' ')

/** The private members of a JWK (RFC 7518 section 6). */
const PRIVATE: readonly string[] = 'd p q dp dq qi oth k'.split(' ')

/** All algorithms of this package: asymmetric ones only. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

/** A signature algorithm. */
export type Algorithm = (typeof ALGORITHMS)[number]

const KEY_TYPES = { RS256: 'RSA', PS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' }
const CURVES = { ES256: 'P-256', EdDSA: 'Ed25519' }
const MEMBERS = {
  RS256: ['n', 'e'],
  PS256: ['n', 'e'],
  ES256: ['crv', 'x', 'y'],
  EdDSA: ['crv', 'x'],
}
const DEFAULTS = new Map<unknown, Algorithm>([
  ['RSA', 'RS256'],
  ['EC', 'ES256'],
  ['OKP', 'EdDSA'],
])

/** A public key with its only algorithm. */
export interface VerifyingKey {
  readonly algorithm: Algorithm
  readonly key: CryptoKey
}

/** The parts of a token, still encoded. */
export interface Compact {
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** Splits a token of at most `MAX_TOKEN_BYTES`. */
export function split(token: string): Compact {
  if (isLonger(token, MAX_TOKEN_BYTES)) throw new TokenRejected('too_long')
  const parts = token.split('.')
  const [header, payload, signature] = parts
  // Five parts are a JWE (RFC 7516 section 9), which is not supported.
  if (
    parts.length !== 3 ||
    header === undefined ||
    payload === undefined ||
    signature === undefined
  )
    throw new TokenRejected('malformed', 'it does not have three parts')
  return { protected: header, payload, signature }
}

/** Returns true if the text has more bytes in UTF-8. */
export function isLonger(text: string, size: number): boolean {
  return text.length > size || new TextEncoder().encode(text).length > size
}

/** Decodes a part of canonical base64url: no padding, no other alphabet, no unused bits. */
export function decodePart(part: string): Uint8Array {
  const data = decode(part)
  if (data === null) throw new TokenRejected('malformed', 'a part is not canonical base64url')
  return data
}

/** Decodes an unambiguous JSON object. */
export function decodeJson(part: string): StrictObject {
  const data = decodePart(part)
  try {
    return parseObject(data)
  } catch (error) {
    if (!(error instanceof AmbiguousJson)) throw error
    throw new TokenRejected('malformed', 'a part is not an unambiguous JSON object')
  }
}

/** Returns true for an algorithm of this package. */
export function isAlgorithm(value: unknown): value is Algorithm {
  return (ALGORITHMS as readonly unknown[]).includes(value)
}

/** Compares media types, ignoring case and an omitted `application/` (RFC 7515, 4.1.9). */
export function isType(written: unknown, allowed: string): boolean {
  // Not ASCII: lower case would map further characters to those of ASCII.
  if (typeof written !== 'string' || !/^[\0-\x7f]*$/.test(written)) return false
  const lower = written.toLowerCase()
  const name = lower.startsWith('application/') ? lower.slice('application/'.length) : lower
  return name === allowed.toLowerCase()
}

/**
 * Returns the public key of a JWK for an algorithm, and null if it does not fit.
 *
 * Rejects private, weak and expensive keys.
 */
export async function verifyingKey(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: Algorithm,
): Promise<VerifyingKey | null> {
  if (isPrivate(jwk) || !isWellFormed(jwk) || !isFit(jwk, algorithm)) return null
  // Only the members of the public key: jose would also read `key_ops` and `ext`.
  const members = ['kty', ...MEMBERS[algorithm]].map((name) => [name, jwk[name]])
  try {
    const key = await importJWK(Object.fromEntries(members) as JWK, algorithm)
    return key instanceof Uint8Array ? null : { algorithm, key }
  } catch {
    // Whatever the reason is, this key verifies nothing: its point is not on the curve, for example.
    return null
  }
}

/** Returns true for a JWK with a private member. */
export function isPrivate(jwk: Readonly<Record<string, unknown>>): boolean {
  return PRIVATE.some((name) => Object.hasOwn(jwk, name))
}

/**
 * Returns the only algorithm of an issuer's key (RFC 8725 section 3.1).
 *
 * It is the one that the key names, or else the one of its type; for RSA that is RS256.
 */
export function algorithmOf(jwk: Readonly<Record<string, unknown>>): Algorithm | null {
  if (Object.hasOwn(jwk, 'alg')) return isAlgorithm(jwk.alg) ? jwk.alg : null
  return DEFAULTS.get(jwk.kty) ?? null
}

/** Returns true if the signature of a token is the key's. */
export async function isSigned(token: Compact, { algorithm, key }: VerifyingKey): Promise<boolean> {
  const signature = decodePart(token.signature)
  if (algorithm === 'ES256') {
    const halves = [signature.subarray(0, 32), signature.subarray(32)]
    // CVE-2022-21449: a zero signs everything for some libraries.
    const isZero = halves.some((half) => half.every((byte) => byte === 0))
    if (signature.length !== 64 || isZero) return false
  }
  try {
    await flattenedVerify({ ...token }, key, { algorithms: [algorithm] })
    return true
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    // jose finds a payload that it cannot decode after a signature that fits.
    if (error instanceof errors.JWSInvalid) decodePart(token.payload)
    return false
  }
}

function isWellFormed(jwk: Readonly<Record<string, unknown>>): boolean {
  const isText = (value: unknown) => typeof value === 'string'
  const texts = ['kty', 'use', 'alg', 'kid', 'x5u', 'crv', 'x5t', 'x5t#S256', 'x', 'y']
  const absent = (name: string) => name !== 'kty' && !Object.hasOwn(jwk, name)
  return (
    texts.every((name) => absent(name) || isText(jwk[name])) &&
    ['key_ops', 'x5c'].every((name) => {
      const value = jwk[name]
      return absent(name) || (Array.isArray(value) && value.every(isText))
    })
  )
}

/** Returns true if a well-formed JWK may verify signatures of this algorithm. */
function isFit(jwk: Readonly<Record<string, unknown>>, algorithm: Algorithm): boolean {
  const { kty, use = 'sig', alg = algorithm, key_ops: operations = ['verify'] } = jwk
  const isNamed = kty === KEY_TYPES[algorithm] && use === 'sig' && alg === algorithm
  if (!isNamed || !(operations as string[]).includes('verify')) return false
  if (algorithm === 'RS256' || algorithm === 'PS256') return isRsa(decode(jwk.n), decode(jwk.e))
  const size = (name: string) => decode(jwk[name])?.length
  return (
    jwk.crv === CURVES[algorithm] && size('x') === 32 && (algorithm === 'EdDSA' || size('y') === 32)
  )
}

/**
 * Returns true for a modulus of 2048 to 4096 bits, and an odd exponent from 65537 to 32 bits.
 *
 * With exponent 1, every message would be its own signature; large ones cost the verifier time.
 */
function isRsa(modulus: Uint8Array | null, exponent: Uint8Array | null): boolean {
  if (modulus === null || exponent === null || exponent.length > 4) return false
  const first = modulus.findIndex((byte) => byte !== 0)
  if (first < 0) return false
  const bits = (modulus.length - first) * 8 - (Math.clz32(modulus[first] ?? 0) - 24)
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0)
  return bits >= 2048 && bits <= 4096 && value >= 65537 && value % 2 === 1
}

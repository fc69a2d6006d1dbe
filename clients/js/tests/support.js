// Keys, tokens and proofs for the tests. The keys are those of the shared vectors.

import { readFileSync } from 'node:fs'
import { Access, FixedKeys, KeySet, tokenHash } from 'doorward-access'
import { calculateJwkThumbprint, importJWK, SignJWT } from 'jose'

export const ISSUER = 'https://id.example'
export const AUDIENCE = 'https://tasks.example/api'
export const NOW = 1_800_000_000

const MEMBERS = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] }
const ALGORITHMS = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' }

export const VECTORS = JSON.parse(
  readFileSync(new URL('../../vectors/vectors.json', import.meta.url), 'utf8'),
)

/** A private key of the vectors. */
export class Signer {
  constructor(jwk) {
    this.jwk = jwk
    this.alg = ALGORITHMS[jwk.kty]
    const members = ['kty', ...MEMBERS[jwk.kty]]
    this.public = Object.fromEntries(members.map((name) => [name, jwk[name]]))
  }

  /** Signs claims with a header. */
  async sign(payload, header) {
    const key = await importJWK(this.jwk, this.alg)
    return new SignJWT(payload).setProtectedHeader({ alg: this.alg, ...header }).sign(key)
  }

  /** Returns Alice's access token with replaced claims; undefined removes one. */
  token(changes = {}) {
    return this.sign(claims(changes), { typ: 'at+jwt', kid: this.jwk.kid })
  }

  /** The thumbprint of the key. */
  jkt() {
    return calculateJwkThumbprint(this.public)
  }

  /** Returns a DPoP proof with replaced claims. */
  async proof(token, htu, changes = {}) {
    const ath = await tokenHash(token)
    const proof = { jti: crypto.randomUUID(), htm: 'GET', htu, iat: NOW, ath, ...changes }
    return this.sign(proof, { typ: 'dpop+jwt', jwk: this.public })
  }
}

/** Returns the claims of Alice's token for the tasks API. */
export function claims(changes = {}) {
  return {
    iss: ISSUER,
    sub: 'alice',
    aud: AUDIENCE,
    client_id: 'tasks-web',
    iat: NOW,
    exp: NOW + 300,
    jti: 't1',
    scope: 'openid tasks:read',
    entitlements: ['tasks:read', 'tasks:write'],
    roles: ['developer'],
    auth_time: NOW - 60,
    ...changes,
  }
}

/** The issuer's key. */
export const one = new Signer(VECTORS.keys.one)
/** The key of a client that uses DPoP. */
export const holder = new Signer(VECTORS.keys.ed)
/** The issuer's published keys. */
export const keySet = await KeySet.fromJwks(
  JSON.stringify({ keys: [{ ...one.public, kid: 'one' }] }),
)

/** Returns the authenticator of the tasks API. */
export function accessOf(options = {}) {
  return new Access({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: new FixedKeys(keySet),
    clock: () => NOW,
    log: () => {},
    ...options,
  })
}

/** Returns what a call throws or rejects with. */
export async function thrown(call) {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Returns a request with header fields. */
export function request(headers, more = {}) {
  return { method: 'GET', path: '/api/tasks/', headers: Object.entries(headers), ...more }
}

// Requests to the issuer.

import { FetchError } from './errors.js'
import { AmbiguousJson, parseObject } from './strict-json.js'

/** The maximum size of a document. */
const MAX_BYTES = 64 * 1024
/** The time in seconds for which a document without `Cache-Control: max-age` is fresh. */
const DEFAULT_MAX_AGE = 300
/** The bounds of the issuer's `max-age` in seconds. */
const MIN_MAX_AGE = 30
const MAX_MAX_AGE = 24 * 3600
/** The maximum duration of a request in milliseconds. */
const TIMEOUT = 5000
/** The cache time of an address of the metadata in seconds. */
export const METADATA_AGE = 3600

/** A fetched document. */
export interface Document {
  readonly body: Uint8Array | string
  /** The time in seconds for which it is fresh. */
  readonly maxAge: number
}

/** Fetches a URL; rejects with `FetchError`. */
export type Fetch = (url: string) => Document | Promise<Document>

/** Fetches a document of at most 64 KiB, within five seconds. */
export const fetchDocument: Fetch = async (url) => {
  const tooLarge = new FetchError("the issuer's document is too large")
  const { body, headers } = await receive(url, {}, MAX_BYTES, tooLarge)
  return { body, maxAge: maxAge(headers.get('cache-control') ?? '') }
}

/** Returns an address of the issuer's metadata; rejects with `FetchError`. */
export async function findAddress(fetch: Fetch, issuer: string, member: string): Promise<string> {
  const malformed = new FetchError("the issuer's metadata is malformed")
  const { body } = await fetch(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`)
  let metadata: Readonly<Record<string, unknown>>
  try {
    metadata = parseObject(body).members
  } catch (error) {
    throw error instanceof AmbiguousJson ? malformed : error
  }
  // OIDC Discovery section 4.3.
  if (metadata.issuer !== issuer) throw new FetchError('the metadata names another issuer')
  const address = metadata[member]
  if (typeof address !== 'string') throw malformed
  checkUrl(address)
  return address
}

/** Checks that a URL is https, or http on this machine; throws `FetchError`. */
export function checkUrl(url: string): void {
  const authority = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1]
  const isPlain = /^[!-~]+$/.test(url) && !url.includes('#') && URL.canParse(url)
  if (authority !== undefined && isPlain && !authority.includes('@')) {
    const { protocol, hostname } = new URL(url)
    if (protocol === 'https:' || isThisMachine(hostname)) return
  }
  throw new FetchError('the address must be https, or http on this machine')
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.[0-9]+){3}$/.test(hostname)
}

/**
 * Sends a request and returns the body and the header fields of the response, which must be 200.
 *
 * A redirect is an error. Rejects with `FetchError`, and with `tooLarge` for more than `most` bytes.
 */
export async function receive(
  url: string,
  init: RequestInit,
  most: number,
  tooLarge: FetchError,
): Promise<{ body: Uint8Array; headers: Headers }> {
  checkUrl(url)
  const headers = new Headers(init.headers)
  headers.set('Accept', 'application/json')
  headers.set('User-Agent', 'doorward-access-js/0.1')
  try {
    const signal = AbortSignal.timeout(TIMEOUT)
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new FetchError(`the issuer answered with status ${response.status}`)
    }
    return { body: await readBody(response, most, tooLarge), headers: response.headers }
  } catch (error) {
    if (error instanceof FetchError) throw error
    throw new FetchError('the issuer cannot be reached', { cause: error })
  }
}

/** Reads a body; rejects with `tooLarge` for more than `most` bytes. */
export async function readBody(
  response: Response,
  most: number,
  tooLarge: FetchError,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done || value === undefined) break
    size += value.length
    if (size > most) {
      await reader?.cancel()
      throw tooLarge
    }
    pieces.push(value)
  }
  const body = new Uint8Array(size)
  let position = 0
  for (const piece of pieces) {
    body.set(piece, position)
    position += piece.length
  }
  return body
}

/** Returns `max-age` within bounds; `no-store` and `no-cache` mean the lower bound. */
export function maxAge(cacheControl: string): number {
  let age = DEFAULT_MAX_AGE
  for (const directive of cacheControl.toLowerCase().split(',')) {
    const [name, value = ''] = directive.trim().split('=', 2)
    if (name === 'no-store' || name === 'no-cache') return MIN_MAX_AGE
    const [, digits] = /^"*([0-9]{1,17})"*$/.exec(value) ?? []
    if (name === 'max-age') age = digits === undefined ? DEFAULT_MAX_AGE : Number(digits)
  }
  return Math.min(Math.max(age, MIN_MAX_AGE), MAX_MAX_AGE)
}

// A request, and the access token in its header.

import { MAX_TOKEN_BYTES } from './jws.js'
import type { Principal } from './principal.js'

export const BEARER = 'Bearer'
export const DPOP = 'DPoP'

/** The parts of a request that decide about its caller. */
export interface HttpRequest {
  /** The method, as sent. */
  readonly method: string
  /** The path as sent, percent-encoded, without the query. */
  readonly path: string
  /** All header fields; a field that was sent twice is here twice. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The thumbprint (`x5t#S256`) of the client's certificate, if this server or a trusted proxy verified one. */
  readonly certificate?: string | null
  /** The address of the caller, from a forwarded header only if a trusted proxy wrote it. */
  readonly address?: string | null
  /** Memory of this request, so that its proof is checked only once. */
  readonly state?: RequestState
}

/** What a guard remembers of a request. */
export interface RequestState {
  /** The token whose proof was accepted. */
  provedToken?: string
}

/** Returns all values of a header field; `name` is in lower case. */
export function fieldsOf(request: HttpRequest, name: string): string[] {
  return request.headers.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value)
}

/** A token of a header with its scheme, or the reason why there is none. */
export type HeaderToken =
  | { readonly scheme: typeof BEARER | typeof DPOP; readonly token: string }
  | { readonly scheme: 'other' }
  | { readonly scheme: 'malformed'; readonly detail: string }

const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/** Returns the token of an `Authorization` header (RFC 6750 section 2.1). */
export function accessToken(header: string): HeaderToken {
  const malformed: HeaderToken = { scheme: 'malformed', detail: 'the bearer token is malformed' }
  if (!isVisible(header)) return malformed
  const [, name = '', rest = ''] = /^([^ ]*) ?(.*)$/.exec(header) ?? []
  const scheme = { bearer: BEARER, dpop: DPOP }[name.toLowerCase()]
  if (scheme !== BEARER && scheme !== DPOP) return { scheme: 'other' }
  const token = rest.replace(/^ +| +$/g, '')
  if (token.length > MAX_TOKEN_BYTES)
    return { scheme: 'malformed', detail: 'the bearer token is too long' }
  return B64TOKEN.test(token) ? { scheme, token } : malformed
}

/** Returns true for text of visible ASCII characters, spaces and tabs. */
export function isVisible(value: string): boolean {
  return /^[\t -~]*$/.test(value)
}

/** Returns the scheme of the principal's access token. */
export function schemeOf({ confirmation }: Principal): typeof BEARER | typeof DPOP {
  // A certificate-bound token uses the Bearer scheme (RFC 8705 section 3).
  return confirmation?.jkt == null ? BEARER : DPOP
}

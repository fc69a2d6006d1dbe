// Canonical base64url (RFC 4648 section 5): no padding, no other alphabet, no unused bits.

import { base64url } from 'jose'

const TEXT = /^[A-Za-z0-9_-]+$/

/** The last characters of a text without unused bits, by its length modulo 4. */
const LAST = [/./, null, /[AQgw]$/, /[AEIMQUYcgkosw048]$/]

/** Returns the bytes of canonical base64url, and null for anything else. */
export function decode(text: unknown): Uint8Array | null {
  if (typeof text !== 'string' || !TEXT.test(text)) return null
  return LAST[text.length % 4]?.test(text) ? base64url.decode(text) : null
}

/** Encodes base64url without padding. */
export const encode = (data: Uint8Array): string => base64url.encode(data)

// Canonical base64url (RFC 4648 section 5): no padding, no other alphabet, no unused bits.

const TEXT = /^[A-Za-z0-9_-]+$/

/** Returns the bytes of canonical base64url, and null for anything else. */
export function decode(text: unknown): Uint8Array<ArrayBuffer> | null {
  if (typeof text !== 'string' || !TEXT.test(text) || text.length % 4 === 1) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const data = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return encode(data) === text ? data : null
}

/** Encodes base64url without padding. */
export function encode(data: Uint8Array): string {
  let binary = ''
  for (const byte of data) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

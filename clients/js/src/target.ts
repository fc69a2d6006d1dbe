// URLs as DPoP proofs name them (RFC 9449 section 4.3), normalized by RFC 3986 section 6.2.
//
// `URL` of the platform accepts more than a proof may hold: user names, backslashes, white space,
// and an IPv4 address in an unusual form, such as `0x7f.1`.

import { ipv4, ipv6 } from './address.js'

const URL_PARTS = /^(https?):\/*([^/?#]*)([^?#]*)/i
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(?::([0-9]*))?$/
const HOST = /^[a-z0-9!$&'()*+,;=~_.-]+$/
const ENDS_IN_NUMBER = /^(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?$/
const ESCAPE = /%([0-9A-Fa-f]{2})/g
const UNRESERVED = /^[A-Za-z0-9._~-]$/
const UNFIT_IN_PATHS = /["<>`{}]/g

/** Returns the origin of an http or https URL, and null for anything else. */
export function origin(url: string): string | null {
  return parse(url)?.origin ?? null
}

/** Returns a normalized URL without query and fragment. */
export function target(url: string): string | null {
  const parsed = parse(url)
  return parsed === null ? null : `${parsed.origin}${parsed.path}`
}

/** Returns the origin and the path of a URL. */
export function parse(url: string): { origin: string; path: string } | null {
  if (!/^[!-~]*$/.test(url) || url.includes('\\')) return null
  const [, schemeAsSent = '', authority = '', path = ''] = URL_PARTS.exec(url) ?? []
  const scheme = schemeAsSent.toLowerCase()
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  const place = AUTHORITY.exec(authority.slice(at + 1))
  if (scheme === '' || place === null || /[^:]/.test(user)) return null
  const host = normalizedHost(place[1] ?? '')
  const defaultPort = scheme === 'http' ? 80 : 443
  const port = Number(place[2] || defaultPort)
  if (host === null || port > 65535) return null
  const written = port === defaultPort ? '' : `:${port}`
  return { origin: `${scheme}://${host}${written}`, path: normalizedPath(path) }
}

function normalizedHost(text: string): string | null {
  if (text.startsWith('[')) {
    const groups = ipv6(text.slice(1, -1))
    return groups === null ? null : `[${groups.map((group) => group.toString(16)).join(':')}]`
  }
  const host = text
    .replaceAll(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .toLowerCase()
  if (ENDS_IN_NUMBER.test(host)) return ipv4(host)
  return HOST.test(host) ? host : null
}

function normalizedPath(path: string): string {
  const segments = path.replace(/^\//, '').split('/')
  const kept: string[] = []
  for (const [position, segment] of segments.entries()) {
    const plain = segment.replaceAll(/%2e/gi, '.')
    if (plain !== '.' && plain !== '..') {
      kept.push(segment)
      continue
    }
    if (plain === '..') kept.pop()
    if (position === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
    .replaceAll(UNFIT_IN_PATHS, (char) => hex(char.charCodeAt(0)))
    .replaceAll(ESCAPE, (_, digits: string) => {
      const code = parseInt(digits, 16)
      const char = String.fromCharCode(code)
      return UNRESERVED.test(char) ? char : hex(code)
    })
}

function hex(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`
}

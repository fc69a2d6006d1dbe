// Unambiguous JSON: a duplicate member is rejected, and the depth is limited.
//
// Ordinary parsers keep one of two members of the same name, and not always the same one. A signed
// token that two programs read differently enables attacks (RFC 8725 section 2.4).

/** The maximum depth of nesting. */
const MAX_DEPTH = 32

const INTEGER_MIN = -(2n ** 63n)
const INTEGER_MAX = 2n ** 63n - 1n

// The text is valid JSON when the tokens are read, so that they need no further grammar.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|[{}[\],]/g
const INTEGER = /^-?[0-9]{1,20}$/

/** A text that is not unambiguous JSON. */
export class AmbiguousJson extends Error {}

/** A parsed object. */
export interface StrictObject {
  readonly members: Readonly<Record<string, unknown>>
  /** The names of its members that are whole numbers of 64 bits. JavaScript reads `1.0` as `1`. */
  readonly integers: ReadonlySet<string>
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Parses one JSON object; throws `AmbiguousJson`. */
export function parseObject(data: Uint8Array | string): StrictObject {
  try {
    const text = typeof data === 'string' ? data : UTF8.decode(data)
    const members: unknown = JSON.parse(text)
    if (!isObject(members)) throw new AmbiguousJson('not an object')
    return { members, integers: checkTokens(text) }
  } catch (error) {
    if (error instanceof AmbiguousJson) throw error
    throw new AmbiguousJson('not an unambiguous JSON object')
  }
}

/** Returns true for an object of JSON. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Checks the tokens of valid JSON, and returns the names of the outer members that are integers. */
function checkTokens(text: string): Set<string> {
  const integers = new Set<string>()
  // The names of each open object, and null for each open list.
  const open: (Set<string> | null)[] = []
  let name: string | null = null
  for (const token of text.match(TOKEN) ?? []) {
    const names = open.at(-1)
    switch (token.charAt(0)) {
      case '{':
      case '[':
        if (open.length === MAX_DEPTH) throw new AmbiguousJson('nested too deeply')
        open.push(token === '{' ? new Set() : null)
        name = null
        break
      case '}':
      case ']':
        open.pop()
        name = null
        break
      case ',':
        name = null
        break
      case '"': {
        const value = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1)
        if (!value.isWellFormed()) throw new AmbiguousJson('half a surrogate pair')
        if (names && name === null) {
          if (names.has(value)) throw new AmbiguousJson('a member comes twice')
          names.add(value)
          name = value
        }
        break
      }
      default:
        if (!Number.isFinite(Number(token))) throw new AmbiguousJson('a number is out of range')
        if (open.length === 1 && name !== null && isInteger(token)) integers.add(name)
    }
  }
  return integers
}

function isInteger(token: string): boolean {
  if (!INTEGER.test(token) || token === '-0') return false
  if (token.length < 16) return true
  const value = BigInt(token)
  return INTEGER_MIN <= value && value <= INTEGER_MAX
}

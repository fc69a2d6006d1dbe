// Guards of routes: what the adapters for frameworks share.

import type { Access } from './access.js'
import type { AcceptedCredentials } from './credentials.js'
import { type Assurance, type Condition, hasPermission } from './decision.js'
import { Denied, Misconfigured } from './errors.js'
import type { Principal } from './principal.js'
import type { HttpRequest, RequestState } from './request.js'

/** Methods that return a guard with further requirements; the guard itself stays unchanged. */
export interface Requirements<Handler> {
  /** Requires conditions, such as `hasRole('editor')`. */
  requires(...conditions: Condition[]): Guard<Handler>
  /** Requires a permission of the user and the scope that covers it. */
  permission(name: string, coveredBy?: string): Guard<Handler>
  /** Requires a recent or strong sign-in (RFC 9470). */
  recent(wanted: Assurance): Guard<Handler>
  /** Accepts other credentials than the `Access`, such as API keys. */
  accepting(accepts: AcceptedCredentials): Guard<Handler>
}

/** A handler of a framework that lets only callers pass who meet its requirements. */
export type Guard<Handler> = Handler & Requirements<Handler>

/** How a guard reads the requests of a framework. */
export interface GuardOptions<Request> {
  /**
   * Returns the address of the caller, for API keys that are limited to networks. Default: that of
   * the framework, which knows the proxies that you trust.
   */
  readonly address?: (request: Request) => string | null | undefined
  /**
   * Returns the thumbprint (`x5t#S256`) of the client's certificate (RFC 8705). Default: that of
   * the TLS connection. Read a header only of a proxy that you trust: any client can send one.
   */
  readonly certificate?: (request: Request) => string | null | undefined
}

interface Rules {
  readonly conditions: readonly Condition[]
  readonly assurance: Assurance
  readonly accepts?: AcceptedCredentials
}

/** The memory of one request. */
interface Memory extends RequestState {
  caller?: Principal
  /** The latest authentication, so that two guards of one request verify its token once. */
  authenticated?: { access: Access; accepts: AcceptedCredentials | undefined; caller: Principal }
}

const MEMORIES = new WeakMap<object, Memory>()
const GUARDS = new WeakSet<object>()

/** Returns the caller of a request that a guard let pass; throws `Misconfigured` without one. */
export function caller(request: object): Principal {
  const found = MEMORIES.get(request)?.caller
  if (found === undefined) throw new Misconfigured('no guard has authenticated this request')
  return found
}

/** Returns true for a guard of this package. */
export function isGuard(handler: unknown): boolean {
  return typeof handler === 'function' && GUARDS.has(handler)
}

/**
 * Checks a request, and remembers its caller for `caller`. Returns null, or the denial.
 *
 * `key` is the object by which the framework knows the request.
 */
type Check = (key: object, request: HttpRequest) => Promise<Denied | null>

/** Creates a guard; `handlerOf` builds the handler of a framework from a check. */
export function createGuard<Handler extends (...parts: never[]) => unknown>(
  access: Access,
  handlerOf: (check: Check) => Handler,
  rules: Rules = { conditions: [], assurance: {} },
): Guard<Handler> {
  const handler = handlerOf(async (key, request) => {
    try {
      await check(access, rules, key, request)
      return null
    } catch (error) {
      if (error instanceof Denied) return error
      throw error
    }
  })
  GUARDS.add(handler)
  const derive = (changes: Partial<Rules>) =>
    createGuard(access, handlerOf, { ...rules, ...changes })
  const requires = (...conditions: Condition[]) =>
    derive({ conditions: [...rules.conditions, ...conditions] })
  return Object.assign(handler, {
    requires,
    permission: (name: string, coveredBy?: string) => requires(hasPermission(name, coveredBy)),
    recent: (assurance: Assurance) => derive({ assurance }),
    accepting: (accepts: AcceptedCredentials) => derive({ accepts }),
  })
}

async function check(access: Access, rules: Rules, key: object, request: HttpRequest) {
  const { conditions, assurance, accepts } = rules
  const memory = MEMORIES.get(key) ?? {}
  MEMORIES.set(key, memory)
  // No caller of a former guard is left if this one denies the request.
  delete memory.caller
  const known = memory.authenticated
  const found =
    known?.access === access && known.accepts === accepts
      ? known.caller
      : await access.authenticate({ ...request, state: memory }, accepts)
  memory.authenticated = { access, accepts, caller: found }
  access.require(found, ...conditions)
  access.requireSignIn(found, assurance)
  memory.caller = found
}

/** Returns pairs of names and values; a field that was sent twice is there twice. */
export function pairs(rawHeaders: readonly string[]): [string, string][] {
  const found: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    found.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  return found
}

/** Returns the path of a target without its query. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}

/** Returns the thumbprint of the certificate that the client of a TLS connection has shown. */
export function peerThumbprint(socket: object): string | null {
  // The handshake proves its key. Who issued it is not asked: the token names the certificate.
  const { getPeerCertificate } = socket as {
    getPeerCertificate?: () => { fingerprint256?: string }
  }
  const fingerprint = getPeerCertificate?.call(socket)?.fingerprint256
  if (!fingerprint) return null
  const bytes = fingerprint.split(':').map((digits) => parseInt(digits, 16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '')
}

/** The header fields of a denial, with all values of a name in a list. */
export function headersOf(denied: Denied): Record<string, string | string[]> {
  const fields = denied.headers().filter(([name]) => name !== 'WWW-Authenticate')
  const challenges = denied.challenges.map(String)
  return {
    ...Object.fromEntries(fields),
    ...(challenges.length > 0 && { 'WWW-Authenticate': challenges }),
  }
}

/** Options of the check of routes. */
export interface RouteOptions {
  /** The public routes, such as `GET /health`. */
  readonly public?: readonly string[]
}

/** A route of a service, such as `GET /report`. */
export interface Route {
  readonly name: string
  readonly isGuarded: boolean
}

/** Checks that each route is guarded or public; throws `Misconfigured` with the others. */
export function checkAll(routes: readonly Route[], options: RouteOptions): void {
  const names = new Set(routes.map((route) => route.name))
  const open = new Set(options.public)
  const list = (found: Iterable<string>) => [...new Set(found)].join(', ')
  const unguarded = routes.filter((route) => !route.isGuarded && !open.has(route.name))
  if (unguarded.length > 0) {
    const named = list(unguarded.map((route) => route.name))
    throw new Misconfigured(`routes without a guard: ${named}; guard them, or list them as public`)
  }
  // A name that matches nothing is a mistake, or makes a later route public unnoticed.
  const unknown = [...open].filter((name) => !names.has(name))
  if (unknown.length > 0)
    throw new Misconfigured(`public routes that do not exist: ${list(unknown)}`)
}

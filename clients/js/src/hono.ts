// Hono: a guard as middleware, and a check of all routes.

import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { Access } from './access.js'
import type { Denied } from './errors.js'
import {
  caller,
  checkAll,
  createGuard,
  type Guard,
  type GuardOptions,
  headersOf,
  isGuard,
  peerThumbprint,
  type Route,
  type RouteOptions,
} from './guard.js'
import type { Principal } from './principal.js'

export { caller }

/** A middleware that sets the variable `caller` of the context. */
export type Middleware = MiddlewareHandler<{ Variables: { caller: Principal } }>

/** The bindings of Node's server. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
}

/**
 * Creates a middleware that lets only authenticated callers pass: `app.use(guard)`, or
 * `app.get('/report', guard.permission('reports:read'), …)`.
 *
 * Handlers read the caller with `c.var.caller`, or with `caller(c)`.
 */
export function guard(access: Access, options: GuardOptions<Context> = {}): Guard<Middleware> {
  const address = options.address ?? ((c) => socketOf(c)?.remoteAddress)
  const certificate = options.certificate ?? ((c) => peerThumbprint(socketOf(c) ?? {}))
  return createGuard<Middleware>(access, (check) => async (c, next) => {
    const denied = await check(c, {
      method: c.req.method,
      path: new URL(c.req.url).pathname,
      headers: [...c.req.raw.headers].flatMap(([name, value]) =>
        split(name, value).map((one): [string, string] => [name, one]),
      ),
      address: address(c) ?? null,
      certificate: certificate(c) ?? null,
    })
    if (denied === null) {
      c.set('caller', caller(c))
      return next()
    }
    return deny(c, denied)
  })
}

/**
 * Answers with a denial: that of a rule of your own, by `access.forbidden(…)`, as a guard answers.
 */
export function deny(c: Context, denied: Denied): Response {
  for (const [name, value] of Object.entries(headersOf(denied)))
    for (const one of [value].flat()) c.header(name, one, { append: Array.isArray(value) })
  return c.body(JSON.stringify(denied.body()), denied.status)
}

/** Returns the fields that the platform joined by a comma; no token has one. */
function split(name: string, value: string): string[] {
  return name === 'authorization' ? value.split(/,\s*(?=(?:Bearer|DPoP)\s)/i) : [value]
}

function socketOf(c: Context) {
  return (c.env as NodeBindings | undefined)?.incoming?.socket
}

/**
 * Checks that each route has a guard or is public; throws `Misconfigured` with the names of the
 * others. Call it after the last route.
 *
 * A guard counts for the routes that are added after it at the same or a deeper path. What `app.use`
 * and `app.mount` add is no route, such as static files or another application.
 */
export function checkRoutes(app: Hono<any, any, any>, options: RouteOptions = {}): void {
  const guards: { method: string; path: string }[] = []
  const routes: Route[] = []
  const last = new Map(app.routes.map((route) => [`${route.method} ${route.path}`, route]))
  for (const route of app.routes) {
    const { method, path } = route
    const target = targetOf(route.handler)
    // A handler that takes `next` leaves the answer to a later one, if there is one.
    const isLast = method !== 'ALL' && last.get(`${method} ${path}`) === route
    if (isGuard(target)) guards.push({ method, path })
    else if (isLast || target.length < 2) {
      const isGuarded = guards.some(
        (one) => (one.method === 'ALL' || one.method === method) && covers(one.path, path),
      )
      routes.push({ name: `${method} ${path}`, isGuarded })
    }
  }
  checkAll(routes, options)
}

/** Returns a handler of a mounted application without the wrapper for its own errors. */
function targetOf(handler: Handler): Handler {
  const inner = (handler as { __COMPOSED_HANDLER?: Handler }).__COMPOSED_HANDLER
  return inner === undefined ? handler : targetOf(inner)
}

type Handler = (...parts: never[]) => unknown

/** Returns true if a guard at one path runs for each request of a route. */
function covers(guarded: string, path: string): boolean {
  if (guarded === path || guarded === '*' || guarded === '/*') return true
  const below = guarded.replace(/\/\*$/, '')
  return guarded.endsWith('/*') && (path === below || path.startsWith(`${below}/`))
}

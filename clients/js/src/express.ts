// Express: a guard as middleware, and a check of all routes.

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
  pairs,
  pathOf,
  peerThumbprint,
  type Route,
  type RouteOptions,
} from './guard.js'

export { caller }

/** What the guard reads of a request of Express. */
export interface ExpressRequest {
  readonly method: string
  readonly originalUrl: string
  readonly rawHeaders: readonly string[]
  /** The address, by the setting `trust proxy`. */
  readonly ip?: string | undefined
  readonly socket: object
}

/** What the guard writes of a response. */
export interface ExpressResponse {
  statusCode: number
  setHeader(name: string, value: string | string[]): unknown
  end(text: string): unknown
}

/** A middleware of Express 4 and 5. */
export type Middleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>

/**
 * Creates a middleware that lets only authenticated callers pass: `app.use(guard)`, or
 * `app.get('/report', guard.permission('reports:read'), …)`.
 *
 * Handlers read the caller with `caller(request)`.
 */
export function guard(
  access: Access,
  options: GuardOptions<ExpressRequest> = {},
): Guard<Middleware> {
  const address = options.address ?? ((request) => request.ip)
  const certificate = options.certificate ?? ((request) => peerThumbprint(request.socket))
  return createGuard<Middleware>(access, (check) => async (request, response, next) => {
    try {
      const denied = await check(request, {
        method: request.method,
        path: pathOf(request.originalUrl),
        headers: pairs(request.rawHeaders),
        address: address(request) ?? null,
        certificate: certificate(request) ?? null,
      })
      if (denied === null) return next()
      deny(response, denied)
    } catch (error) {
      next(error)
    }
  })
}

/**
 * Answers with a denial: that of a rule of your own, by `access.forbidden(…)`, as a guard answers.
 */
export function deny(response: ExpressResponse, denied: Denied): void {
  response.statusCode = denied.status
  for (const [name, value] of Object.entries(headersOf(denied))) response.setHeader(name, value)
  response.end(JSON.stringify(denied.body()))
}

/**
 * Checks that each route has a guard or is public; throws `Misconfigured` with the names of the
 * others. Call it after the last route.
 *
 * A guard counts for the routes that are added after it at the same or a deeper path. What `app.use`
 * adds beside routers is no route, such as static files or another application.
 */
export function checkRoutes(app: object, options: RouteOptions = {}): void {
  const parts = app as { router?: Router; _router?: Router }
  // Express 4 throws for `router`.
  const { stack = [] } = parts._router ?? parts.router ?? {}
  checkAll([...routesOf(stack, '', false)], options)
}

interface Router {
  readonly stack?: readonly Layer[]
}

/** A layer of a router: a route, another router, or a middleware. */
interface Layer {
  readonly handle: Router
  readonly route?: {
    readonly path: Path
    readonly stack: readonly { readonly handle: Handle; readonly method?: string }[]
  }
  /** The path of the layer, if this version of Express keeps it. */
  readonly rawPath?: Path
  /** True if the layer is at the root of its router. Older versions name it otherwise. */
  readonly slash?: boolean
  readonly regexp?: { readonly fast_slash?: boolean }
}

type Handle = (...parts: never[]) => unknown

type Path = string | RegExp | readonly (string | RegExp)[]

function* routesOf(stack: readonly Layer[], mount: string, isInside: boolean): Generator<Route> {
  let isGuarded = isInside
  const prefixes: string[] = []
  for (const layer of stack) {
    const isRoot = layer.slash === true || layer.regexp?.fast_slash === true
    const path = isRoot ? '' : (layer.rawPath ?? '/…')
    const isBehind = isGuarded || isBelow(prefixes, layer.route?.path ?? path)
    if (layer.route !== undefined) {
      yield* methodsOf(layer.route, mount, isBehind)
    } else if (isGuard(layer.handle)) {
      isGuarded ||= isRoot
      if (typeof layer.rawPath === 'string') prefixes.push(layer.rawPath.replace(/\/$/, ''))
    } else if (layer.handle.stack !== undefined) {
      yield* routesOf(layer.handle.stack, `${mount}${written(path)}`, isBehind)
    }
  }
}

function* methodsOf(
  { path, stack }: NonNullable<Layer['route']>,
  mount: string,
  isInside: boolean,
): Generator<Route> {
  const methods = new Set(stack.flatMap(({ method }) => method ?? []))
  const found = [...(methods.size > 0 ? methods : ['all'])].map((method) => {
    const own = stack.filter((layer) => layer.method === undefined || layer.method === method)
    const handlers = own.map(({ handle }) => handle)
    const before = handlers.slice(0, handlers.findIndex(isGuard))
    // A handler before the guard answers without it, unless it takes `next`.
    const isGuarded = handlers.some(isGuard) && before.every((handle) => handle.length >= 3)
    return { method, isGuarded: isInside || isGuarded }
  })
  const nameOf = (method: string) => `${method.toUpperCase()} ${mount}${written(path)}`
  // `app.all` adds a handler for each of thirty methods.
  if (methods.size < MANY_METHODS) {
    for (const { method, isGuarded } of found) yield { name: nameOf(method), isGuarded }
  } else {
    yield { name: nameOf('all'), isGuarded: found.every(({ isGuarded }) => isGuarded) }
  }
}

/** More methods than a service names one by one. */
const MANY_METHODS = 20

/** Returns true if all paths of a route are below one of the paths with a guard. */
function isBelow(prefixes: readonly string[], path: Path): boolean {
  const paths = Array.isArray(path) ? path : [path]
  return paths.every((one) =>
    prefixes.some(
      (prefix) => typeof one === 'string' && (one === prefix || one.startsWith(`${prefix}/`)),
    ),
  )
}

function written(path: Path): string {
  return Array.isArray(path) ? `{${path.map(String).join(',')}}` : String(path)
}

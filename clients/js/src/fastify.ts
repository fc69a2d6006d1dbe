// Fastify: a guard as hook of requests, and a check of all routes.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from './access.js'
import { type Denied, Misconfigured } from './errors.js'
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
  type RouteOptions,
} from './guard.js'

export { caller }

/** A hook `onRequest`. */
export type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * Creates a hook that lets only authenticated callers pass:
 * `app.get('/report', { onRequest: guard.permission('reports:read') }, …)`.
 *
 * Handlers read the caller with `caller(request)`.
 */
export function guard(access: Access, options: GuardOptions<FastifyRequest> = {}): Guard<Hook> {
  const address = options.address ?? ((request) => request.ip)
  const certificate = options.certificate ?? ((request) => peerThumbprint(request.raw.socket))
  return createGuard<Hook>(access, (check) => async (request, reply) => {
    const denied = await check(request, {
      method: request.method,
      path: pathOf(request.originalUrl),
      headers: pairs(request.raw.rawHeaders),
      address: address(request) ?? null,
      certificate: certificate(request) ?? null,
    })
    return denied === null ? undefined : deny(reply, denied)
  })
}

/**
 * Answers with a denial: that of a rule of your own, by `access.forbidden(…)`, as a guard answers.
 */
export function deny(reply: FastifyReply, denied: Denied): FastifyReply {
  // Bytes: Fastify would serialize an object by the schema of the route, and add a charset to text.
  const body = new TextEncoder().encode(JSON.stringify(denied.body()))
  return reply.code(denied.status).headers(headersOf(denied)).send(body)
}

/** The parts of an instance of Fastify, of whatever server and logger. */
export interface Instance {
  addHook(name: 'onRoute', hook: (route: RegisteredRoute) => void): unknown
  addHook(name: 'onReady', hook: () => Promise<void>): unknown
  printRoutes(): string
}

/** A route that is registered. */
export interface RegisteredRoute {
  readonly method: string | string[]
  readonly url: string
  onRequest?: unknown
}

/** Guards each route that is added to this instance, and to those that it registers, from now on. */
export function protect(app: Instance, hook: Guard<Hook>): void {
  app.addHook('onRoute', (route) => {
    const hooks = hooksOf(route)
    if (!hooks.includes(hook)) route.onRequest = [hook, ...hooks]
  })
}

/**
 * Checks at the start that each route has a guard or is public; `listen` and `ready` reject with
 * `Misconfigured` and the names of the others. Call it before the first route.
 */
export function checkRoutes(app: Instance, options: RouteOptions = {}): void {
  if (/[├└]/.test(app.printRoutes())) throw new Misconfigured('check routes before the first one')
  const routes: RegisteredRoute[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  app.addHook('onReady', async () => {
    const found = routes.flatMap((route) =>
      [route.method].flat().map((method) => ({
        name: `${method} ${route.url}`,
        isGuarded: hooksOf(route).some(isGuard),
      })),
    )
    // Fastify adds one to each route of GET, with its hooks.
    const named = new Set(options.public)
    const isImplied = (name: string) => named.has(name.replace(/^HEAD /, 'GET '))
    checkAll(
      found.filter(({ name }) => named.has(name) || !isImplied(name)),
      options,
    )
  })
}

function hooksOf(route: RegisteredRoute): unknown[] {
  return [route.onRequest ?? []].flat()
}

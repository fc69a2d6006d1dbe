// The same service with each framework, as a running server.

import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createAdaptorServer } from '@hono/node-server'
import { hasRole, isMachine, SIGNED_TOKENS_AND_KEYS } from 'doorward-access'
import * as expressAdapter from 'doorward-access/express'
import * as fastifyAdapter from 'doorward-access/fastify'
import * as honoAdapter from 'doorward-access/hono'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'

const OBJECT = { code: 'object_denied', detail: 'not yours' }

/** The routes of the service: the path, and the guard that one of the framework becomes. */
export const ROUTES = {
  '/me': (guard) => guard,
  '/permission': (guard) => guard.permission('tasks:read'),
  '/covered': (guard) => guard.permission('tasks:read_all', 'tasks:read'),
  '/role': (guard) => guard.requires(hasRole('developer')),
  '/machine': (guard) => guard.requires(isMachine),
  '/strong': (guard) => guard.permission('tasks:read').recent({ maxAge: 300, acrValues: ['aal2'] }),
  '/keys': (guard) => guard.accepting(SIGNED_TOKENS_AND_KEYS),
}

async function listening(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** Starts the service with a framework; with `tls`, clients may show a certificate. */
export const START = {
  express(access, tls) {
    const { caller, checkRoutes, guard } = expressAdapter
    const app = express()
    const own = guard(access)
    const answer = (request, response) => response.json(caller(request).subject)
    for (const [path, derive] of Object.entries(ROUTES)) app.get(path, derive(own), answer)
    app.get('/twice', own, own.requires(hasRole('developer')), answer)
    app.get('/object', own, (request, response) =>
      expressAdapter.deny(response, access.forbidden(caller(request), [OBJECT])),
    )
    app.get('/open', answer)
    app.use((error, _request, response, _next) => response.status(500).json({ name: error.name }))
    checkRoutes(app, { public: ['GET /open'] })
    return listening(tls ? createSecureServer(tls, app) : createServer(app))
  },

  async fastify(access, tls) {
    const { caller, checkRoutes, guard } = fastifyAdapter
    const app = Fastify({ ...(tls && { https: tls }) })
    checkRoutes(app, { public: ['GET /open'] })
    const own = guard(access)
    const answer = async (request, reply) => reply.send(JSON.stringify(caller(request).subject))
    for (const [path, derive] of Object.entries(ROUTES))
      app.get(path, { onRequest: derive(own) }, answer)
    app.get('/twice', { onRequest: [own, own.requires(hasRole('developer'))] }, answer)
    app.get('/object', { onRequest: own }, async (request, reply) =>
      fastifyAdapter.deny(reply, access.forbidden(caller(request), [OBJECT])),
    )
    app.get('/open', answer)
    app.setErrorHandler((error, _request, reply) => reply.code(500).send({ name: error.name }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: app.server.address().port, close: () => app.close() }
  },

  hono(access, tls) {
    const { caller, checkRoutes, guard } = honoAdapter
    const app = new Hono()
    const own = guard(access)
    const answer = (c) => c.json(caller(c).subject)
    for (const [path, derive] of Object.entries(ROUTES)) app.get(path, derive(own), answer)
    app.get('/twice', own, own.requires(hasRole('developer')), answer)
    app.get('/object', own, (c) => honoAdapter.deny(c, access.forbidden(caller(c), [OBJECT])))
    app.get('/open', answer)
    app.onError((error, c) => c.json({ name: error.name }, 500))
    checkRoutes(app, { public: ['GET /open'] })
    const secure = tls && { createServer: createSecureServer, serverOptions: tls }
    return listening(createAdaptorServer({ fetch: app.fetch, ...secure }))
  },
}

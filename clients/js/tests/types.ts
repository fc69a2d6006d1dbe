// Types as the users of each framework see them. `tsc -p tests` checks this file; nothing runs it.

import { Access, hasRole, type Principal, type ReplayStore } from 'doorward-access'
import * as expressAdapter from 'doorward-access/express'
import * as fastifyAdapter from 'doorward-access/fastify'
import * as honoAdapter from 'doorward-access/hono'
import { MemoryIssuer } from 'doorward-access/testing'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'

const shared: ReplayStore = {
  claim: async (name, expiresAt, now) => name !== '' && expiresAt > now,
}
const access = new Access({
  issuer: 'https://id.example',
  audience: 'https://a',
  usedProofs: shared,
})

export function ofExpress(): void {
  const guard = expressAdapter.guard(access, { address: (request) => request.ip })
  const app = express()
  app.use(guard)
  app.get('/a/:id', guard.permission('a').recent({ maxAge: 300 }), (request, response) => {
    const caller: Principal = expressAdapter.caller(request)
    const id: string = request.params.id
    response.json({ id, subject: caller.subject })
  })
  app.use(
    '/b',
    express.Router().get('/', guard.requires(hasRole('a')), (_, r) => void r.end()),
  )
  expressAdapter.checkRoutes(app, { public: [`GET ${access.metadataPath}`] })
}

export async function ofFastify(): Promise<void> {
  const app = Fastify({ logger: true })
  fastifyAdapter.checkRoutes(app)
  const guard = fastifyAdapter.guard(access, { certificate: () => null })
  fastifyAdapter.protect(app, guard)
  app.get<{ Params: { id: string } }>(
    '/a/:id',
    { onRequest: guard.permission('a') },
    async (request) => {
      const caller: Principal = fastifyAdapter.caller(request)
      return { id: request.params.id, subject: caller.subject }
    },
  )
  app.addHook('onRequest', guard)
  await app.ready()
}

export function ofHono(): Hono {
  const guard = honoAdapter.guard(access)
  const app = new Hono()
  app.get('/a/:id', guard.permission('a'), (c) => {
    const caller: Principal = c.var.caller
    return c.json({
      id: c.req.param('id'),
      subject: caller.subject,
      same: honoAdapter.caller(c).org,
    })
  })
  honoAdapter.checkRoutes(app)
  return app
}

export async function ofTests(): Promise<string> {
  const issuer = new MemoryIssuer()
  const token: string = await issuer.token('alice', { permissions: ['a'], claims: { org: 'acme' } })
  const { subject } = await issuer.access({ requireDpop: true }).authenticateToken(token)
  // @ts-expect-error: a principal cannot be changed.
  ;(await issuer.principal()).subject = 'eve'
  // @ts-expect-error: HMAC is no algorithm of this package.
  issuer.access({ algorithms: ['HS256'] })
  return subject
}

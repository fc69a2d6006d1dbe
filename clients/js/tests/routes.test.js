// The check of routes at the start.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Misconfigured } from 'doorward-access'
import * as expressAdapter from 'doorward-access/express'
import * as fastifyAdapter from 'doorward-access/fastify'
import * as honoAdapter from 'doorward-access/hono'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { accessOf, one, thrown } from './support.js'

const access = accessOf()

/** Asserts that exactly these routes are named as unguarded. */
function assertUnguarded(error, names) {
  assert.ok(error instanceof Misconfigured, String(error))
  const message = `routes without a guard: ${names.join(', ')}; guard them, or list them as public`
  assert.equal(error.message, message)
}

describe('express', () => {
  const { checkRoutes, guard } = expressAdapter
  const own = guard(access)
  const answer = (_request, response) => response.end()
  const log = (_request, _response, next) => next()

  test('names each route without a guard', async () => {
    const app = express()
    app.get('/before', answer)
    app.get('/open', answer)
    app.get('/guarded', own, answer)
    app.post('/permission', log, own.permission('a'), answer)
    app.get('/answered', answer, own)
    app.get('/forgotten', log, answer)
    app.route('/several').get(own, answer).post(answer)
    app.route('/all').all(own).get(answer).put(answer)
    app.all('/any', answer)
    app.get([/^\/expression$/, '/list'], answer)
    const inner = express.Router()
    inner.get('/a', answer)
    inner.use(own)
    inner.get('/b', answer)
    app.use('/inner', inner)
    const below = express.Router()
    below.get('/a', answer)
    app.use('/below', own, below)
    app.use('/prefix', own)
    app.get('/prefix', answer)
    app.get('/prefix/a', answer)
    app.get('/prefixed', answer)
    app.get(['/prefix/b', '/elsewhere'], answer)
    app.get('/:name', answer)
    const error = await thrown(() => checkRoutes(app, { public: ['GET /open'] }))
    assertUnguarded(error, [
      'GET /before',
      'GET /answered',
      'GET /forgotten',
      'POST /several',
      'ALL /any',
      'GET {/^\\/expression$/,/list}',
      'GET /inner/a',
      'GET /prefixed',
      'GET {/prefix/b,/elsewhere}',
      'GET /:name',
    ])
  })

  test('a guard of the application counts from its place on', async () => {
    const app = express()
    app.get('/before', answer)
    app.use(own)
    app.get('/after', answer)
    app.use('/router', express.Router().get('/a', answer))
    assertUnguarded(await thrown(() => checkRoutes(app)), ['GET /before'])
    checkRoutes(app, { public: ['GET /before'] })
  })

  test('public routes must exist', async () => {
    const app = express()
    app.get('/open', answer)
    const options = { public: ['GET /open', 'GET /opne'] }
    const error = await thrown(() => checkRoutes(app, options))
    assert.equal(error.message, 'public routes that do not exist: GET /opne')
    checkRoutes(express())
  })
})

describe('fastify', () => {
  const { checkRoutes, guard, protect } = fastifyAdapter
  const own = guard(access)
  const answer = async () => ({})

  test('names each route without a guard', async () => {
    const app = Fastify()
    checkRoutes(app, { public: ['GET /open'] })
    app.get('/open', answer)
    app.get('/guarded', { onRequest: own }, answer)
    app.get('/list', { onRequest: [async () => {}, own.permission('a')] }, answer)
    app.post('/forgotten', { onRequest: async () => {} }, answer)
    app.route({ method: ['PUT', 'DELETE'], url: '/several', handler: answer })
    app.register(async (inner) => {
      inner.get('/before', answer)
      protect(inner, own)
      inner.get('/after', answer)
      inner.get('/own', { onRequest: own.permission('b') }, answer)
      inner.register(async (deep) => void deep.get('/deep', answer), { prefix: '/x' })
    })
    app.register(async (other) => void other.get('/sibling', answer))
    assertUnguarded(await thrown(() => app.ready()), [
      'POST /forgotten',
      'PUT /several',
      'DELETE /several',
      'GET /before',
      'HEAD /before',
      'GET /sibling',
      'HEAD /sibling',
    ])
  })

  test('protected routes are denied', async () => {
    const app = Fastify()
    checkRoutes(app)
    protect(app, own)
    app.get('/a', answer)
    app.get('/b', { onRequest: own }, answer)
    await app.ready()
    for (const url of ['/a', '/b']) assert.equal((await app.inject(url)).statusCode, 401)
    assert.equal((await app.inject({ url: '/a', method: 'HEAD' })).statusCode, 401)
    await app.close()
  })

  test('is called before the first route', async () => {
    const app = Fastify()
    app.get('/early', answer)
    assert.ok((await thrown(() => checkRoutes(app))) instanceof Misconfigured)
    const later = Fastify()
    checkRoutes(later, { public: ['GET /none'] })
    const error = await thrown(() => later.ready())
    assert.equal(error.message, 'public routes that do not exist: GET /none')
  })
})

describe('hono', () => {
  const { checkRoutes, guard } = honoAdapter
  const own = guard(access)
  const answer = (c) => c.text('')
  const log = (_c, next) => next()

  test('names each route without a guard', async () => {
    const app = new Hono()
    app.use(log)
    app.get('/before', answer)
    app.get('/open', answer)
    app.get('/guarded', own, answer)
    app.post('/permission', log, own.permission('a'), answer)
    app.get('/answered', answer, own)
    app.get('/forgotten', log, answer)
    app.get('/next', (c, _next) => c.text(''))
    app.all('/any', answer)
    app.use('/below/*', own)
    app.get('/below', answer)
    app.post('/below/a/:b', answer)
    app.get('/belowed', answer)
    const inner = new Hono()
    inner.onError((_error, c) => c.text('', 500))
    inner.get('/a', answer)
    inner.use('*', own)
    inner.get('/b', answer)
    app.route('/inner', inner)
    app.get('/:name', answer)
    const error = await thrown(() => checkRoutes(app, { public: ['GET /open'] }))
    assertUnguarded(error, [
      'GET /before',
      'GET /answered',
      'GET /forgotten',
      'GET /next',
      'ALL /any',
      'GET /belowed',
      'GET /inner/a',
      'GET /:name',
    ])
  })

  test('a denied request has no caller, although a former guard knew one', async () => {
    const app = new Hono()
    const found = []
    app.use(async (c, next) => {
      await next()
      found.push(await thrown(() => honoAdapter.caller(c)))
    })
    app.get('/', own, own.permission('none'), answer)
    const headers = { authorization: `Bearer ${await one.token()}` }
    assert.equal((await app.request('/', { headers })).status, 403)
    assert.ok(found[0] instanceof Misconfigured)
  })

  test('a guard of the application counts from its place on', async () => {
    const app = new Hono()
    app.get('/before', answer)
    app.use(own)
    app.get('/after', answer)
    assertUnguarded(await thrown(() => checkRoutes(app)), ['GET /before'])
    assert.equal((await app.request('/after')).status, 401)
  })
})

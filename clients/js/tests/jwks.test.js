// The cache of the issuer's keys, without and with HTTP.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { FetchError, IssuerUnavailable, JwksClient } from 'doorward-access'
import { checkUrl, fetchDocument, maxAge } from '../dist/http.js'
import { accessOf, ISSUER, NOW, one, thrown } from './support.js'

const KEY = { ...one.public, kid: 'one' }

/** An issuer in memory. */
class Issuer {
  keys = [KEY]
  isUp = true
  maxAge = 300
  fetched = []
  now = NOW
  client = new JwksClient(ISSUER, {
    clock: () => this.now,
    fetch: (url) => this.fetch(url),
    log: () => {},
  })

  async fetch(url) {
    this.fetched.push(url)
    await null
    if (!this.isUp) throw new FetchError('down')
    if (url.endsWith('/.well-known/openid-configuration')) {
      const metadata = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }
      return { body: JSON.stringify(metadata), maxAge: 300 }
    }
    return { body: JSON.stringify({ keys: this.keys }), maxAge: this.maxAge }
  }
}

test('keys are fetched once while they are fresh', async () => {
  const issuer = new Issuer()
  for (let time = 0; time < 3; time += 1)
    assert.deepEqual((await issuer.client.keys()).kids, ['one'])
  assert.equal(issuer.fetched.length, 2)
  issuer.now += 300
  await issuer.client.keys()
  // The address of the keys is cached for an hour.
  assert.deepEqual(issuer.fetched.slice(2), [`${ISSUER}/jwks`])
})

test('an unknown key is fetched within the limits', async () => {
  const issuer = new Issuer()
  await issuer.client.keys()
  issuer.keys.push({ ...KEY, kid: 'two' })
  assert.ok((await issuer.client.keysFor('two')).has('two'))
  const before = issuer.fetched.length
  for (let time = 0; time < 100; time += 1)
    assert.ok(!(await issuer.client.keysFor('three')).has('three'))
  assert.equal(issuer.fetched.length, before)
  issuer.now += 5
  await issuer.client.keysFor('three')
  assert.equal(issuer.fetched.length, before + 1)
})

test('concurrent callers with unknown keys share one fetch', async () => {
  const issuer = new Issuer()
  await issuer.client.keys()
  issuer.keys.push({ ...KEY, kid: 'two' })
  const before = issuer.fetched.length
  const asked = ['two', 'three', 'two', 'four'].map((kid) => issuer.client.keysFor(kid))
  const found = await Promise.all(asked)
  assert.ok(found.every((keys) => keys.has('two')))
  assert.equal(issuer.fetched.length, before + 1)
})

test('unknown keys cause thirty fetches in ten minutes', async () => {
  const issuer = new Issuer()
  issuer.maxAge = 86_400
  await issuer.client.keys()
  const before = issuer.fetched.length
  const fetched = () => issuer.fetched.slice(before).filter((url) => url.endsWith('jwks')).length
  for (let time = 0; time < 119; time += 1) {
    issuer.now += 5
    await issuer.client.keysFor('other')
  }
  assert.equal(fetched(), 30)
  issuer.now += 600
  await issuer.client.keysFor('other')
  assert.equal(fetched(), 31)
})

test('stale keys are used for an hour while the issuer is down', async () => {
  const issuer = new Issuer()
  await issuer.client.keys()
  issuer.isUp = false
  issuer.now += 300 + 3599
  assert.ok((await issuer.client.keys()).has('one'))
  assert.ok((await issuer.client.keysFor('one')).has('one'))
  assert.ok((await thrown(() => issuer.client.keysFor('new'))) instanceof IssuerUnavailable)
  issuer.now += 1
  assert.equal((await thrown(() => issuer.client.keys())).retryAfter, 5)
})

test('a failed fetch is repeated after five seconds', async () => {
  const issuer = new Issuer()
  issuer.isUp = false
  for (let time = 0; time < 10; time += 1)
    assert.ok((await thrown(() => issuer.client.keys())) instanceof IssuerUnavailable)
  assert.equal(issuer.fetched.length, 1)
  issuer.isUp = true
  issuer.now += 5
  assert.ok((await issuer.client.keys()).has('one'))
})

test('a token does not outlive its key', async () => {
  const issuer = new Issuer()
  const access = accessOf({ keys: issuer.client, clock: () => issuer.now })
  const token = await one.token({ exp: NOW + 86_400 })
  assert.equal((await access.authenticateToken(token)).subject, 'alice')
  issuer.keys = []
  issuer.now += 300
  assert.equal((await thrown(() => access.authenticateToken(token))).code, 'unknown_key')
})

test('concurrent callers share one fetch', async () => {
  const issuer = new Issuer()
  await Promise.all(Array.from({ length: 8 }, () => issuer.client.keys()))
  assert.equal(issuer.fetched.length, 2)
  issuer.now += 300
  // The first caller waits, the others use the old keys.
  const asked = Array.from({ length: 8 }, () => issuer.client.keys())
  await Promise.all(asked)
  assert.equal(issuer.fetched.length, 3)
})

test('wrong metadata is an outage', async () => {
  for (const body of [
    '',
    '[]',
    '{}',
    '{"issuer":"https://evil.example","jwks_uri":"https://id.example/jwks"}',
    '{"issuer":"https://id.example"}',
    '{"issuer":"https://id.example","jwks_uri":"http://id.example/jwks"}',
    '{"issuer":"https://id.example","issuer":"https://id.example","jwks_uri":"https://a"}',
  ]) {
    const jwks = JSON.stringify({ keys: [KEY] })
    const fetch = (url) => ({ body: url.endsWith('configuration') ? body : jwks, maxAge: 300 })
    const client = new JwksClient(ISSUER, { fetch, log: () => {} })
    assert.ok((await thrown(() => client.keys())) instanceof IssuerUnavailable)
  }
})

test('addresses are https, or http on this machine', () => {
  for (const url of [
    'https://id.example',
    'https://id.example:8443/a?b',
    'http://localhost:8400',
    'http://127.0.0.1:8400',
    'http://127.9.9.9',
    'http://[::1]:8400',
  ])
    checkUrl(url)
  for (const url of [
    'http://id.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'https://user@id.example',
    'https://user:password@id.example',
    'https://@id.example',
    'https://id.example/#a',
    'https://id.example/ a',
    'ftp://id.example',
    'file:///etc/passwd',
    'https://',
    'id.example',
    '',
  ])
    assert.throws(() => checkUrl(url), FetchError, url)
})

test('freshness has bounds', () => {
  for (const [value, seconds] of [
    ['', 300],
    ['max-age=600', 600],
    ['public, MAX-AGE=600', 600],
    ['max-age="600"', 600],
    ['max-age=1', 30],
    ['max-age=99999999', 86_400],
    ['max-age=-5', 300],
    ['max-age=abc', 300],
    ['no-store, max-age=600', 30],
    ['no-cache', 30],
  ])
    assert.equal(maxAge(value), seconds, value)
})

describe('with HTTP', () => {
  let server
  let base
  before(async () => {
    server = createServer((request, response) => {
      const status = { '/redirect': 302, '/error': 500 }[request.url] ?? 200
      response.writeHead(status, { 'Cache-Control': 'max-age=60', Location: '/good' })
      response.end('a'.repeat(request.url === '/large' ? 70_000 : 10))
    })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${server.address().port}`
  })
  after(() => server.close())

  test('documents are fetched', async () => {
    const { body, maxAge } = await fetchDocument(`${base}/good`)
    assert.deepEqual([new TextDecoder().decode(body), maxAge], ['a'.repeat(10), 60])
    for (const url of ['/redirect', '/error', '/large'].map((path) => `${base}${path}`))
      assert.ok((await thrown(() => fetchDocument(url))) instanceof FetchError)
    assert.ok((await thrown(() => fetchDocument('http://127.0.0.1:1/'))) instanceof FetchError)
  })
})

// API keys, reference tokens and large tokens, which the issuer is asked about.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import {
  FetchError,
  Introspector,
  IssuerUnavailable,
  KEYS_AND_REFERENCE_TOKENS,
  Misconfigured,
  ResponseTooLarge,
  Signals,
  SIGNED_TOKENS,
  SIGNED_TOKENS_AND_KEYS,
} from 'doorward-access'
import { accessOf, AUDIENCE, ISSUER, NOW, one, request as plain, thrown } from './support.js'

const CLIENT = { clientId: 'tasks api', clientSecret: 's:cret' }
const ENDPOINT = `${ISSUER}/oauth2/introspect`

/** An issuer in memory: says what the test sets, and remembers what it was asked. */
class Issuer {
  now = NOW
  asked = []
  answer = this.good()
  introspector = new Introspector(ISSUER, AUDIENCE, CLIENT, {
    clock: () => this.now,
    fetch: (url) => this.fetch(url),
    post: (url, form, client) => this.post(url, form, client),
    log: () => {},
  })

  good(changes = {}) {
    return {
      active: true,
      token_type: 'api_key',
      sub: 'alice',
      client_id: 'dw_1',
      jti: 'dw_1',
      scope: 'tasks:read',
      entitlements: ['tasks:read'],
      aud: [AUDIENCE],
      iss: ISSUER,
      exp: NOW + 1000,
      ...changes,
    }
  }

  token(changes = {}) {
    return this.good({ token_type: 'Bearer', client_id: 'web', jti: 't1', ...changes })
  }

  fetch(url) {
    assert.equal(url, `${ISSUER}/.well-known/openid-configuration`)
    const metadata = { issuer: ISSUER, introspection_endpoint: ENDPOINT }
    return { body: JSON.stringify(metadata), maxAge: 300 }
  }

  async post(url, form, client) {
    assert.deepEqual([url, client], [ENDPOINT, CLIENT])
    this.asked.push(Object.fromEntries(form))
    await null
    if (this.answer instanceof Error) throw this.answer
    return typeof this.answer === 'string' ? this.answer : JSON.stringify(this.answer)
  }

  ask(key = 'dw_key', kind = 'api_key') {
    return this.introspector.introspect(kind, key, '192.0.2.1')
  }

  async code(key, kind) {
    return (await thrown(() => this.ask(key, kind))).code
  }

  access(options = {}) {
    const { introspector: introspection } = this
    const accepts = SIGNED_TOKENS_AND_KEYS
    return accessOf({ clock: () => this.now, introspection, accepts, ...options })
  }
}

function request(headers, address = '192.0.2.1') {
  return plain(headers, { address })
}

function keyed(key = 'dw_key', address) {
  return request({ 'x-api-key': key }, address)
}

function denied(access, asked, accepts) {
  return thrown(() => access.authenticate(asked, accepts))
}

test('a key has the rights of its owner', async () => {
  const issuer = new Issuer()
  issuer.answer = issuer.good({ tier: 'gold' })
  const access = issuer.access()
  const caller = await access.authenticate(keyed())
  assert.deepEqual([caller.subject, caller.credential, caller.jti], ['alice', 'api_key', 'dw_1'])
  assert.deepEqual([caller.isService, caller.emailVerified, caller.acr], [false, false, null])
  assert.equal(caller.claims.tier, 'gold')
  access.permit(caller, { permission: 'tasks:read' })
  assert.deepEqual(issuer.asked, [
    { token: 'dw_key', token_type_hint: 'api_key', client_address: '192.0.2.1' },
  ])
})

test('a key cannot sign in', async () => {
  const access = new Issuer().access()
  const caller = await access.authenticate(keyed())
  for (const wanted of [{ maxAge: 300 }, { acrValues: ['aal2'] }]) {
    const refused = await thrown(() => access.requireSignIn(caller, wanted))
    assert.deepEqual([refused.status, refused.challenges], [403, []])
    assert.equal(refused.reasons[0].code, 'user_required')
  }
})

test('answers are cached', async () => {
  const issuer = new Issuer()
  assert.equal((await issuer.ask()).subject, 'alice')
  issuer.answer = { active: false }
  issuer.now += 29
  assert.equal((await issuer.ask()).subject, 'alice')
  assert.equal(issuer.asked.length, 1)
  issuer.now += 1
  assert.deepEqual([await issuer.code(), await issuer.code()], ['inactive', 'inactive'])
  assert.equal(issuer.asked.length, 2)
  issuer.answer = issuer.good()
  issuer.now += 4
  assert.equal(await issuer.code(), 'inactive')
  issuer.now += 1
  assert.equal((await issuer.ask()).subject, 'alice')
  // Another address causes another request.
  await issuer.introspector.introspect('api_key', 'dw_key', '192.0.2.2')
  assert.equal(issuer.asked.length, 4)
})

test('a cached answer ends with the key', async () => {
  const issuer = new Issuer()
  issuer.answer = issuer.good({ exp: NOW + 10 })
  assert.equal((await issuer.ask()).subject, 'alice')
  issuer.now += 9
  assert.equal((await issuer.ask()).subject, 'alice')
  issuer.now += 1
  assert.equal(await issuer.code(), 'inactive')
})

test('concurrent callers share a request', async () => {
  const issuer = new Issuer()
  const found = await Promise.all(Array.from({ length: 20 }, () => issuer.ask()))
  assert.deepEqual([found.length, issuer.asked.length], [20, 1])
})

test('an unavailable issuer denies access', async () => {
  for (const answer of [
    new FetchError('away'),
    '',
    '[]',
    { active: 'true' },
    { active: true, exp: 'x' },
  ]) {
    const issuer = new Issuer()
    const access = issuer.access()
    assert.equal((await issuer.ask('dw_known')).subject, 'alice')
    issuer.answer = answer
    for (const key of ['dw_new', 'dw_other'])
      assert.ok((await thrown(() => issuer.ask(key))) instanceof IssuerUnavailable)
    // The issuer is not asked again immediately, and known answers stay valid.
    assert.equal(issuer.asked.length, 2)
    assert.equal((await issuer.ask('dw_known')).subject, 'alice')
    const outage = await denied(access, keyed('dw_new'))
    assert.deepEqual([outage.status, outage.retryAfter, outage.challenges], [503, 2, []])
    issuer.now += 30
    assert.ok((await thrown(() => issuer.ask('dw_known'))) instanceof IssuerUnavailable)
    issuer.answer = issuer.good()
    issuer.now += 2
    assert.equal((await issuer.ask('dw_known')).subject, 'alice')
  }
})

test('an answer for another resource is inactive', async () => {
  for (const changes of [
    { aud: ['https://other.example'] },
    { aud: undefined },
    { iss: 'https://evil.example' },
    { exp: NOW },
    { token_type: undefined },
    { sub: '' },
    { client_id: undefined },
  ]) {
    const issuer = new Issuer()
    issuer.answer = issuer.good(changes)
    assert.equal(await issuer.code(), 'inactive', JSON.stringify(changes))
  }
})

test('a key is no token, and a token no key', async () => {
  const issuer = new Issuer()
  assert.equal(await issuer.code('x', 'reference_token'), 'inactive')
  issuer.answer = issuer.token()
  assert.equal(await issuer.code(), 'inactive')
  assert.equal((await issuer.ask('opaque', 'reference_token')).credential, 'reference_token')
  for (const impossible of ['', 'x'.repeat(513), 'k\u00e9y'])
    assert.equal(await issuer.code(impossible), 'inactive')
  assert.equal(issuer.asked.length, 3)
})

test('a truncated answer has no caller', async () => {
  for (const [overage, isWhole] of [
    ['roles', false],
    ['groups', false],
    ['entitlements', true],
  ]) {
    const issuer = new Issuer()
    issuer.answer = issuer.good({ overage: [overage] })
    if (isWhole) assert.equal((await issuer.ask()).subject, 'alice')
    else assert.equal(await issuer.code(), 'too_many_groups')
  }
})

test('a too large answer is about its caller only', async () => {
  const issuer = new Issuer()
  issuer.answer = new ResponseTooLarge('too large')
  assert.equal(await issuer.code(), 'too_many_groups')
  const rejected = await denied(issuer.access(), keyed())
  assert.equal(rejected.status, 401)
  assert.match(rejected.detail, /roles and groups/)
  issuer.answer = issuer.good()
  assert.equal((await issuer.ask('dw_other')).subject, 'alice')
})

test('reference tokens', async () => {
  const issuer = new Issuer()
  const access = issuer.access({ accepts: KEYS_AND_REFERENCE_TOKENS })
  issuer.answer = issuer.token()
  const caller = await access.authenticate(request({ authorization: 'Bearer opaque' }))
  assert.deepEqual([caller.credential, caller.clientId], ['reference_token', 'web'])
  assert.deepEqual(issuer.asked, [{ token: 'opaque', token_type_hint: 'access_token' }])
  const signed = request({ authorization: `Bearer ${await one.token()}` })
  const refused = await denied(access, signed)
  assert.equal(refused.detail, 'tokens of this kind are not accepted here')
  const both = { ...SIGNED_TOKENS, referenceTokens: true }
  assert.equal((await access.authenticate(signed, both)).credential, 'signed_token')
  issuer.answer = { active: false }
  const rejected = await denied(access, request({ authorization: 'Bearer other' }))
  assert.deepEqual([rejected.status, rejected.error], [401, 'invalid_token'])
})

test('a bound reference token is no bearer token', async () => {
  const issuer = new Issuer()
  const access = issuer.access({ accepts: KEYS_AND_REFERENCE_TOKENS })
  for (const [number, changes] of [{ cnf: { jkt: 'a' } }, { token_type: 'DPoP' }].entries()) {
    issuer.answer = issuer.token(changes)
    const asked = request({ authorization: `Bearer opaque${number}` })
    assert.equal((await denied(access, asked)).status, 401)
  }
  issuer.answer = issuer.token({ token_type: 'dpop' })
  const { confirmation } = await issuer.ask('x', 'reference_token')
  assert.deepEqual(confirmation, { jkt: null, x5tS256: null, others: {} })
})

test('a large token is completed', async () => {
  const issuer = new Issuer()
  const token = await one.token({ overage: ['roles', 'groups'], roles: ['a'] })
  issuer.answer = issuer.token({ roles: ['a', 'b'], groups: ['/c'], jti: 't1' })
  const access = issuer.access()
  const caller = await access.authenticateToken(token)
  assert.deepEqual([caller.roles, caller.groups], [['a', 'b'], ['/c']])
  assert.deepEqual([caller.credential, caller.claims.client_id], ['signed_token', 'tasks-web'])
  const alone = await thrown(() => accessOf().authenticateToken(token))
  assert.match(alone.message, /introspection/)
  issuer.answer = issuer.token({ jti: 'another' })
  issuer.now += 30
  const rejected = await thrown(() => access.authenticateToken(token))
  assert.match(rejected.message, /not valid for this resource/)
})

test('invalid keys lock an address out', async () => {
  const issuer = new Issuer()
  const access = issuer.access()
  issuer.answer = { active: false }
  for (let number = 0; number < 10; number += 1) {
    const rejected = await denied(access, keyed(`dw_${number}`))
    assert.deepEqual(
      [rejected.status, rejected.problem, rejected.error],
      [401, 'urn:doorward:problem:invalid-key', null],
    )
    assert.ok(String(rejected.challenges[0]).startsWith(`Bearer realm="${AUDIENCE}"`))
  }
  issuer.answer = issuer.good()
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201']) {
    const locked = await denied(access, keyed('dw_good', address))
    assert.deepEqual([locked.status, locked.retryAfter], [429, 900])
  }
  assert.equal((await access.authenticate(keyed('dw_good', '192.0.2.2'))).subject, 'alice')
  issuer.now += 900
  assert.equal((await access.authenticate(keyed('dw_good'))).subject, 'alice')
})

test('a network of IPv6 counts as one address', async () => {
  const issuer = new Issuer()
  const access = issuer.access()
  issuer.answer = { active: false }
  for (let number = 0; number < 10; number += 1)
    await denied(access, keyed(`dw_${number}`, `2001:db8::${number.toString(16)}`))
  assert.equal((await denied(access, keyed('x', '2001:db8::ffff'))).status, 429)
  assert.equal((await denied(access, keyed('x', '2001:db8:0:1::1'))).status, 401)
})

test('keys are accepted only where they are named', async () => {
  const plainAccess = new Issuer().access({ accepts: SIGNED_TOKENS })
  const rejected = await denied(plainAccess, keyed())
  assert.deepEqual(
    [rejected.status, rejected.problem],
    [401, 'urn:doorward:problem:token-required'],
  )
  assert.ok(!rejected.detail.includes('X-API-Key'))
  const accepted = await plainAccess.authenticate(keyed(), SIGNED_TOKENS_AND_KEYS)
  assert.equal(accepted.credential, 'api_key')
  for (const [accepts, named] of [
    [SIGNED_TOKENS_AND_KEYS, ['Bearer', 'X-API-Key']],
    [{ signedTokens: false, referenceTokens: false, apiKeys: true }, ['an API key in']],
  ]) {
    const { detail } = plainAccess.noToken(accepts)
    assert.ok(
      named.every((word) => detail.includes(word)),
      detail,
    )
  }
  for (const accepts of [SIGNED_TOKENS_AND_KEYS, KEYS_AND_REFERENCE_TOKENS])
    assert.throws(() => accessOf({ accepts }), Misconfigured)
})

// A key may outlive the sessions of its user: the issuer decides, but not from a cached response.
test('a cached response from before a revocation is not used', async () => {
  const issuer = new Issuer()
  const signals = new Signals({ clientId: 'tasks api', clientSecret: 's:cret' })
  const { introspector: introspection } = issuer
  const access = accessOf({ introspection, signals, clock: () => issuer.now })
  const ask = async () => {
    await access.authenticateKey('dw_key')
    return issuer.asked.length
  }
  assert.deepEqual([await ask(), await ask()], [1, 1])
  const because = 'the sessions of the user were ended'
  issuer.now += 1
  signals.record({ kind: 'subject', name: ['alice'], at: issuer.now, because, kept: null }, issuer.now)
  issuer.now += 1
  assert.deepEqual([await ask(), await ask()], [2, 2])
})

describe('with HTTP', () => {
  let server
  let base
  before(async () => {
    server = createServer(async (request, response) => {
      const send = (status, body) =>
        response.writeHead(status, { Location: '/introspect' }).end(JSON.stringify(body))
      if (request.method === 'GET')
        return send(200, { issuer: base, introspection_endpoint: `${base}/introspect` })
      let text = ''
      for await (const piece of request) text += piece
      const form = new URLSearchParams(text)
      const key = form.get('token')
      if (/^[0-9]+$/.test(key)) return send(Number(key), { active: true })
      send(200, {
        active: true,
        token_type: 'api_key',
        sub: key,
        client_id: request.headers.authorization,
        jti: form.get('token_type_hint'),
        aud: [AUDIENCE],
        sid: 'x'.repeat(key === 'large' ? 600_000 : 1),
      })
    })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${server.address().port}`
  })
  after(() => server.close())

  test('requests are answered', async () => {
    const asking = () => new Introspector(base, AUDIENCE, CLIENT, { log: () => {} })
    const caller = await asking().introspect('api_key', 'a&b=c d', '192.0.2.1')
    // RFC 6749 section 2.3.1: both parts are form-encoded: `tasks+api:s%3Acret`.
    assert.equal(caller.clientId, 'Basic dGFza3MrYXBpOnMlM0FjcmV0')
    assert.deepEqual([caller.subject, caller.jti], ['a&b=c d', 'api_key'])
    const large = await thrown(() => asking().introspect('api_key', 'large', null))
    assert.equal(large.code, 'too_many_groups')
    for (const status of [302, 400, 401, 404, 429, 500, 503]) {
      const error = await thrown(() => asking().introspect('api_key', String(status), null))
      assert.ok(error instanceof IssuerUnavailable, String(status))
    }
    assert.throws(() => new Introspector('http://id.example', AUDIENCE, CLIENT), FetchError)
  })
})

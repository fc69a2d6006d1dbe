// Parts that the shared vectors do not cover.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  Access,
  anyOf,
  FixedKeys,
  hasEntitlement,
  hasRole,
  hasScope,
  InMemoryReplayStore,
  isMachine,
  isUser,
  KeySet,
  Misconfigured,
  ReplayStoreUnavailable,
  SignedNonces,
} from 'doorward-access'
import {
  accessOf,
  AUDIENCE,
  claims,
  holder,
  ISSUER,
  NOW,
  one,
  request,
  Signer,
  thrown,
  VECTORS,
} from './support.js'

const URL_OF_TASKS = 'https://tasks.example/api/tasks/'

async function reasons(token, condition) {
  const access = accessOf()
  const caller = await access.authenticateToken(token)
  try {
    access.require(caller, condition)
    return []
  } catch (denied) {
    assert.equal(denied.status, 403)
    return denied.reasons.map((reason) => reason.code)
  }
}

test('conditions name what is missing', async () => {
  const user = await one.token()
  const machine = await one.token({ sub: 'tasks-web' })
  for (const [token, condition, expected] of [
    [user, hasScope('tasks:read'), []],
    [user, hasScope('tasks:read', 'tasks:write'), ['missing_scope']],
    [user, hasScope('a', 'b'), ['missing_scope', 'missing_scope']],
    [user, hasEntitlement('tasks:write'), []],
    [user, hasEntitlement('tasks:delete'), ['missing_entitlement']],
    [user, hasRole('developer'), []],
    [user, hasRole('admin'), ['missing_role']],
    [user, isUser, []],
    [user, isMachine, ['machine_required']],
    [machine, isUser, ['user_required']],
    [machine, isMachine, []],
    [user, anyOf(hasRole('admin'), hasScope('tasks:read')), []],
    [user, anyOf(hasRole('admin'), hasScope('x')), ['missing_role', 'missing_scope']],
  ]) {
    assert.deepEqual(await reasons(token, condition), expected)
  }
  for (const empty of [hasScope, hasRole, hasEntitlement, anyOf])
    assert.throws(() => empty(), Misconfigured)
})

test('a missing role speaks of the token', async () => {
  for (const [roles, start] of [
    [[], 'the token has no roles; '],
    [['developer'], 'the token does not have the role admin; '],
  ]) {
    const caller = await accessOf().authenticateToken(await one.token({ roles }))
    const [reason] = hasRole('admin')(caller)
    assert.ok(reason.detail.startsWith(start))
    assert.ok(reason.detail.includes('--token-claims roles'))
    assert.equal(reason.role, 'admin')
  }
})

test('a challenge names the missing scopes', async () => {
  const access = accessOf()
  const caller = await access.authenticateToken(await one.token())
  const denied = await thrown(() => access.require(caller, hasScope('a', 'b'), hasRole('c')))
  assert.equal(denied.error, 'insufficient_scope')
  assert.equal(denied.challenges[0].get('scope'), 'a b')
  assert.deepEqual((await thrown(() => access.require(caller, hasRole('c')))).challenges, [])
})

test('custom claims are kept', async () => {
  const token = await one.token({ department: 'sales', constructor: 'x' })
  const caller = await accessOf().authenticateToken(token)
  assert.equal(caller.claims.department, 'sales')
  assert.equal(caller.claims.constructor, 'x')
  assert.ok(caller.isUser)
})

test('a member of the prototype is no claim', async () => {
  const caller = await accessOf().authenticateToken(await one.token())
  assert.equal(Object.hasOwn(caller.claims, 'constructor'), false)
  const signed = await one.sign(
    JSON.parse(`{"__proto__":{"sub":"eve"},${JSON.stringify(claims()).slice(1)}`),
    {
      typ: 'at+jwt',
      kid: 'one',
    },
  )
  assert.equal((await accessOf().authenticateToken(signed)).subject, 'alice')
})

test('settings are checked', () => {
  for (const settings of [
    { issuer: '', audience: AUDIENCE },
    { issuer: ISSUER, audience: '' },
    { issuer: ISSUER, audience: AUDIENCE, origin: 'tasks.example' },
    ...[[], ['none'], ['HS256'], ['RS256', 'RS512']].map((algorithms) => ({
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms,
    })),
  ])
    assert.throws(() => new Access(settings), Misconfigured)
})

function proved(token, proof, more) {
  return request({ authorization: `DPoP ${token}`, dpop: proof }, more)
}

test('the proof of one request is checked once', async () => {
  const access = accessOf()
  const token = await one.token({ cnf: { jkt: await holder.jkt() } })
  const proof = await holder.proof(token, URL_OF_TASKS)
  const state = {}
  for (let time = 0; time < 2; time += 1)
    assert.equal((await access.authenticate(proved(token, proof, { state }))).subject, 'alice')
  assert.equal((await thrown(() => access.authenticate(proved(token, proof)))).status, 401)
  // The mark is for this token only.
  const other = await one.token({ cnf: { jkt: await holder.jkt() }, jti: 't2' })
  const denied = await thrown(() => access.authenticate(proved(other, proof, { state })))
  assert.equal(denied.status, 401)
})

test('proofs that a server joined are several', async () => {
  const token = await one.token({ cnf: { jkt: await holder.jkt() } })
  const proofs = [await holder.proof(token, URL_OF_TASKS), await holder.proof(token, URL_OF_TASKS)]
  const denied = await thrown(() => accessOf().authenticate(proved(token, proofs.join(', '))))
  assert.equal(denied.detail, 'there are several DPoP proofs')
})

test('one of many copies of a proof is accepted', async () => {
  const access = accessOf()
  const token = await one.token({ cnf: { jkt: await holder.jkt() } })
  const proof = await holder.proof(token, URL_OF_TASKS)
  const sent = Array.from({ length: 20 }, () => access.authenticate(proved(token, proof)))
  const outcomes = await Promise.allSettled(sent)
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
})

test('a nonce of the service is required', async () => {
  const secret = new Uint8Array(32).fill(7)
  const nonces = new SignedNonces(secret)
  const access = accessOf({ nonces })
  const token = await one.token({ cnf: { jkt: await holder.jkt() } })
  const old = await nonces.current(NOW - 120)
  for (const changes of [{}, { nonce: 'forged' }, { nonce: 'Zm9yZ2Vk' }, { nonce: old }]) {
    const proof = await holder.proof(token, URL_OF_TASKS, changes)
    const denied = await thrown(() => access.authenticate(proved(token, proof)))
    assert.deepEqual([denied.status, denied.error], [401, 'use_dpop_nonce'])
    const fields = new Map(denied.headers())
    assert.equal(fields.get('DPoP-Nonce'), await nonces.current(NOW))
  }
  for (const time of [NOW, NOW - 60]) {
    const nonce = await nonces.current(time)
    const proof = await holder.proof(token, URL_OF_TASKS, { nonce })
    assert.equal((await access.authenticate(proved(token, proof))).subject, 'alice')
  }
  const other = new SignedNonces(new Uint8Array(32).fill(8))
  assert.equal(await other.isValid(await nonces.current(NOW), NOW), false)
  assert.throws(() => new SignedNonces(new Uint8Array(31)), Misconfigured)
})

test('the store of proofs is bounded', () => {
  const store = new InMemoryReplayStore({ size: 2 })
  assert.equal(store.claim('a', 10, 0), true)
  assert.equal(store.claim('a', 10, 0), false)
  assert.equal(store.claim('b', 20, 0), true)
  assert.throws(() => store.claim('c', 10, 9), ReplayStoreUnavailable)
  assert.equal(store.claim('b', 20, 9), false)
  assert.equal(store.claim('c', 30, 10), true)
  assert.equal(store.claim('b', 20, 10), false)
  assert.equal(store.claim('a', 30, 20), true)
})

test('a response has challenges and an ID', async () => {
  const lines = []
  const access = accessOf({ log: (event, fields) => lines.push([event, fields]) })
  const denied = await thrown(() => access.authenticate(request({})))
  const names = denied.headers().map(([name]) => name)
  assert.equal(names.filter((name) => name === 'WWW-Authenticate').length, 2)
  const body = denied.body()
  assert.equal(body.decision_id, new Map(denied.headers()).get('X-Decision-Id'))
  assert.equal(body.type, 'urn:doorward:problem:token-required')
  assert.deepEqual(
    lines.map(([event, fields]) => [event, fields.decision_id]),
    [['denied', body.decision_id]],
  )
})

test('the token is never repeated', async () => {
  const token = await one.sign(claims({ aud: 'x' }), { typ: 'at+jwt', kid: 'one' })
  const lines = []
  const access = accessOf({ log: (...line) => lines.push(line) })
  const denied = await thrown(() =>
    access.authenticate(request({ authorization: `Bearer ${token}` })),
  )
  const shown = JSON.stringify([denied.body(), denied.headers(), String(denied), lines])
  assert.equal(shown.includes(token), false)
})

test('metadata of the resource', () => {
  for (const [audience, path, address] of [
    [
      'https://tasks.example/api',
      '/.well-known/oauth-protected-resource/api',
      'https://tasks.example/.well-known/oauth-protected-resource/api',
    ],
    [
      'https://tasks.example/',
      '/.well-known/oauth-protected-resource',
      'https://tasks.example/.well-known/oauth-protected-resource',
    ],
  ]) {
    const access = accessOf({ audience, resourceMetadata: true })
    assert.equal(access.metadataPath, path)
    for (const challenge of access.challenges())
      assert.equal(challenge.get('resource_metadata'), address)
    const document = access.metadata({ scopes_supported: ['tasks:read'] })
    assert.equal(document.resource, audience)
    assert.deepEqual(document.authorization_servers, [ISSUER])
    assert.deepEqual(document.scopes_supported, ['tasks:read'])
  }
  assert.throws(() => accessOf({ audience: 'tasks', resourceMetadata: true }), Misconfigured)
})

test('a token of forward authentication', async () => {
  const access = accessOf({ tokenHeader: 'Remote-Token' })
  const token = await one.token({ username: 'alice' })
  const caller = await access.authenticate(
    request({ 'remote-token': token, authorization: 'Basic abc' }),
  )
  assert.equal(caller.claims.username, 'alice')
  const bound = await one.token({ cnf: { jkt: await holder.jkt() } })
  const twice = {
    ...request({}),
    headers: [
      ['remote-token', token],
      ['Remote-Token', token],
    ],
  }
  for (const [sent, status] of [
    [request({}), 401],
    [request({ authorization: `Bearer ${token}` }), 401],
    [request({ 'remote-token': '' }), 401],
    [request({ 'remote-token': `${token}x` }), 401],
    [request({ 'remote-token': bound }), 401],
    [request({ 'remote-token': await one.token({ aud: 'https://other.example' }) }), 401],
    [twice, 400],
  ])
    assert.equal((await thrown(() => access.authenticate(sent))).status, status)
})

// Algorithm confusion (RFC 8725 section 2.1): a key of one algorithm is rejected for all others.

const SIGNERS = Object.entries({ RS256: 'one', ES256: 'ec', EdDSA: 'ed' })
  .filter(([, name]) => VECTORS.keys[name])
  .map(([alg, name]) => [alg, new Signer({ ...VECTORS.keys[name], kid: alg })])

test('a key verifies its own algorithm only', async () => {
  const jwks = SIGNERS.map(([kid, signer]) => ({ ...signer.public, kid, alg: kid }))
  const keys = new FixedKeys(await KeySet.fromJwks(JSON.stringify({ keys: jwks })))
  const names = SIGNERS.map(([name]) => name)
  assert.deepEqual(names, ['RS256', 'ES256', 'EdDSA'])
  for (const [kid, signer] of SIGNERS) {
    const token = await signer.token()
    assert.equal((await accessOf({ keys }).authenticateToken(token)).subject, 'alice')
    const algorithms = names.filter((name) => name !== kid)
    const access = accessOf({ keys, algorithms })
    assert.equal((await thrown(() => access.authenticateToken(token))).code, 'algorithm')
    for (const other of algorithms) {
      const crossed = await signer.sign(claims(), { typ: 'at+jwt', kid: other })
      const error = await thrown(() => accessOf({ keys }).authenticateToken(crossed))
      assert.equal(error.code, 'algorithm')
    }
  }
})

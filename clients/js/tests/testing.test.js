// The issuer in memory, in the tests of a service as the guides show them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JwksClient } from 'doorward-access'
import { MemoryIssuer } from 'doorward-access/testing'
import { NOW, request, thrown } from './support.js'

const issuer = new MemoryIssuer({ clock: () => NOW })

test('a token is accepted and has its permissions', async () => {
  const access = issuer.access({ log: () => {} })
  const options = { permissions: ['tasks:read'], claims: { org: 'acme' } }
  const caller = await access.authenticate(request(await issuer.headers('alice', options)))
  access.permit(caller, { permission: 'tasks:read' })
  assert.deepEqual([caller.subject, caller.org, caller.isService], ['alice', 'acme', false])
  const denied = await thrown(() => access.permit(caller, { permission: 'tasks:write' }))
  assert.equal(denied.status, 403)
})

test('scope alone is no permission', async () => {
  const caller = await issuer.principal('bob', { scope: ['tasks:read'], roles: ['editor'] })
  assert.deepEqual(
    [caller.scope, caller.entitlements, caller.roles],
    [['tasks:read'], [], ['editor']],
  )
})

test('the token of a machine', async () => {
  const caller = await issuer.access().authenticateToken(await issuer.machineToken('reports'))
  assert.deepEqual(
    [caller.subject, caller.clientId, caller.isService, caller.authTime],
    ['reports', 'reports', true, null],
  )
})

test('wrong tokens are rejected', async () => {
  for (const [options, code] of [
    [{ expiresIn: -61 }, 'expired'],
    [{ claims: { aud: 'https://other.example' } }, 'audience'],
    [{ claims: { jti: null } }, 'claims'],
    [{ claims: { iss: 'https://evil.example' } }, 'issuer'],
  ]) {
    const token = await issuer.token('alice', options)
    assert.equal((await thrown(() => issuer.access().authenticateToken(token))).code, code)
  }
})

test('documents are served from memory', async () => {
  const { fetch } = issuer
  const log = () => {}
  const keys = new JwksClient(issuer.issuer, { clock: () => NOW, fetch, log })
  const caller = await issuer.access({ keys }).authenticateToken(await issuer.token())
  assert.equal(caller.subject, 'alice')
  const lost = new JwksClient('https://other.example', { clock: () => NOW, fetch, log })
  assert.equal((await thrown(() => lost.keys())).name, 'IssuerUnavailable')
})

// The guards of the frameworks, over HTTP requests to running servers.

import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { SIGNED_TOKENS } from 'doorward-access'
import { accessOf, AUDIENCE, holder, NOW, one } from './support.js'
import { START } from './servers.js'

const CERTIFICATE = readFileSync(new URL('certificate.pem', import.meta.url), 'utf8')

/** Sends a request; a list of values is one field for each of them. */
function send(port, path, headers = {}, options = {}) {
  const request = options.cert || options.isSecure ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, path, host: '127.0.0.1', headers, ...options },
      async (response) => {
        let text = ''
        for await (const piece of response) text += piece
        const fields = response.headersDistinct
        resolve({ status: response.statusCode, fields, text, body: text && JSON.parse(text) })
      },
    )
    sent.on('error', reject).end()
  })
}

const bearer = (token) => ({ authorization: `Bearer ${token}` })

for (const [framework, start] of Object.entries(START)) {
  describe(framework, () => {
    const lines = []
    const addresses = []
    const introspection = {
      clientId: 'tasks',
      clientSecret: 'secret',
    }
    let service
    before(async () => {
      const access = accessOf({
        origin: 'http://testserver',
        introspection,
        accepts: SIGNED_TOKENS,
        log: (...line) => lines.push(line),
      })
      // The issuer of the test is not asked: only the address of the caller is looked at.
      const authenticate = access.authenticate.bind(access)
      access.authenticate = (request, accepts) => {
        addresses.push(request.address)
        return authenticate(request, accepts)
      }
      service = await start(access)
    })
    after(() => service.close())

    test('requirements', async () => {
      for (const [path, changes, status, challenge] of [
        ['/me', {}, 200, ''],
        ['/me?a=b', {}, 200, ''],
        ['/permission', {}, 200, ''],
        ['/permission', { exp: 1 }, 401, 'error="invalid_token"'],
        ['/permission', { entitlements: [] }, 403, ''],
        ['/permission', { scope: 'openid' }, 403, 'error="insufficient_scope"'],
        ['/covered', {}, 403, ''],
        ['/covered', { entitlements: ['tasks:read_all'] }, 200, ''],
        ['/role', {}, 200, ''],
        ['/role', { roles: [] }, 403, ''],
        ['/machine', {}, 403, ''],
        ['/machine', { sub: 'tasks-web' }, 200, ''],
        ['/twice', {}, 200, ''],
        ['/twice', { roles: [] }, 403, ''],
        ['/strong', { acr: 'aal1' }, 401, 'acr_values="aal2", max_age="300"'],
        ['/strong', { acr: 'aal2', auth_time: NOW - 301 }, 401, 'max_age="300"'],
        ['/strong', { acr: 'aal2', auth_time: NOW - 300 }, 200, ''],
        ['/strong', { acr: 'aal1', entitlements: [] }, 403, ''],
        ['/keys', {}, 200, ''],
        ['/object', {}, 403, ''],
      ]) {
        lines.length = 0
        const response = await send(service.port, path, bearer(await one.token(changes)))
        const call = `${path} ${JSON.stringify(changes)}: ${response.text}`
        assert.equal(response.status, status, call)
        const found = response.fields['www-authenticate'] ?? []
        assert.equal(found.length, challenge === '' ? 0 : 1, call)
        assert.ok((found[0] ?? '').includes(challenge), `${call} ${found}`)
        if (status === 200) {
          assert.equal(response.body, changes.sub ?? 'alice')
          continue
        }
        assert.deepEqual(response.fields['content-type'], ['application/problem+json'])
        assert.deepEqual(response.fields['cache-control'], ['no-store'])
        assert.deepEqual(response.fields['x-decision-id'], [response.body.decision_id])
        assert.deepEqual(
          lines.map(([, fields]) => fields.decision_id),
          [response.body.decision_id],
        )
      }
    })

    test('a request without a token gets both challenges', async () => {
      const { status, fields } = await send(service.port, '/me')
      assert.equal(status, 401)
      const found = fields['www-authenticate']
      // `Headers` of the platform joins them to a list in one field (RFC 9110 section 11.6.1).
      assert.equal(found.length, framework === 'hono' ? 1 : 2)
      const dpop = `DPoP algs="ES256 PS256 EdDSA RS256", realm="${AUDIENCE}"`
      assert.equal(found.join(', '), `Bearer realm="${AUDIENCE}", ${dpop}`)
      assert.equal((await send(service.port, '/me', {}, { method: 'HEAD' })).status, 401)
    })

    test('two tokens are ambiguous', async () => {
      const token = `Bearer ${await one.token()}`
      const sent = [
        { authorization: [token, token] },
        { authorization: token, 'x-api-key': 'dw_key' },
      ]
      for (const headers of sent)
        assert.equal((await send(service.port, '/keys', headers)).status, 400)
    })

    test('a proof is accepted once, by two guards', async () => {
      const token = await one.token({ cnf: { jkt: await holder.jkt() } })
      const proof = await holder.proof(token, 'http://testserver/twice')
      const headers = { authorization: `DPoP ${token}`, dpop: proof }
      assert.equal((await send(service.port, '/twice?a=b', headers)).status, 200)
      for (const path of ['/twice', '/me']) {
        const again = await send(service.port, path, headers)
        assert.equal(again.status, 401)
        assert.match(again.fields['www-authenticate'][0], /error="invalid_dpop_proof"/)
      }
      assert.equal((await send(service.port, '/me', bearer(token))).status, 401)
    })

    test('keys are looked at where they are accepted', async () => {
      const refused = await send(service.port, '/me', { 'x-api-key': 'dw_key' })
      assert.deepEqual([refused.status, refused.body.title], [401, 'A token is required'])
      addresses.length = 0
      // The issuer cannot be reached.
      const outage = await send(service.port, '/keys', { 'x-api-key': 'dw_key' })
      assert.deepEqual([outage.status, outage.fields['retry-after']], [503, ['2']])
      assert.deepEqual(addresses, ['127.0.0.1'])
    })

    test('no guard, no caller', async () => {
      const { status, body } = await send(service.port, '/open', bearer(await one.token()))
      assert.deepEqual([status, body.name], [500, 'Misconfigured'])
    })

    test('a certificate of the connection', async () => {
      const tls = {
        key: CERTIFICATE,
        cert: CERTIFICATE,
        requestCert: true,
        rejectUnauthorized: false,
      }
      const secure = await start(accessOf({ introspection }), tls)
      try {
        const digits = new X509Certificate(CERTIFICATE).fingerprint256.replaceAll(':', '')
        const thumbprint = Buffer.from(digits, 'hex').toString('base64url')
        const own = { key: CERTIFICATE, cert: CERTIFICATE, rejectUnauthorized: false }
        const none = { isSecure: true, rejectUnauthorized: false, agent: false }
        for (const [x5t, options, status] of [
          [thumbprint, own, 200],
          [thumbprint, none, 401],
          ['A'.repeat(43), own, 401],
        ]) {
          const token = await one.token({ cnf: { 'x5t#S256': x5t } })
          const response = await send(secure.port, '/me', bearer(token), options)
          assert.equal(response.status, status, response.text)
        }
      } finally {
        await secure.close()
      }
    })
  })
}

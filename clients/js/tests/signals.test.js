// Revocations: the memory, and the listener with a transmitter in memory.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Access, FixedKeys, Listener, Misconfigured, Principal, Signals } from 'doorward-access'
import { AUDIENCE, keySet, NOW, one } from './support.js'

const CLIENT = { clientId: 'tasks-api', clientSecret: 'a secret' }
const BECAUSE = 'the session was ended'
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const quiet = () => {}

const revocation = (kind, name, changes = {}) => ({
  kind,
  name,
  at: NOW,
  because: BECAUSE,
  kept: null,
  ...changes,
})

const caller = (changes = {}) =>
  new Principal({
    subject: 'alice',
    clientId: 'web',
    sid: 's1',
    org: 'acme',
    roles: ['developer'],
    groups: ['staff'],
    entitlements: ['tasks:read'],
    ...changes,
  })

describe('memory', () => {
  for (const [named, other] of [
    [['session', ['s1']], ['session', ['s2']]],
    [['subject', ['alice']], ['subject', ['bob']]],
    [['grant', ['alice', 'web']], ['grant', ['web', 'alice']]],
    [['client', ['web']], ['client', ['alice']]],
    [['role', ['developer']], ['role', ['staff']]],
    [['group', ['staff']], ['group', ['developer']]],
    [['permission', ['tasks:read']], ['permission', ['developer']]],
    [['tenant', ['acme']], ['tenant', ['other']]],
  ])
    it(`revokes what it names: ${named[0]}`, () => {
      const signals = new Signals(CLIENT)
      signals.record(revocation(...other), NOW)
      assert.equal(signals.find(caller(), NOW, NOW), null)
      signals.record(revocation(...named), NOW)
      const found = [-1, 0, 1].map((after) => signals.find(caller(), NOW + after, NOW))
      assert.deepEqual(found, [BECAUSE, BECAUSE, null])
    })

  it('revokes all until now when it is full', () => {
    const signals = new Signals(CLIENT, { capacity: 3, log: quiet })
    for (const name of ['a', 'b', 'c', 'a']) signals.record(revocation('subject', [name]), NOW)
    assert.equal(signals.find(caller(), NOW, NOW), null)
    signals.record(revocation('subject', ['d']), NOW + 1)
    assert.equal(signals.size, 0)
    assert.notEqual(signals.find(caller(), NOW + 1, NOW + 1), null)
    assert.equal(signals.find(caller({ subject: 'a' }), NOW + 2, NOW + 2), null)
  })

  it('forgets nothing before the tokens have expired', () => {
    const signals = new Signals(CLIENT, { longestLife: 300 })
    signals.record(revocation('subject', ['alice']), NOW)
    for (let now = NOW; now <= NOW + 360; now += 10) {
      signals.noteHeard(now)
      assert.equal(signals.find(caller(), NOW, now), BECAUSE)
    }
    for (const now of [NOW + 361, NOW + 362, NOW + 363]) signals.noteHeard(now)
    assert.equal(signals.size, 0)
    assert.match(signals.find(caller(), NOW, NOW + 361) ?? '', /older/)
  })

  it('bounds the lists of changes', () => {
    const signals = new Signals(CLIENT)
    const kept = { roles: ['r'.repeat(400_000)], groups: [], entitlements: [] }
    for (const name of 'abc') signals.record(revocation('subject', [name], { kept }), NOW)
    const plain = { roles: [], groups: [], entitlements: [] }
    const found = [...'abc'].map((subject) =>
      signals.find(caller({ subject, ...plain }), NOW, NOW),
    )
    assert.deepEqual(found, [null, null, BECAUSE])
  })
})

/** A transmitter as far as a receiver sees it. */
class Transmitter {
  isAbsent = false
  isCut = false
  tokens = []
  streams = new Set()
  created = 0
  deleted = 0
  events = []
  done = new Set()

  async start() {
    this.server = createServer(async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      const sent = request.headers.authorization ?? ''
      const [status, answer] = await this.answer(request.method, request.url, sent, body)
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(answer === undefined ? '' : JSON.stringify(answer))
    })
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.uri = `http://127.0.0.1:${this.server.address().port}`
    return this
  }

  stop() {
    this.server.closeAllConnections()
    this.server.close()
  }

  async answer(method, path, sent, body) {
    const { uri } = this
    if (path === '/.well-known/openid-configuration')
      return [200, { issuer: uri, token_endpoint: `${uri}/token` }]
    if (this.isCut) return [503]
    if (path === '/.well-known/ssf-configuration') {
      if (this.isAbsent) return [404]
      const methods = ['urn:ietf:rfc:8936']
      const streams = `${uri}/streams`
      return [200, { issuer: uri, configuration_endpoint: streams, delivery_methods_supported: methods }]
    }
    if (path === '/token') {
      assert.equal(body, 'grant_type=client_credentials&scope=ssf.manage+ssf.read')
      this.tokens.push(`Bearer t${this.tokens.length}`)
      return [200, { access_token: this.tokens.at(-1).slice(7), expires_in: 300 }]
    }
    if (!this.tokens.includes(sent)) return [401]
    if (method === 'DELETE') {
      this.deleted += this.streams.delete(path.split('=')[1]) ? 1 : 0
      return [204]
    }
    if (path === '/streams') {
      const id = `s${this.created}`
      this.created += 1
      this.streams.add(id)
      this.done.clear()
      return [201, { stream_id: id, delivery: { endpoint_url: `${uri}/poll/${id}` } }]
    }
    return this.poll(path.slice('/poll/'.length), JSON.parse(body))
  }

  async poll(id, { ack = [], setErrs = {}, returnImmediately }) {
    if (!this.streams.has(id)) return [404]
    for (const jti of [...ack, ...Object.keys(setErrs)]) this.done.add(jti)
    const open = this.events.filter(([jti]) => !this.done.has(jti))
    if (open.length === 0 && !returnImmediately) await pause(40)
    return [200, { sets: Object.fromEntries(open.slice(0, 2)), moreAvailable: open.length > 2 }]
  }

  async endSession(jti, sid) {
    const session = { format: 'opaque', id: sid }
    const set = await one.sign(
      {
        iss: this.uri,
        aud: CLIENT.clientId,
        iat: NOW,
        jti,
        sub_id: { format: 'complex', session },
        events: { [REVOKED]: { event_timestamp: NOW } },
      },
      { typ: 'secevent+jwt', kid: 'one' },
    )
    this.events.push([jti, set])
  }
}

async function until(condition) {
  const deadline = Date.now() + 20_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'nothing happened')
    await pause(5)
  }
}

describe('listener', () => {
  async function start(test, whenCut, isAbsent = false) {
    const transmitter = await new Transmitter().start()
    transmitter.isAbsent = isAbsent
    const time = { now: NOW }
    const signals = new Signals(CLIENT, { whenCut })
    const access = new Access({
      issuer: transmitter.uri,
      audience: AUDIENCE,
      keys: new FixedKeys(keySet),
      signals,
      clock: () => time.now,
      log: quiet,
    })
    const listener = new Listener(access, { log: quiet })
    const token = await one.token({ iss: transmitter.uri, sid: 's1' })
    listener.start()
    test.after(async () => {
      await listener.stop()
      transmitter.stop()
    })
    const reason = () =>
      access.authenticateToken(token).then(
        () => null,
        (error) => error.message,
      )
    return { transmitter, signals, access, listener, reason, time }
  }

  it('rejects the token of an ended session', async (test) => {
    const { transmitter, signals, listener, reason } = await start(test, 'continue')
    await until(() => signals.isCurrent(NOW))
    assert.equal(await reason(), null)
    for (const number of [0, 1, 2, 3]) await transmitter.endSession(`e${number}`, `o${number}`)
    await transmitter.endSession('mine', 's1')
    await until(() => transmitter.done.size === 5)
    assert.equal(await reason(), BECAUSE)
    await listener.stop()
    assert.deepEqual([transmitter.created, transmitter.deleted], [1, 1])
  })

  it('follows the choice while it is cut', async (test) => {
    const { transmitter, signals, reason, time } = await start(test, 'reject')
    await until(() => signals.isCurrent(NOW))
    transmitter.isCut = true
    await pause(200)
    time.now += 31
    assert.equal(signals.age(time.now), 31)
    assert.equal(await reason(), 'revocations may be unknown')
    await transmitter.endSession('mine', 's1')
    transmitter.isCut = false
    await until(() => transmitter.done.has('mine'))
    assert.equal(await reason(), BECAUSE)
  })

  it('makes a new stream and gets a new token', async (test) => {
    const { transmitter, signals, reason } = await start(test, 'continue')
    await until(() => signals.isCurrent(NOW))
    transmitter.streams.clear()
    transmitter.tokens.length = 0
    await transmitter.endSession('mine', 's1')
    await until(() => transmitter.done.has('mine'))
    assert.equal(transmitter.created, 2)
    assert.equal(await reason(), BECAUSE)
  })

  it('goes on without signals', async (test) => {
    const { signals, reason } = await start(test, 'continue', true)
    await until(() => !signals.isOffered)
    assert.equal(await reason(), null)
    assert.equal(signals.age(NOW), null)
  })

  it('needs signals', () => {
    const access = new Access({ issuer: 'https://id.example', audience: AUDIENCE })
    assert.throws(() => new Listener(access), Misconfigured)
    const signals = new Signals(CLIENT, { whenCut: 'introspect' })
    const options = { issuer: 'https://id.example', audience: AUDIENCE, signals }
    assert.throws(() => new Access(options), Misconfigured)
  })
})

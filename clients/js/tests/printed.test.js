// The programs of the README and of the guides, run as they are printed.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { MemoryIssuer } from 'doorward-access/testing'

/** Returns the files that a page shows, by name. */
function filesOf(page) {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8')
  const blocks = text.matchAll(/<!-- file: (\S+\.mjs) -->\n```js\n(.*?)```/gs)
  return new Map([...blocks].map(([, name, code]) => [name, code]))
}

const README = filesOf('../README.md')
const AUDIENCE = 'https://reports.example.org'
const running = new Set()
let issuer
let server
// Below the package, so that the programs find it and the frameworks.
const directory = mkdtempSync(new URL('printed-', import.meta.url).pathname)
const README_FILES = write('readme', README)

before(async () => {
  server = createServer(async (request, response) => {
    const found = request.url.endsWith('jwks') ? await issuer.jwks() : issuer.metadata()
    response.end(found)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = new MemoryIssuer({
    issuer: `http://127.0.0.1:${server.address().port}`,
    audience: AUDIENCE,
  })
})

after(() => {
  for (const process of running) process.kill()
  server.close()
  rmSync(directory, { recursive: true })
})

/** Writes the files of a page, and returns their directory. */
function write(page, files) {
  const place = `${directory}/${page}`
  mkdirSync(place)
  for (const [name, code] of files) writeFileSync(`${place}/${name}`, code)
  return place
}

/** Starts a program, and returns its address when it answers, or its output when it ends. */
async function start(file, flags = []) {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const env = {
    PATH: process.env.PATH,
    ISSUER: issuer.issuer,
    AUDIENCE,
    BASE_URL: base,
    PORT: String(port),
    CLIENT_ID: 'reports',
    CLIENT_SECRET: 'secret',
  }
  const child = spawn(process.execPath, [...flags, file], { env })
  running.add(child)
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve({ code, output })))
  for (;;) {
    const outcome = await Promise.race([ended, answers(base)])
    if (outcome) return outcome
  }
}

async function answers(base) {
  try {
    await fetch(base)
    return { base }
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return null
  }
}

async function freePort() {
  const probe = createServer()
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

for (const name of ['express.mjs', 'fastify.mjs', 'hono.mjs', 'plain.mjs']) {
  test(`README: ${name}`, async () => {
    const { base, output } = await start(`${README_FILES}/${name}`)
    assert.ok(base, output)
    const get = async (options) => {
      const headers = options && (await issuer.headers('alice', options))
      return fetch(`${base}/report`, { headers })
    }
    const good = await get({ permissions: ['reports:read'] })
    assert.deepEqual([good.status, await good.json()], [200, { owner: 'alice' }])
    assert.equal((await get({})).status, 403)
    const denied = await get()
    assert.equal(denied.status, 401)
    assert.equal((await denied.json()).title, 'A token is required')
    if (name !== 'plain.mjs') assert.equal((await fetch(`${base}/health`)).status, 200)
  })
}

test('README: metadata.mjs', async () => {
  const { base, output } = await start(`${README_FILES}/metadata.mjs`)
  assert.ok(base, output)
  const found = await fetch(`${base}/.well-known/oauth-protected-resource`)
  const { resource, scopes_supported: scopes } = await found.json()
  assert.deepEqual([resource, scopes], [AUDIENCE, ['reports:read']])
})

test('README: programs that end', async () => {
  for (const [name, flags] of [
    ['keys.mjs', []],
    ['site.mjs', []],
    ['report.test.mjs', ['--test']],
  ]) {
    const { code, output } = await start(`${README_FILES}/${name}`, flags)
    assert.equal(code, 0, output)
  }
})

for (const page of ['protect-an-express-api.md', 'protect-a-fastify-api.md']) {
  test(`guide: ${page}`, async () => {
    const place = write(page, filesOf(`../../../docs/guides/${page}`))
    const { base, output } = await start(`${place}/service.mjs`)
    assert.ok(base, output)
    const send = async (path, method, options, machine = false) => {
      const token = await (machine
        ? issuer.machineToken('reports', options)
        : issuer.token('alice', options))
      return fetch(`${base}${path}`, { method, headers: { authorization: `Bearer ${token}` } })
    }
    const reader = { permissions: ['tasks:read'] }
    const payer = { permissions: ['tasks:write'] }
    const old = { ...payer, claims: { auth_time: Math.floor(Date.now() / 1000) - 400 } }
    const manager = { permissions: ['tasks:read_all'] }
    for (const [path, method, options, status, machine] of [
      ['/report', 'GET', reader, 200],
      ['/report', 'GET', payer, 403],
      ['/payments', 'POST', payer, 204],
      ['/payments', 'POST', old, 401],
      ['/payments', 'POST', payer, 403, true],
      ['/reports', 'GET', manager, 200],
      ['/reports', 'GET', reader, 403],
      ['/reports', 'GET', manager, 403, true],
      ['/reports/alice', 'GET', reader, 200],
      ['/reports/bob', 'GET', reader, 403],
    ]) {
      const response = await send(path, method, options, machine)
      const text = await response.text()
      assert.equal(response.status, status, `${method} ${path}: ${text}`)
    }
    assert.equal((await fetch(`${base}/report`)).status, 401)
    const machine = await send('/report', 'GET', reader, true)
    assert.deepEqual(await machine.json(), { subject: 'reports', machine: true })
    const tests = await start(`${place}/service.test.mjs`, ['--test'])
    assert.equal(tests.code, 0, tests.output)
  })
}

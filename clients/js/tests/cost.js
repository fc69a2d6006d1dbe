// Prints the cost of a guarded request beside that of express-oauth2-jwt-bearer, in one run: both
// verify the same token in the same process. Nothing is asserted: the ratio depends on the machine.

import { createServer } from 'node:http'
import { guard } from 'doorward-access/express'
import { Access } from 'doorward-access'
import { MemoryIssuer } from 'doorward-access/testing'
import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { Agent, request } from 'node:http'

const ROUNDS = 9
const REQUESTS = 300
const AUDIENCE = 'https://tasks.example'

async function listen(app) {
  const server = createServer(app)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, base: `http://127.0.0.1:${server.address().port}` }
}

// The issuer over HTTP, as both find it: by its metadata and keys.
const documents = express()
const { server: issuerServer, base: issuerUrl } = await listen(documents)
const issuer = new MemoryIssuer({ issuer: issuerUrl, audience: AUDIENCE })
documents.get('/.well-known/openid-configuration', (_, response) =>
  response.type('json').end(issuer.metadata()),
)
documents.get('/oauth2/jwks', async (_, response) => response.type('json').end(await issuer.jwks()))

const app = express()
const answer = (_, response) => response.end('done')
const access = new Access({ issuer: issuerUrl, audience: AUDIENCE })
app.get('/bare', answer)
app.get('/ours', guard(access).permission('tasks:read'), answer)
app.get(
  '/theirs',
  auth({ issuer: issuerUrl, jwksUri: `${issuerUrl}/oauth2/jwks`, audience: AUDIENCE }),
  requiredScopes('tasks:read'),
  answer,
)
const { server, base } = await listen(app)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const headers = await issuer.headers('alice', { permissions: ['tasks:read'] })

function get(path) {
  return new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`))
      response.resume().on('end', resolve)
    })
    sent.on('error', reject).end()
  })
}

/** Returns the time of a request in microseconds: wall clock, and processor. */
async function measure(path) {
  const [start, used] = [performance.now(), process.cpuUsage()]
  for (let number = 0; number < REQUESTS; number += 1) await get(path)
  const { user, system } = process.cpuUsage(used)
  return { wall: ((performance.now() - start) * 1000) / REQUESTS, cpu: (user + system) / REQUESTS }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const found = { '/bare': [], '/theirs': [], '/ours': [] }
for (let round = -1; round < ROUNDS; round += 1) {
  for (const path of Object.keys(found)) {
    const one = await measure(path)
    // The first round compiles.
    if (round >= 0) found[path].push(one)
  }
}
const of = (path, kind) => median(found[path].map((one) => one[kind]))
const cost = (path, kind) => of(path, kind) - of('/bare', kind)
const row = (name, path) =>
  console.log(
    `${name.padEnd(26)} ${cost(path, 'wall').toFixed(0)} µs, ${cost(path, 'cpu').toFixed(0)} µs of processor`,
  )
console.log(
  `medians of ${ROUNDS} rounds of ${REQUESTS} requests, above those of a route without a guard`,
)
row('express-oauth2-jwt-bearer', '/theirs')
row('doorward-access', '/ours')
const ratio = (kind) => (cost('/ours', kind) / cost('/theirs', kind)).toFixed(2)
console.log(`ratio ${ratio('wall')} of express-oauth2-jwt-bearer, ${ratio('cpu')} by processor time`)
server.close()
issuerServer.close()
agent.destroy()

// guide:begin
import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import oauth2 from '@fastify/oauth2'
import Fastify from 'fastify'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, SESSION_SECRET, PORT = 3000 } = process.env

const fastify = Fastify()
fastify.register(cookie, { secret: SESSION_SECRET })
fastify.register(oauth2, {
  name: 'doorward',
  scope: ['openid', 'profile', 'email'],
  credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
  startRedirectPath: '/login/doorward',
  callbackUri: `${BASE_URL}/login/doorward/callback`,
  discovery: { issuer: ISSUER },
})

// Sessions of the simplest kind: the plugin has none.
const users = new Map()
fastify.get('/login/doorward/callback', async function (request, reply) {
  const { token } = await this.doorward.getAccessTokenFromAuthorizationCodeFlow(request)
  const session = randomUUID()
  users.set(session, await this.doorward.userinfo(token))
  return reply.setCookie('session', session, { path: '/', httpOnly: true }).redirect('/')
})
fastify.get('/logout', async (request, reply) => {
  users.delete(request.cookies.session)
  return reply.clearCookie('session', { path: '/' }).redirect('/')
})
fastify.get('/', async (request, reply) => {
  const user = users.get(request.cookies.session)
  const shown = user ? `${user.name} ${user.email}` : 'You are not signed in.'
  return reply.type('text/html').send(`<p>${shown}</p>`)
})
await fastify.listen({ port: Number(PORT) })
// guide:end

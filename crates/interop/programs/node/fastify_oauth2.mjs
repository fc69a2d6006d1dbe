// @fastify/oauth2, as its documentation begins.
import cookie from '@fastify/cookie'
import oauth2 from '@fastify/oauth2'
import Fastify from 'fastify'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT } = process.env
const fastify = Fastify()
const people = new Map()

// guide:begin
fastify.register(cookie, { secret: 'a long, randomly-generated string' })
fastify.register(oauth2, {
  name: 'doorward',
  scope: ['openid', 'profile', 'email'],
  credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
  startRedirectPath: '/login/doorward',
  callbackUri: `${BASE_URL}/login/doorward/callback`,
  discovery: { issuer: ISSUER },
})

fastify.get('/login/doorward/callback', async function (request, reply) {
  const { token } = await this.doorward.getAccessTokenFromAuthorizationCodeFlow(request)
  const person = await this.doorward.userinfo(token)
  return signedIn(reply, person)
})
// guide:end

// A session of the simplest kind: @fastify/oauth2 has none.
function signedIn(reply, person) {
  const id = crypto.randomUUID()
  people.set(id, person)
  return reply.setCookie('person', id, { path: '/', httpOnly: true }).redirect('/')
}
fastify.get('/logout', async (request, reply) => {
  people.delete(request.cookies.person)
  return reply.clearCookie('person', { path: '/' }).redirect('/')
})
fastify.get('/', async (request, reply) => {
  const person = people.get(request.cookies.person)
  const shown = person ? `${person.name} ${person.email}` : 'Nobody is signed in.'
  return reply.type('text/html').send(`<p>${shown}</p>`)
})
await fastify.listen({ host: '127.0.0.1', port: Number(PORT) })

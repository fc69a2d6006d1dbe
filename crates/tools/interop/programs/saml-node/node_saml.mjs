// A service provider with @node-saml/node-saml.
import { randomUUID } from 'node:crypto'

import { SAML } from '@node-saml/node-saml'
import express from 'express'

const { ISSUER, BASE_URL, PORT } = process.env
const NAME = 'urn:oid:2.16.840.1.113730.3.1.241'
const EMAIL = 'urn:oid:0.9.2342.19200300.100.1.3'

const metadata = await (await fetch(`${ISSUER}/saml/metadata`)).text()
const certificates = [...metadata.matchAll(/X509Certificate>([^<]+)</g)].map(found => found[1])
const saml = new SAML({
  issuer: `${BASE_URL}/saml/metadata`,
  callbackUrl: `${BASE_URL}/saml/acs`,
  audience: `${BASE_URL}/saml/metadata`,
  entryPoint: `${ISSUER}/saml/sso`,
  logoutUrl: `${ISSUER}/saml/logout`,
  idpIssuer: `${ISSUER}/saml/metadata`,
  idpCert: [...new Set(certificates)],
  identifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: false,
  validateInResponseTo: 'always',
})

const sessions = new Map()
const sessionOf = request => sessions.get(/session=([^;]+)/.exec(request.headers.cookie)?.[1])
const app = express()
app.use(express.urlencoded({ extended: false }))
app.get('/login', async (request, response) => {
  response.redirect(await saml.getAuthorizeUrlAsync('home', undefined, {}))
})
app.post('/saml/acs', async (request, response) => {
  const { profile } = await saml.validatePostResponseAsync(request.body)
  const id = randomUUID()
  sessions.set(id, profile)
  response.cookie('session', id).redirect('/')
})
app.get('/logout', async (request, response) => {
  response.redirect(await saml.getLogoutUrlAsync(sessionOf(request), 'home', {}))
})
app.get('/saml/sls', async (request, response) => {
  const query = request.url.split('?')[1]
  await saml.validateRedirectAsync(request.query, query)
  response.clearCookie('session').redirect('/')
})
app.get('/', (request, response) => {
  const user = sessionOf(request)
  response.send(user ? `<p>${user[NAME]} ${user[EMAIL]}</p>` : '<p>You are not signed in.</p>')
})
app.listen(PORT)

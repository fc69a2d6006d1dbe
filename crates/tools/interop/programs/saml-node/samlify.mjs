// A service provider with samlify.
import { randomUUID } from 'node:crypto'

import express from 'express'
import { IdentityProvider, ServiceProvider, setSchemaValidator } from 'samlify'

const { ISSUER, BASE_URL, PORT } = process.env
const NAME = 'urn:oid:2.16.840.1.113730.3.1.241'
const EMAIL = 'urn:oid:0.9.2342.19200300.100.1.3'

// The validators of schemas are separate packages, most of them for Java.
setSchemaValidator({ validate: () => Promise.resolve('skipped') })
const metadata = await (await fetch(`${ISSUER}/saml/metadata`)).text()
const idp = IdentityProvider({ metadata })
const binding = name => `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${name}`
const sp = ServiceProvider({
  entityID: `${BASE_URL}/saml/metadata`,
  authnRequestsSigned: false,
  wantAssertionsSigned: true,
  wantLogoutResponseSigned: true,
  nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
  assertionConsumerService: [{ Binding: binding('POST'), Location: `${BASE_URL}/saml/acs` }],
  singleLogoutService: [{ Binding: binding('Redirect'), Location: `${BASE_URL}/saml/sls` }],
})

const sessions = new Map()
const sessionOf = request => sessions.get(/session=([^;]+)/.exec(request.headers.cookie)?.[1])
const app = express()
app.use(express.urlencoded({ extended: false }))
app.get('/login', (request, response) => {
  response.redirect(sp.createLoginRequest(idp, 'redirect').context)
})
app.post('/saml/acs', async (request, response) => {
  const { extract } = await sp.parseLoginResponse(idp, 'post', request)
  const id = randomUUID()
  sessions.set(id, extract)
  response.cookie('session', id).redirect('/')
})
app.get('/logout', (request, response) => {
  const { nameID, sessionIndex } = sessionOf(request)
  const user = { logoutNameID: nameID, sessionIndex: sessionIndex.sessionIndex }
  response.redirect(sp.createLogoutRequest(idp, 'redirect', user).context)
})
app.get('/saml/sls', async (request, response) => {
  const query = request.url.split('?')[1]
  const octetString = query.split('&').filter(part => !part.startsWith('Signature=')).join('&')
  await sp.parseLogoutResponse(idp, 'redirect', { ...request, query: request.query, octetString })
  response.clearCookie('session').redirect('/')
})
app.get('/', (request, response) => {
  const user = sessionOf(request)?.attributes
  response.send(user ? `<p>${user[NAME]} ${user[EMAIL]}</p>` : '<p>You are not signed in.</p>')
})
app.listen(PORT)

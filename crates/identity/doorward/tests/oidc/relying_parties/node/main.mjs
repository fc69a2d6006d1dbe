// Runs all features of `openid-client`, with `oauth4webapi` below it.

import { feature, refusal, setup, walk } from './conversation.mjs'
import * as client from 'openid-client'
import { as, sign_in } from './connect.mjs'
import * as requests from './requests.mjs'
import { begin, discover, finish } from './sign_in.mjs'
import * as without_a_browser from './without_a_browser.mjs'

const { basic, post, key, open, strange } = setup.clients

// The issuer under test is on this machine, with plain HTTP. Never allow that for another issuer.
const config = await discover({
  issuer: setup.issuer,
  id: basic.id,
  secret: basic.secret,
  execute: [client.allowInsecureRequests],
})
await feature('discovery', () => config.serverMetadata().issuer)

let tokens, person, id_token
await feature('code', async () => {
  const { url, checks } = await begin(config, basic.redirect_uri)
  ;({ tokens, person } = await finish(config, await walk(url, basic.redirect_uri), checks))
  return tokens.claims().sub
})
await feature('userinfo', () => person.email)

// A response to check with values of another request.
async function answered() {
  const { url, checks } = await begin(config, basic.redirect_uri)
  return { checks, callback: await walk(url, basic.redirect_uri) }
}
await feature('nonce', async () => {
  const { callback, checks } = await answered()
  const another = { ...checks, expectedNonce: client.randomNonce() }
  return refusal(() => finish(config, callback, another))
})
await feature('state', async () => {
  const { callback, checks } = await answered()
  const another = { ...checks, expectedState: client.randomState() }
  return refusal(() => finish(config, callback, another))
})
// The response of another issuer, and one without an issuer (RFC 9207 §2.4).
await feature('iss', async () => {
  const { callback, checks } = await answered()
  const silent = new URL(callback)
  silent.searchParams.delete('iss')
  callback.searchParams.set('iss', 'https://evil.example')
  const refused = [callback, silent].map((one) => refusal(() => finish(config, one, checks)))
  return Promise.all(refused)
})

await feature('refresh', async () => {
  const next = await client.refreshTokenGrant(config, tokens.refresh_token)
  const changed = ['access_token', 'refresh_token'].filter((name) => next[name] !== tokens[name])
  // The library compares the subjects (OIDC Core §5.3.2).
  const { sub } = tokens.claims()
  const same = (await client.fetchUserInfo(config, next.access_token, sub)).sub === sub
  id_token = tokens.id_token
  tokens = next
  return `${changed} changed, same person: ${same}`
})
await feature('api', async () => {
  const scope = 'openid tasks:read'
  const change = (parameters) => client.buildAuthorizationUrl(config, { ...parameters, scope })
  const { tokens } = await sign_in(config, basic.redirect_uri, change)
  const response = await client.fetchProtectedResource(
    config, tokens.access_token, new URL(setup.api), 'GET')
  return response.status
})

// A complete sign-in with each client authentication method.
const email = async (party, authentication) =>
  (await sign_in(await as(party, authentication), party.redirect_uri)).person.email
await feature('client_secret_basic', () => email(basic, client.ClientSecretBasic(basic.secret)))
await feature('client_secret_post', () => email(post, client.ClientSecretPost(post.secret)))
await feature('strange_secret', () => email(strange, client.ClientSecretBasic(strange.secret)))
await feature('public', () => email(open, client.None()))
const p256 = { name: 'ECDSA', namedCurve: 'P-256' }
const signer = {
  key: await crypto.subtle.importKey('jwk', key.jwk, p256, false, ['sign']),
  kid: key.kid,
}
await feature('private_key_jwt', () => email(key, client.PrivateKeyJwt(signer)))

await requests.all(signer)
await without_a_browser.all()

await feature('introspection', async () => {
  const state = await client.tokenIntrospection(config, tokens.access_token)
  return `${state.active} ${state.sub}`
})
await feature('revocation', async () => {
  await client.tokenRevocation(config, tokens.refresh_token)
  const state = await client.tokenIntrospection(config, tokens.access_token)
  return state.active
})
await feature('logout', async () => {
  const back = basic.post_logout_redirect_uri
  const parameters = {
    id_token_hint: id_token,
    post_logout_redirect_uri: back,
    state: client.randomState(),
  }
  const callback = await walk(client.buildEndSessionUrl(config, parameters), back)
  return callback.searchParams.get('state') === parameters.state
})
process.exit(0)

// Authorization requests and responses in every format.

import { feature, setup, walk } from './conversation.mjs'
import * as client from 'openid-client'
import { as, sign_in } from './connect.mjs'
import { begin } from './sign_in.mjs'

const { basic, post, key, open } = setup.clients
const names = (url) => [...url.searchParams.keys()].sort()

export async function all(signer) {
  const config = await as(basic, client.ClientSecretBasic(basic.secret))
  // Pushed request (RFC 9126).
  await feature('par', async () => {
    const push = (parameters) => client.buildAuthorizationUrlWithPAR(config, parameters)
    const { asked, person } = await sign_in(config, basic.redirect_uri, push)
    return `${names(asked)}: ${person.email}`
  })
  // Signed request (RFC 9101), sent by the browser and pushed.
  await feature('jar', async () => {
    const config = await as(key, client.PrivateKeyJwt(signer))
    const sign = (parameters) => client.buildAuthorizationUrlWithJAR(config, parameters, signer)
    const push = async (parameters) =>
      client.buildAuthorizationUrlWithPAR(config, (await sign(parameters)).searchParams)
    const told = []
    for (const change of [sign, push]) {
      const { asked, person } = await sign_in(config, key.redirect_uri, change)
      told.push(`${names(asked)}: ${person.email}`)
    }
    return told.join('; ')
  })
  // Signed response (JARM §2.3).
  await feature('jarm', async () => {
    const config = await as(post, client.ClientSecretPost(post.secret))
    client.useJwtResponseMode(config)
    const { callback, person } = await sign_in(config, post.redirect_uri)
    return `${names(callback)}: ${person.email}`
  })
  await feature('form_post', async () => {
    const form = (parameters) =>
      client.buildAuthorizationUrl(config, { ...parameters, response_mode: 'form_post' })
    const { callback, person } = await sign_in(config, basic.redirect_uri, form)
    return `${callback.method}: ${person.email}`
  })
  await feature('dpop', async () => dpop(await as(open, client.None())))
}

// DPoP (RFC 9449) from the pushed request on, with server nonces (§8, §9).
async function dpop(config) {
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  let demanded = 0
  config[client.customFetch] = async (...request) => {
    const response = await fetch(...request)
    const refused = response.status === 400 && (await response.clone().json())
    if (refused.error === 'use_dpop_nonce') demanded += 1
    return response
  }
  const { parameters, checks } = await begin(config, open.redirect_uri)
  const url = await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
  const callback = await walk(url, open.redirect_uri)
  const first = await client.authorizationCodeGrant(config, callback, checks, undefined, { DPoP })
  const { sub } = first.claims()
  const { token_type, access_token } =
    await client.refreshTokenGrant(config, first.refresh_token, undefined, { DPoP })
  const { email } = await client.fetchUserInfo(config, access_token, sub, { DPoP })
  return `${token_type}: ${email}, nonces demanded: ${demanded}`
}

// Grants without a browser of the client, and registrations.

import { approve, feature, refusal, setup } from './conversation.mjs'
import * as client from 'openid-client'
import { as, execute, issuer, sign_in } from './connect.mjs'

const { basic, device, gateway, service } = setup.clients
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

export async function all() {
  // Device grant (RFC 8628).
  await feature('device', async () => {
    const config = await as(device, client.None())
    const codes = await client.initiateDeviceAuthorization(config, { scope: 'openid email' })
    await approve(codes.verification_uri_complete)
    // Approved already, so there is no need to wait.
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...codes, interval: 0 })
    return (await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).email
  })
  await feature('client_credentials', async () => {
    const config = await as(service, client.ClientSecretBasic(service.secret))
    return (await client.clientCredentialsGrant(config, { scope: 'tasks:read' })).scope
  })
  // Token exchange (RFC 8693).
  await feature('token_exchange', async () => {
    const config = await as(basic, client.ClientSecretBasic(basic.secret))
    const scope = 'openid tasks:read tasks:write'
    const change = (parameters) => client.buildAuthorizationUrl(config, { ...parameters, scope })
    const { tokens } = await sign_in(config, basic.redirect_uri, change)
    const other = await as(gateway, client.ClientSecretBasic(gateway.secret))
    const narrower = await client.genericGrantRequest(other, TOKEN_EXCHANGE, {
      subject_token: tokens.access_token,
      subject_token_type: ACCESS_TOKEN,
      audience: setup.audience,
      scope: 'tasks:read',
    })
    return `${narrower.scope} ${narrower.issued_token_type}`
  })

  // Registration (RFC 7591), and a sign-in with the registered client.
  const wish = {
    client_name: 'Registered by itself',
    redirect_uris: ['https://registered.example/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'openid email profile offline_access',
    token_endpoint_auth_method: 'client_secret_basic',
  }
  let config
  await feature('registration', async () => {
    const options = { initialAccessToken: setup.registration_token, execute }
    config = await client.dynamicClientRegistration(issuer, wish, undefined, options)
    const { client_id, client_secret } = config.clientMetadata()
    const registered = await as({ id: client_id }, client.ClientSecretBasic(client_secret))
    return (await sign_in(registered, wish.redirect_uris[0])).person.email
  })
  // Management (RFC 7592), with the library's function for protected resources.
  await feature('management', async () => {
    const { client_id, registration_client_uri: uri, ...told } = config.clientMetadata()
    let token = told.registration_access_token
    const call = async (method, body) => {
      const headers = new Headers(body ? { 'content-type': 'application/json' } : {})
      const response = await client.fetchProtectedResource(
        config, token, new URL(uri), method, body && JSON.stringify(body), headers)
      const json = response.status === 200 ? await response.json() : {}
      token = json.registration_access_token ?? token
      return { status: response.status, name: json.client_name }
    }
    const read = await call('GET')
    const changed = await call('PUT', { ...wish, client_id, client_name: 'Renamed' })
    const { status } = await call('DELETE')
    return `${read.name}, ${changed.name}, ${status}, ${await refusal(() => call('GET'))}`
  })
}

// The shortest client; docs/guides/connect/openid-client.md contains the code between the marks.

// guide:begin
import * as client from 'openid-client'

// Call once when your application starts.
export function discover({ issuer, id, secret, execute = [] }) {
  const authentication = secret ? client.ClientSecretBasic(secret) : client.None()
  // Without this, the library does not verify the signature of ID tokens.
  execute = [client.enableNonRepudiationChecks, ...execute]
  return client.discovery(new URL(issuer), id, undefined, authentication, { execute })
}

// Store `checks` in the user's session, and redirect the browser to `url`.
export async function begin(config, redirect_uri, scope = 'openid profile email offline_access') {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  }
  const parameters = {
    redirect_uri,
    scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  return { checks, parameters, url: client.buildAuthorizationUrl(config, parameters) }
}

// `callback` is the complete address of the callback. Checks state, `iss` and ID token.
export async function finish(config, callback, checks) {
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  return { tokens, person }
}
// guide:end

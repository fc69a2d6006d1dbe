// The shortest relying party; docs/guides/connect/openid-client.md shows what stands between the marks.

// guide:begin
import * as client from 'openid-client'

// Once, when your application starts.
export function discover({ issuer, id, secret, execute = [] }) {
  const authentication = secret ? client.ClientSecretBasic(secret) : client.None()
  // The signature of ID tokens is not looked at without this.
  execute = [client.enableNonRepudiationChecks, ...execute]
  return client.discovery(new URL(issuer), id, undefined, authentication, { execute })
}

// Keep `checks` in the person's session, and redirect their browser to `url`.
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

// `callback` is the whole address at which the browser came back. Checks state, `iss` and ID token.
export async function finish(config, callback, checks) {
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  return { tokens, person }
}
// guide:end

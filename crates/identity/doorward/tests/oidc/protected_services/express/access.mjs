// guide:begin
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const { ISSUER, AUDIENCE } = process.env
const keys = createRemoteJWKSet(new URL(`${ISSUER}/oauth2/jwks`), { timeoutDuration: 5000 })
const expected = {
  issuer: ISSUER,
  audience: AUDIENCE,
  typ: 'at+jwt',
  algorithms: ['RS256'],
  requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
  clockTolerance: 60,
}

function refuse(response, status, parameters, problem) {
  const fields = Object.entries({ realm: AUDIENCE, ...parameters })
  const written = fields.map(([name, value]) => `${name}="${value}"`).join(', ')
  response.set('WWW-Authenticate', `Bearer ${written}`).status(status).json(problem)
}

function names(claim) {
  return Array.isArray(claim) ? claim : []
}

// Sets `request.caller` to the claims of a valid access token.
export async function authenticate(request, response, next) {
  const [scheme, token, more] = (request.get('Authorization') ?? '').split(' ')
  if (scheme.toLowerCase() !== 'bearer')
    return refuse(response, 401, {}, { title: 'A token is required' })
  const invalid = (why) =>
    refuse(response, 401, { error: 'invalid_token', error_description: why }, { title: why })
  if (!token || more !== undefined) return invalid('the bearer token is malformed')
  try {
    const { payload } = await jwtVerify(token, keys, expected)
    // A token that is bound to a key is no bearer token (RFC 9449). Incomplete roles or groups
    // must not be read as "no rule forbids it".
    if (payload.cnf !== undefined) return invalid('the token is bound to a key')
    if (names(payload.overage).some((name) => !['entitlements', 'managed_groups'].includes(name)))
      return invalid('the token does not have all roles and groups')
    request.caller = payload
  } catch (error) {
    // An outage of the identity server must not sign users out.
    const outages = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']
    if (error instanceof errors.JOSEError && !outages.includes(error.code))
      return invalid('the token is not accepted')
    return response.set('Retry-After', '5').status(503).json({ title: 'Temporarily unavailable' })
  }
  next()
}

// Requires a permission of the user, and the scope that covers it.
export function permission(name, scope = name) {
  return (request, response, next) => {
    const { entitlements, scope: granted } = request.caller
    const scopes = typeof granted === 'string' ? granted.split(' ') : []
    if (!scopes.includes(scope) && !scopes.includes(name)) {
      const title = `the token does not have the scope ${scope}`
      return refuse(response, 403, { error: 'insufficient_scope', scope }, { title })
    }
    if (!names(entitlements).includes(name))
      return response.status(403).json({ title: `the account does not have the permission ${name}` })
    next()
  }
}

// Requires a recent sign-in (RFC 9470): the application sends the user to sign in again.
export function recent(seconds) {
  return (request, response, next) => {
    const age = Date.now() / 1000 - (request.caller.auth_time ?? -Infinity)
    if (age <= seconds) return next()
    // A client that acts for itself could never satisfy the challenge.
    if (request.caller.sub === request.caller.client_id) return user(request, response, next)
    const error = 'insufficient_user_authentication'
    refuse(response, 401, { error, max_age: seconds }, { title: 'Sign in again' })
  }
}

// Requires a user: a client that acts for itself is its own subject.
export function user(request, response, next) {
  if (request.caller.sub !== request.caller.client_id) return next()
  response.status(403).json({ title: 'a user must sign in' })
}
// guide:end

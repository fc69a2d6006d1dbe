// The shared vectors: inputs with the decision about each.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  Access,
  Denied,
  EventRejected,
  FixedKeys,
  IssuerUnavailable,
  JwksError,
  KeySet,
  ProofRejected,
  ReplayStoreUnavailable,
  Signals,
  TokenRejected,
  verifyProof,
} from 'doorward-access'
import { VECTORS as FILE } from './support.js'

// The version of the file that these tests understand.
const VECTORS_VERSION = 2

const outage = () => {
  throw new IssuerUnavailable('down', 5)
}
const noStore = {
  claim() {
    throw new ReplayStoreUnavailable('down')
  },
}

function described(principal) {
  const bound = principal.confirmation
  const members = bound && { jkt: bound.jkt, 'x5t#S256': bound.x5tS256, ...bound.others }
  return {
    subject: principal.subject,
    client_id: principal.clientId,
    scope: principal.scope,
    roles: principal.roles,
    groups: principal.groups,
    managed_groups: principal.managedGroups,
    entitlements: principal.entitlements.toSorted(),
    org: principal.org,
    email_verified: principal.emailVerified,
    acr: principal.acr,
    amr: principal.amr,
    auth_time: principal.authTime,
    sid: principal.sid,
    jti: principal.jti,
    expires_at: principal.expiresAt,
    confirmation:
      members && Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)),
    authorization_details: principal.authorizationDetails,
    is_service: principal.isService,
    is_verified_user: principal.isVerifiedUser,
  }
}

const KEY_SETS = {}
for (const [name, document] of Object.entries(FILE.jwks))
  KEY_SETS[name] = await KeySet.fromJwks(document)

function authenticator({ settings, jwks, now }) {
  const { issuer, audience, origin, realm, resource_metadata: resourceMetadata, leeway } = settings
  return new Access({
    issuer,
    audience,
    origin,
    realm,
    resourceMetadata,
    leeway,
    acceptPlainJwt: settings.plain_jwt,
    requireDpop: settings.require_dpop,
    usedProofs: settings.replay_store === 'unavailable' ? noStore : undefined,
    keys: jwks === null ? { keys: outage, keysFor: outage } : new FixedKeys(KEY_SETS[jwks]),
    clock: () => now,
    log: () => {},
  })
}

/** Returns what a function returns, or the description of an error of a class. */
async function outcome(run, kind, tell) {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof kind)) throw error
    return tell(error)
  }
}

const rejection = ({ code, message }) => ({ code, message })

const RUN = {
  async token(vector) {
    const access = authenticator(vector)
    const run = async () => ({ principal: described(await access.authenticateToken(vector.token)) })
    return outcome(run, TokenRejected, rejection)
  },

  async proof({ proof, method, uri, access_token: accessToken, now }) {
    const run = async () => {
      const found = await verifyProof(proof, { method, uri, accessToken, now })
      const { jkt, jti, iat, nonce, name, expiresAt: expires_at } = found
      return { jkt, jti, iat, nonce, name, expires_at }
    }
    return outcome(run, ProofRejected, rejection)
  },

  async jwks({ document }) {
    const run = async () => ({ kids: (await KeySet.fromJwks(document)).kids.toSorted() })
    return outcome(run, JwksError, ({ message }) => ({ message }))
  },

  async request(vector) {
    const access = authenticator(vector)
    const found = []
    for (const sent of vector.requests) found.push(await answer(access, vector.requires, sent))
    return found
  },

  async signals({ settings, jwks, steps }) {
    const { issuer, audience, receiver, longest_life: longestLife } = settings
    let now = 0
    const access = new Access({
      issuer,
      audience,
      keys: new FixedKeys(KEY_SETS[jwks]),
      signals: new Signals({ clientId: receiver, clientSecret: '' }, { longestLife }),
      clock: () => now,
      log: () => {},
    })
    const found = []
    for (const step of steps) {
      now = step.now
      found.push(await (step.set ? receive(access, step.set) : use(access, step.token)))
    }
    return found
  },
}

function receive(access, set) {
  const run = async () => {
    const { jti, revocation } = await access.receiveEvent(set)
    return { jti, revokes: revocation !== null }
  }
  return outcome(run, EventRejected, ({ code }) => ({ err: code }))
}

function use(access, token) {
  const run = async () => {
    await access.authenticateToken(token)
    return { accepted: true }
  }
  return outcome(run, TokenRejected, rejection)
}

async function answer(access, required, sent) {
  const run = async () => {
    const principal = await access.authenticate(sent)
    access.permit(principal, required, {
      acrValues: required.acr_values,
      ...(required.max_age !== null && { maxAge: required.max_age }),
      verifiedUsersOnly: required.verified_users_only,
    })
    return { principal: described(principal) }
  }
  return outcome(run, Denied, (denied) => {
    const { decision_id: id, ...body } = JSON.parse(JSON.stringify(denied.body()))
    return {
      status: denied.status,
      error: denied.error,
      challenges: denied.challenges.map(String),
      retry_after: denied.retryAfter,
      has_decision_id: id !== undefined,
      body,
    }
  })
}

it('understands every vector, by unique names', () => {
  assert.equal(FILE.version, VECTORS_VERSION)
  const names = new Set(FILE.vectors.map((vector) => vector.name))
  assert.equal(names.size, FILE.vectors.length)
  assert.ok(names.size >= 1000)
})

for (const kind of Object.keys(RUN)) {
  describe(kind, () => {
    for (const vector of FILE.vectors.filter((one) => one.kind === kind)) {
      it(vector.name, { skip: vector.skip?.javascript ?? false }, async () => {
        assert.deepEqual(await RUN[kind](vector), vector.expect)
      })
    }
  })
}

it('knows every kind of vector', () => {
  assert.ok(FILE.vectors.every((vector) => Object.hasOwn(RUN, vector.kind)))
})

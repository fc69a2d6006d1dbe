// oidc-provider on HTTPS with one client and one user, for `cargo xtask bench --page`.
// Arguments: issuer, certificate, key, ID and secret of the client, redirect URI, resource.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Provider } from 'oidc-provider';

const [issuer, certificate, key, id, secret, redirectUri, resource] = process.argv.slice(2);
const USER = 'alice';
const SCOPE = 'tasks:read';

// All rows in memory. The adapter of the package keeps the newest 1,000 only, fewer than a round has tokens.
const rows = new Map();
const ofGrants = new Map();

class Memory {
  constructor(model) {
    this.model = model;
  }

  name(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload) {
    const name = this.name(id);
    rows.set(name, payload);
    if (payload.uid) rows.set(`uid:${payload.uid}`, name);
    if (payload.grantId) {
      if (!ofGrants.has(payload.grantId)) ofGrants.set(payload.grantId, []);
      ofGrants.get(payload.grantId).push(name);
    }
  }

  async find(id) {
    return rows.get(this.name(id));
  }

  async findByUid(uid) {
    return rows.get(rows.get(`uid:${uid}`));
  }

  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    rows.get(this.name(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    rows.delete(this.name(id));
  }

  async revokeByGrantId(grant) {
    for (const name of ofGrants.get(grant) ?? []) rows.delete(name);
    ofGrants.delete(grant);
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'bench' };

const provider = new Provider(issuer, {
  adapter: Memory,
  jwks: { keys: [jwk] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  clients: [
    {
      client_id: id,
      client_secret: secret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: resource,
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  scopes: ['openid'],
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  // As Doorward: a refresh token with each code, and a new one at each refresh.
  issueRefreshToken: () => true,
  rotateRefreshToken: () => true,
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // The user has allowed everything.
  async loadExistingGrant(ctx) {
    const known = ctx.oidc.session.grantIdFor(id);
    if (known) return ctx.oidc.provider.Grant.find(known);
    const grant = new ctx.oidc.provider.Grant({ clientId: id, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid');
    grant.addResourceScope(resource, SCOPE);
    await grant.save();
    return grant;
  },
});

const callback = provider.callback();
const files = { cert: readFileSync(certificate), key: readFileSync(key) };
const server = createServer(files, (request, response) => {
  if (!request.url.startsWith('/interaction/')) return callback(request, response);
  // Instead of a page: the user is signed in without a password.
  provider
    .interactionFinished(request, response, { login: { accountId: USER } })
    .catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
});
server.listen(Number(new URL(issuer).port), '127.0.0.1');

// The credentials that a service accepts.

/** The kinds of credentials that a service or a route accepts; by default signed tokens only. */
export interface AcceptedCredentials {
  /** Accepts signed access tokens (RFC 9068). */
  readonly signedTokens: boolean
  /** Accepts access tokens that are validated by introspection (RFC 7662). */
  readonly referenceTokens: boolean
  /** Accepts API keys in `X-API-Key`, also validated by introspection. */
  readonly apiKeys: boolean
}

/** Signed tokens only. */
export const SIGNED_TOKENS: AcceptedCredentials = {
  signedTokens: true,
  referenceTokens: false,
  apiKeys: false,
}

/** Signed tokens and API keys. */
export const SIGNED_TOKENS_AND_KEYS: AcceptedCredentials = { ...SIGNED_TOKENS, apiKeys: true }

/** API keys and reference tokens, which stop working at most 30 seconds after their revocation. */
export const KEYS_AND_REFERENCE_TOKENS: AcceptedCredentials = {
  signedTokens: false,
  referenceTokens: true,
  apiKeys: true,
}

/** Returns a sentence that names the credentials to send. */
export function advice(accepted: AcceptedCredentials): string {
  const token = "an access token in the header 'Authorization: Bearer …'"
  const key = "'X-API-Key: …'"
  if (!accepted.apiKeys) return `Send ${token}.`
  if (!accepted.signedTokens && !accepted.referenceTokens) {
    return `Send an API key in the header ${key}.`
  }
  return `Send ${token}, or an API key in the header ${key}.`
}

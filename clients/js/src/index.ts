// Verification of Doorward's access tokens in JavaScript services.

export { Access, type AccessOptions } from './access.js'
export { Challenge } from './challenge.js'
export {
  type AcceptedCredentials,
  KEYS_AND_REFERENCE_TOKENS,
  SIGNED_TOKENS,
  SIGNED_TOKENS_AND_KEYS,
} from './credentials.js'
export {
  type Assurance,
  anyOf,
  type Condition,
  decide,
  hasEntitlement,
  hasPermission,
  hasRole,
  hasScope,
  isMachine,
  isUser,
  isVerifiedUser,
  lacks,
  type Requirement,
} from './decision.js'
export { type ExpectedProof, type Proof, tokenHash, verifyProof } from './dpop.js'
export {
  Denied,
  EventRejected,
  FetchError,
  IssuerUnavailable,
  JwksError,
  Misconfigured,
  ProofRejected,
  type Reason,
  ReplayStoreUnavailable,
  TokenRejected,
  type TokenRejection,
} from './errors.js'
export type { Lists, Revocation, SignedEvent, TargetKind } from './event.js'
export type { Document, Fetch } from './http.js'
export {
  type IntrospectionClient,
  type IntrospectionOptions,
  Introspector,
  type Post,
  ResponseTooLarge,
} from './introspection.js'
export { JwksClient, type JwksOptions } from './jwks.js'
export type { Algorithm } from './jws.js'
export { FixedKeys, KeySet, type KeySource } from './keys.js'
export { Listener } from './listener.js'
export type { Log } from './log.js'
export { type Nonces, SignedNonces } from './nonces.js'
export {
  type AuthorizationDetail,
  type Confirmation,
  type Credential,
  Principal,
  type PrincipalFields,
} from './principal.js'
export { InMemoryReplayStore, type ReplayStore } from './replay.js'
export type { HttpRequest, RequestState } from './request.js'
export { Signals, type SignalsClient, type SignalsOptions, type WhenCut } from './signals.js'

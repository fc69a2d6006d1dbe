// The caller that a verified credential identifies.

/** What the caller presented. */
export type Credential = 'signed_token' | 'reference_token' | 'api_key'

/** The key or certificate that a token is bound to (`cnf`, RFC 7800). */
export interface Confirmation {
  /** The thumbprint of the key that signs DPoP proofs (RFC 9449 section 6.1). */
  readonly jkt: string | null
  /** The thumbprint of the client's certificate (RFC 8705 section 3.1). */
  readonly x5tS256: string | null
  /** Other methods, which are not supported: a token with one is never accepted. */
  readonly others: Readonly<Record<string, unknown>>
}

/** Returns true if there is a known confirmation and no unknown one. */
export function isUnderstood(bound: Confirmation): boolean {
  return Object.keys(bound.others).length === 0 && (bound.jkt !== null || bound.x5tS256 !== null)
}

/** An authorization detail (RFC 9396). */
export type AuthorizationDetail = Readonly<Record<string, unknown>> & { readonly type: string }

/** The members of a `Principal`. */
export interface PrincipalFields {
  /** The user, or the client itself if it acts on its own behalf. */
  readonly subject: string
  /** The client that holds the token. */
  readonly clientId: string
  /** The identifier of the token, or of the API key. */
  readonly jti: string
  /** The expiry of the token in Unix seconds. */
  readonly expiresAt: number
  /** The scope that the user granted to the client. */
  readonly scope: readonly string[]
  /** Names of roles. */
  readonly roles: readonly string[]
  /** Names of groups. */
  readonly groups: readonly string[]
  /** Paths of the groups that the user manages, and of their subgroups. */
  readonly managedGroups: readonly string[]
  /** Permissions of the user at this resource, such as `tasks:write`. */
  readonly entitlements: readonly string[]
  /** The organization in which the user acts. Filter every query by it. */
  readonly org: string | null
  /** True if the user's e-mail address is verified; false if the token does not say. */
  readonly emailVerified: boolean
  /** The authentication context class of the sign-in. */
  readonly acr: string | null
  /** The authentication methods of the sign-in. */
  readonly amr: readonly string[]
  /** The time of the sign-in in Unix seconds. */
  readonly authTime: number | null
  /** The session in which the token was issued. */
  readonly sid: string | null
  /** The key that the sender must prove; null for a bearer token. */
  readonly confirmation: Confirmation | null
  /** Authorization details that the user granted (RFC 9396). Your service checks them. */
  readonly authorizationDetails: readonly AuthorizationDetail[]
  /** What the caller presented. */
  readonly credential: Credential
  /** All claims of the token, or of the response to its introspection, for custom ones. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** The caller of a request. */
// The interface gives the class the members, so that each is written once.
export interface Principal extends PrincipalFields {}
export class Principal {
  constructor(fields: PrincipalFields) {
    Object.assign(this, fields)
  }

  /** True for a machine: a client that acts on its own behalf (RFC 9068 section 2.2). */
  get isService(): boolean {
    return this.subject === this.clientId
  }

  /** True for a user: some client acts on behalf of the subject. */
  get isUser(): boolean {
    return !this.isService
  }

  /** True for a user with a verified e-mail address. */
  get isVerifiedUser(): boolean {
    return this.isUser && this.emailVerified
  }

  /** Returns true if the scope has all these names. */
  hasScope(...names: string[]): boolean {
    return names.every((name) => this.scope.includes(name))
  }

  /** Returns true if the caller has all these roles. */
  hasRole(...names: string[]): boolean {
    return names.every((name) => this.roles.includes(name))
  }

  /** Returns true if the caller has all these permissions. */
  hasEntitlement(...names: string[]): boolean {
    return names.every((name) => this.entitlements.includes(name))
  }
}

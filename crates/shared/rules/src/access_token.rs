//! Claims of access tokens and ID tokens (RFC 9068 §2.2, OIDC Core §2).

pub use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_access::jwt::claims::{Audience, IdTokenClaims};
use doorward_protocol::token::Actor;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256, Sha512};
use uuid::Uuid;

use crate::delegation::Carried;
use crate::prelude::*;
use crate::{assurance, authorize, claims, client_power, client_profile, delegation, former_names};
use doorward_domain::model::former_name::FormerName;
use doorward_domain::model::{AskedClaims, Authentication, GrantId, GrantOrigin};

#[derive(Clone, Copy, Debug)]
pub struct Issuance<'a> {
    /// The issuer identifier (RFC 8414 §2).
    pub issuer: &'a str,
    pub now: UnixSeconds,
    /// The TTL of the token in seconds.
    pub ttl: i64,
    /// Roles whose holders are staff of the operator.
    pub staff_roles: &'a [String],
    /// The registered scopes, which decide at which resources a scope gives access.
    pub scopes: &'a [ScopeEntry],
    /// Former names of scopes, which the token contains beside the present ones.
    pub former: &'a [FormerName],
    /// The claims that the resources of the token ask for.
    pub asked: AskedClaims,
}

impl Issuance<'_> {
    /// Returns the readers of a user's token with this audience: every registered resource, and this
    /// server only for a client of the operator (`is_own`) or with a scope of this server.
    fn readers(&self, scope: &Scope, aud: &Audience, is_own: bool) -> Readers {
        let issuer = [self.issuer];
        let mut own_scopes = client_power::entitlements(self.scopes, scope, &issuer);
        let is_read_here = is_own || own_scopes.next().is_some();
        let may_read = |audience: &&str| *audience != self.issuer || is_read_here;
        let asked = if is_own {
            AskedClaims {
                roles: self.asked.roles,
                ..AskedClaims::ALL
            }
        } else if aud.iter().any(|audience| audience != self.issuer) {
            self.asked
        } else {
            // Every client can get a token for this server alone.
            AskedClaims::default()
        };
        Readers {
            audiences: aud.iter().filter(may_read).map(str::to_owned).collect(),
            asked,
        }
    }

    /// Returns what the token of a client that acts for itself carries: its roles at these resources,
    /// their permissions, and its scopes of these resources.
    fn carry_own(&self, roles: &EffectiveRoles, aud: &Audience, scope: &Scope) -> Carried {
        let audiences = aud.as_slice();
        let named = client_power::entitlements(self.scopes, scope, audiences);
        let named = former_names::with_former(&named.collect(), self.former);
        let mut entitlements: BTreeSet<String> = roles.entitlements(audiences);
        entitlements.extend(named.iter().map(str::to_owned));
        delegation::carry(roles, roles.roles_at(audiences), entitlements)
    }

    /// Returns the claims that every access token has, without a holder and a subject.
    fn claims(
        &self,
        aud: Audience,
        scope: &Scope,
        carried: Carried,
        jti: String,
    ) -> AccessTokenClaims {
        AccessTokenClaims {
            iss: self.issuer.to_owned(),
            aud,
            exp: self.now + self.ttl,
            iat: self.now,
            jti,
            scope: former_names::with_former(scope, self.former),
            roles: carried.roles,
            groups: carried.groups,
            entitlements: carried.entitlements,
            managed_groups: carried.managed_groups,
            overage: carried.overage,
            // The signer sets the key that the token is bound to, the details that apply at its
            // audience, and the custom claims.
            ..AccessTokenClaims::default()
        }
    }

    fn audience(&self, resources: &[String]) -> Audience {
        match resources {
            [] => Audience::One(self.issuer.to_owned()),
            [only] => Audience::One(only.clone()),
            many => Audience::Many(many.to_vec()),
        }
    }
}

/// Generates a `jti` that contains its grant: `<grant>.<128 random bits>`. So the identity server
/// can reject an access token of a revoked grant without a row for each token.
pub fn token_id(grant: Option<GrantId>, rng: &mut impl CryptoRng) -> String {
    let mut bytes = [0_u8; 16];
    rng.fill_bytes(&mut bytes);
    // A grant has 32 digits, and 128 bits have 22 characters.
    let mut id = String::with_capacity(32 + 1 + 22);
    if let Some(grant) = grant {
        let mut digits = Uuid::encode_buffer();
        id.push_str(grant.as_uuid().simple().encode_lower(&mut digits));
        id.push('.');
    }
    URL_SAFE_NO_PAD.encode_string(bytes, &mut id);
    id
}

/// Returns the grant in a `jti` made by [`token_id`].
pub fn grant_of(jti: &str) -> Option<GrantId> {
    let (grant, _) = jti.split_once('.').filter(|(grant, _)| grant.len() == 32)?;
    Uuid::try_parse(grant).ok().map(GrantId::from_uuid)
}

/// Builds the claims of a user's access token for one grant.
///
/// It contains what its resources decide by: the roles and permissions that mean something there, and
/// the groups, all roles and `email_verified` if a resource asks for them, which RFC 9068 §2.2.2
/// allows. A token for this server
/// alone contains only what its scope allows, because every client can get and read one. It contains
/// user name and e-mail address only if the user signed in to a client of the operator. Other clients
/// get them from userinfo, if their scope allows it.
pub fn for_user(
    issuance: &Issuance<'_>,
    grant: &Grant,
    user: &User,
    scope: &Scope,
    resources: &[String],
    roles: &EffectiveRoles,
    jti: String,
) -> AccessTokenClaims {
    let aud = issuance.audience(resources);
    let is_own = grant.origin == GrantOrigin::AccountApi;
    let readers = issuance.readers(scope, &aud, is_own);
    let carried = readers.carry(scope, roles);
    let named = is_own.then_some(user);
    // An assertion of another issuer is no sign-in here, and an administrator who acts as the user
    // authenticated as another one.
    let session = (grant.origin != GrantOrigin::Assertion).then_some(grant.session_id);
    let proof = session.and(user_proof(grant));
    AccessTokenClaims {
        sub: grant.user_id.to_string(),
        client_id: grant.client_id.as_str().to_owned(),
        // The token expires no later than the grant and its consent.
        exp: (issuance.now + issuance.ttl).min(grant.expires_at),
        auth_time: proof.map(|proof| proof.auth_time),
        acr: proof.map(|proof| proof.acr.clone()),
        amr: proof.map(|proof| proof.amr.clone()).unwrap_or_default(),
        sid: session.map(|session| session.to_string()),
        org: grant.org.clone(),
        email_verified: readers.email_verified(scope, user),
        username: named.and_then(User::named).map(str::to_owned),
        email: named.map(|user| user.email.clone()),
        // A role in an organization does not make the user staff.
        is_staff: named.map(|user| match grant.org {
            None => user.is_staff_with(roles, issuance.staff_roles),
            Some(_) => user.is_staff,
        }),
        ..issuance.claims(aud, scope, carried, jti)
    }
}

/// Returns the authentication of the user; none if an administrator acts as the user.
fn user_proof(grant: &Grant) -> Option<&Authentication> {
    (grant.origin != GrantOrigin::Impersonation).then_some(&grant.authentication)
}

/// Builds the claims of a client's own access token (RFC 6749 §4.4).
///
/// Its entitlements are the permissions of its roles, and those that an administrator granted it as
/// scopes: no user's permissions limit them.
pub fn for_client(
    issuance: &Issuance<'_>,
    client: &Client,
    org: Option<&str>,
    scope: &Scope,
    resources: &[String],
    roles: &EffectiveRoles,
    jti: String,
) -> AccessTokenClaims {
    let aud = issuance.audience(resources);
    let carried = issuance.carry_own(roles, &aud, scope);
    AccessTokenClaims {
        sub: client.id.as_str().to_owned(),
        client_id: client.id.as_str().to_owned(),
        org: org.map(str::to_owned),
        ..issuance.claims(aud, scope, carried, jti)
    }
}

/// The content of a token that results from a token exchange (RFC 8693 §2.2).
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The client that exchanges the token and receives the new one.
    pub client: &'a Client,
    pub subject: &'a AccessTokenClaims,
    /// The user of the token; none for a client's own token.
    pub user: Option<&'a User>,
    pub scope: &'a Scope,
    pub resources: &'a [String],
    pub details: &'a AuthorizationDetails,
    pub roles: &'a EffectiveRoles,
    pub act: Option<&'a Actor>,
    pub until: UnixSeconds,
}

/// Builds the claims of the new token of an exchange. It keeps authentication, organization and
/// session of the exchanged token, and expires no later. It contains no user name and no e-mail
/// address.
pub fn for_exchange(issuance: &Issuance<'_>, to: &Exchange<'_>, jti: String) -> AccessTokenClaims {
    let aud = issuance.audience(to.resources);
    let readers = issuance.readers(to.scope, &aud, false);
    let subject = to.subject;
    let carried = match to.user {
        Some(_) => readers.carry(to.scope, to.roles),
        None => issuance.carry_own(to.roles, &aud, to.scope),
    };
    AccessTokenClaims {
        sub: subject.sub.clone(),
        client_id: to.client.id.as_str().to_owned(),
        exp: (issuance.now + issuance.ttl).min(to.until),
        auth_time: subject.auth_time,
        acr: subject.acr.clone(),
        amr: subject.amr.clone(),
        sid: subject.sid.clone(),
        org: subject.org.clone(),
        email_verified: to
            .user
            .and_then(|user| readers.email_verified(to.scope, user)),
        act: to.act.cloned(),
        may_act: subject.may_act.clone(),
        ..issuance.claims(aud, to.scope, carried, jti)
    }
}

/// The audiences that may read claims about the user of a token.
#[derive(Debug)]
struct Readers {
    /// The audiences whose roles and permissions the token contains.
    audiences: Vec<String>,
    /// The claims that an audience asks for, whatever the scope is.
    asked: AskedClaims,
}

impl Readers {
    fn carry(&self, scope: &Scope, roles: &EffectiveRoles) -> Carried {
        let entitlements = roles.entitlements(&self.audiences);
        self.carry_within(delegation::MAX_CLAIM, scope, roles, entitlements)
    }

    /// Returns the roles of a credential with this scope, its groups if they may be read, and these
    /// entitlements, each list within `room` bytes.
    fn carry_within(
        &self,
        room: usize,
        scope: &Scope,
        roles: &EffectiveRoles,
        entitlements: BTreeSet<String>,
    ) -> Carried {
        let there = self.roles(scope, roles);
        if self.asked.groups || scope.contains("groups") {
            return delegation::carry_within(room, roles, there, entitlements);
        }
        delegation::carry_within(room, &EffectiveRoles::default(), there, entitlements)
    }

    fn roles(&self, scope: &Scope, roles: &EffectiveRoles) -> BTreeSet<String> {
        if self.asked.roles || scope.contains("roles") {
            roles.roles.clone()
        } else if self.audiences.is_empty() {
            BTreeSet::new()
        } else {
            roles.roles_at(&self.audiences)
        }
    }

    fn email_verified(&self, scope: &Scope, user: &User) -> Option<bool> {
        (self.asked.email_verified || scope.contains("email")).then_some(user.email_verified)
    }
}

/// Returns what an API key with this scope carries at these resources: the roles and groups that an
/// access token for them has, and as permissions those of the key.
pub fn for_key(
    audiences: &[String],
    asked: AskedClaims,
    scope: &Scope,
    roles: &EffectiveRoles,
) -> Carried {
    let readers = Readers {
        audiences: audiences.to_vec(),
        asked,
    };
    let entitlements = scope.iter().map(str::to_owned).collect();
    readers.carry_within(delegation::MAX_INTROSPECTED, scope, roles, entitlements)
}

/// Replaces the lists that a token could not carry (`overage`) by those of its subject today, for the
/// introspection response. `asked` is what the resources of the token ask for; `is_client` is set for
/// a client's own token.
pub fn complete(
    claims: AccessTokenClaims,
    roles: &EffectiveRoles,
    asked: AskedClaims,
    is_client: bool,
) -> AccessTokenClaims {
    const ROOM: usize = delegation::MAX_INTROSPECTED;
    let audiences = claims.aud.as_slice();
    let at = if is_client {
        roles.roles_at(audiences)
    } else {
        let audiences = audiences.to_vec();
        Readers { audiences, asked }.roles(&claims.scope, roles)
    };
    // A client's own token also has permissions by its scope.
    let mut entitlements: BTreeSet<String> = roles.entitlements(audiences);
    entitlements.extend(claims.entitlements.iter().cloned());
    let all = delegation::carry_within(ROOM, roles, at, entitlements);
    let is_cut = |name: &str| claims.overage.iter().any(|list| list == name);
    let overage = all.overage.iter().filter(|name| is_cut(name));
    let overage: Vec<String> = overage.cloned().collect();
    let [roles, groups, entitlements, managed_groups] =
        ["roles", "groups", "entitlements", "managed_groups"].map(is_cut);
    let choose = |cut: bool, whole: Vec<String>, carried: Vec<String>| {
        if cut { whole } else { carried }
    };
    AccessTokenClaims {
        roles: choose(roles, all.roles, claims.roles),
        groups: choose(groups, all.groups, claims.groups),
        entitlements: choose(entitlements, all.entitlements, claims.entitlements),
        managed_groups: choose(managed_groups, all.managed_groups, claims.managed_groups),
        overage,
        ..claims
    }
}

/// The sign-in that an ID token describes.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    pub user: &'a User,
    /// The user's effective roles and groups in the organization of the grant.
    pub roles: &'a EffectiveRoles,
    /// The `nonce` of the request; none at a refresh (OIDC Core §12.2).
    pub nonce: Option<&'a str>,
}

/// Builds the ID token that accompanies an access token: at the code exchange, and at a refresh with
/// the same issuer, subject, audience, time of authentication and session (OIDC Core §12.2).
///
/// It contains the individually requested claims, and those of the granted scopes `profile`,
/// `email`, `groups` and `roles`, unless the client receives the latter only from userinfo. OIDC
/// Core §5.4 lets the server decide this if an access token is issued; most relying parties read
/// them here. `scope` is that of the access token: a refresh may narrow it.
pub fn id_token(
    issuance: &Issuance<'_>,
    client: &Client,
    grant: &Grant,
    scope: &Scope,
    described: Described<'_>,
    access_token: &str,
) -> IdTokenClaims {
    let client_id = grant.client_id.as_str().to_owned();
    // The client's current scopes limit what was granted earlier.
    let is_today = |name: &str| scope.contains(name) && client.scopes.contains(name);
    let in_token = |name: &&str| client.claims_in_id_token && is_today(name);
    let scope: Scope = claims::IN_ID_TOKEN.into_iter().filter(in_token).collect();
    let sources = claims::ClaimSources {
        issuer: issuance.issuer,
        user: described.user,
        roles: Some(described.roles),
        room: delegation::MAX_CLAIM,
    };
    let named = authorize::claims_within(&grant.claims, &client.scopes).id_token;
    let extra = claims::release(&sources, &scope, &named);
    let essential = authorize::essential_acr(&grant.claims);
    let proof = user_proof(grant);
    let end = issuance.now + issuance.ttl;
    IdTokenClaims {
        iss: issuance.issuer.to_owned(),
        sub: grant.user_id.to_string(),
        aud: Audience::One(client_id.clone()),
        azp: Some(client_id),
        exp: if proof.is_some() {
            end
        } else {
            end.min(grant.expires_at)
        },
        iat: issuance.now,
        auth_time: proof.map(|proof| proof.auth_time),
        nonce: described.nonce.map(str::to_owned),
        acr: proof.map(|proof| assurance::stated(&proof.acr, &essential).to_owned()),
        amr: proof.map(|proof| proof.amr.clone()).unwrap_or_default(),
        at_hash: Some(at_hash(client_profile::id_token_alg(client), access_token)),
        sid: Some(grant.session_id.to_string()),
        extra,
    }
}

/// Computes `at_hash`: the left half of the hash that the ID token's algorithm uses (OIDC Core
/// §3.1.3.6). That is SHA-256, and SHA-512 for Ed25519 (RFC 8032 §5.1).
pub fn at_hash(alg: SigningAlg, access_token: &str) -> String {
    let token = access_token.as_bytes();
    match alg {
        SigningAlg::Rs256 | SigningAlg::Ps256 | SigningAlg::Es256 => {
            URL_SAFE_NO_PAD.encode(&Sha256::digest(token)[..16])
        }
        SigningAlg::EdDsa => URL_SAFE_NO_PAD.encode(&Sha512::digest(token)[..32]),
    }
}

#[cfg(test)]
mod tests;

//! The sender of a request to a site: by the cookie of the host, or by an access token or an API key.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use doorward_access::jwt::claims::{AccessTokenClaims, Audience};
use doorward_domain::model::{
    Authentication, EffectiveRoles, GrantId, OrgScope, Session, Site, User, UserId,
};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_domain::time::UnixSeconds;
use doorward_oauth::introspect::introspect;
use doorward_protocol::bearer::access_token_from_header;
use doorward_protocol::introspection::{API_KEY, IntrospectionRequest};
use doorward_protocol::revocation::TokenHintRequest;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenType;
use doorward_rules::access_token::grant_of;
use doorward_rules::grant_check::{GrantState, check_grant};
use doorward_services::context::Context;
use doorward_services::error::Result;
use doorward_services::read_cache::{CacheEpoch, ReadCache};
use doorward_services::{factors, session};
use doorward_store::{Conn, StoreError, repo};

use crate::endpoint::caller;
use crate::hosts::find_site;
use crate::proxy::Arrival;
use crate::rule::{Credential, Visitor};
use crate::{client, identity, token};

/// Maximum number of visits that are kept within a second.
const VISITS: u64 = 10_000;
const SITES: u64 = 1_000;

/// A user who sent a request to a host, and what the application gets about them.
#[derive(Clone, Debug)]
pub struct Visit {
    pub user: User,
    pub visitor: Visitor,
    /// The session at this server; `None` without a cookie.
    pub session: Option<Session>,
    /// The headers for the application, without the token.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The claims of the token for the application, which each signature completes.
    pub claims: AccessTokenClaims,
    /// Digest of the claims.
    pub said: TokenHash,
    /// Grant of the session or the access token.
    pub grant: Option<GrantId>,
}

/// The proof that a user sent a request.
struct Proof {
    credential: Credential,
    authentication: Option<Authentication>,
    /// Permissions of an access token or an API key, which has no others.
    permissions: Option<BTreeSet<String>>,
    session: Option<Session>,
    /// Session that a token names.
    sid: Option<String>,
    grant: Option<GrantId>,
    expires_at: UnixSeconds,
}

/// Reads of requests, kept within the same second until this process writes (decision 70).
#[derive(Debug)]
pub struct Visits {
    /// By the hash of the cookie, and the origin that it was sent to.
    by_cookie: ReadCache<Vec<u8>, Option<Arc<Visit>>>,
    sites: ReadCache<String, Option<Arc<Site>>>,
}

impl Default for Visits {
    fn default() -> Self {
        Self {
            by_cookie: ReadCache::new(VISITS),
            sites: ReadCache::new(SITES),
        }
    }
}

impl Visits {
    /// Returns the site of a host.
    pub async fn site(&self, context: &Context, arrival: &Arrival) -> Result<Option<Arc<Site>>> {
        let core = &context.core;
        let read = async {
            let found = find_site(core.db.read(), Some(&core.config), &arrival.host);
            Ok(found.await?.map(Arc::new))
        };
        let epoch = CacheEpoch::current(&core.db, core.now());
        self.sites.get(epoch, arrival.host.to_string(), read).await
    }

    /// Returns the user of a cookie of this site and host; `None` for every cookie that is not valid there.
    pub async fn by_cookie(
        &self,
        context: &Context,
        site: &Site,
        arrival: &Arrival,
        cookie: Option<&OpaqueToken>,
    ) -> Result<Option<Arc<Visit>>> {
        let Some(cookie) = cookie else {
            return Ok(None);
        };
        let core = &context.core;
        let (hash, origin) = (cookie.hash(), arrival.origin());
        let key = [hash.as_bytes(), origin.as_bytes()].concat();
        let epoch = CacheEpoch::current(&core.db, core.now());
        let read = read(context, site, arrival, origin, hash);
        self.by_cookie.get(epoch, key, read).await
    }
}

/// Reads the user of a cookie by the rules of a token: the grant, its client, the session and the user.
async fn read(
    context: &Context,
    site: &Site,
    arrival: &Arrival,
    origin: String,
    hash: TokenHash,
) -> Result<Option<Arc<Visit>>> {
    let core = &context.core;
    let conn = core.db.read();
    let Some(found) = repo::site_sessions::find(conn, &hash).await? else {
        return Ok(None);
    };
    let own = &found.site_session;
    if own.site_id != site.id || own.host != arrival.host.as_str() {
        return Ok(None);
    }
    let Some(client) = context.client(found.grant.client_id.as_str()).await? else {
        return Ok(None);
    };
    let state = GrantState {
        client: &client,
        grantee: &client,
        grant: &found.grant,
        user: Some(&found.user),
        session: Some(&found.session),
        is_member: true,
        demand: factors::requirement(core, conn, found.user.id).await?,
    };
    let is_valid = check_grant(&state, core.now()).is_ok()
        && found.session.is_live(core.now())
        && !core.requires_verification_of(&found.user);
    if !is_valid {
        return Ok(None);
    }
    let Some(signed_in) = session::used(core, found.session, found.user).await? else {
        return Ok(None);
    };
    let proof = Proof {
        credential: Credential::Session,
        authentication: Some(signed_in.proof),
        permissions: None,
        sid: Some(signed_in.session.id.to_string()),
        grant: Some(found.grant.id),
        expires_at: signed_in.session.expires_at,
        session: Some(signed_in.session),
    };
    visit(context, site, origin, signed_in.user, proof)
        .await
        .map(Some)
}

/// Returns the user of an access token or an API key in the header `Authorization`, if a rule of the site accepts
/// one. The token has this origin, or the client of the site, as an audience. A token that is bound to a key or a
/// certificate is not accepted: its proof is for the proxy.
pub async fn by_token(
    context: &Context,
    site: &Site,
    arrival: &Arrival,
    authorization: Option<&str>,
    request: &HttpRequest,
) -> Result<Option<Arc<Visit>>> {
    let mut rules = site.rules.iter();
    let is_accepted = rules.any(|rule| rule.access_tokens || rule.api_keys);
    let sent = authorization.filter(|_| is_accepted);
    let Some(Ok((TokenType::Bearer, token))) = sent.map(access_token_from_header) else {
        return Ok(None);
    };
    let client = client::ensure(context, site).await?;
    let caller = caller(request, arrival);
    let question = IntrospectionRequest {
        token: TokenHintRequest {
            token: token.to_owned(),
            hint: None,
        },
        client_address: Some(arrival.address),
    };
    let answer = introspect(context, &client, &question, &caller).await?;
    let origin = arrival.origin();
    let is_for = |audience: &String| *audience == origin || audience == client.id.as_str();
    // A client that acts for itself is no user.
    let is_user = answer.client_id.is_none() || answer.client_id != answer.sub;
    let is_usable =
        is_user && answer.active && answer.cnf.is_none() && answer.aud.iter().any(is_for);
    let subject = answer.sub.as_deref().and_then(UserId::parse);
    let Some(user) = subject.filter(|_| is_usable) else {
        return Ok(None);
    };
    let user = repo::users::find_by_id(context.core.db.read(), user).await?;
    let Some(user) = user.filter(User::is_active) else {
        return Ok(None);
    };
    let is_key = answer.token_type.as_deref() == Some(API_KEY);
    let authentication = || {
        Some(Authentication {
            auth_time: answer.auth_time?,
            acr: answer.acr.clone()?,
            amr: answer.amr.clone(),
        })
    };
    let permissions = if is_key {
        let scope = answer.scope.iter().flat_map(Scope::iter);
        scope.map(str::to_owned).collect()
    } else {
        answer.entitlements.iter().cloned().collect()
    };
    let proof = Proof {
        credential: if is_key {
            Credential::ApiKey
        } else {
            Credential::AccessToken
        },
        authentication: authentication(),
        permissions: Some(permissions),
        session: None,
        sid: answer.sid.clone(),
        grant: answer.jti.as_deref().and_then(grant_of),
        expires_at: answer.exp.unwrap_or_default(),
    };
    visit(context, site, origin, user, proof).await.map(Some)
}

/// Reads the roles of a user, and builds what the application gets at this origin.
async fn visit(
    context: &Context,
    site: &Site,
    origin: String,
    user: User,
    proof: Proof,
) -> Result<Arc<Visit>> {
    let core = &context.core;
    let by = (proof.credential, proof.authentication);
    let (mut visitor, mut held) = facts(core.db.read(), site, user.id, by, core.now()).await?;
    if proof.credential == Credential::ApiKey {
        held = EffectiveRoles::default();
    }
    let entitlements = match proof.permissions {
        Some(permissions) => {
            visitor.permissions.clone_from(&permissions);
            permissions
        }
        None => held.entitlements(std::slice::from_ref(&origin)),
    };
    let base = AccessTokenClaims {
        iss: core.issuer().to_owned(),
        client_id: client::id_of(site.id)?.to_string(),
        aud: Audience::One(origin),
        exp: proof.expires_at,
        sid: proof.sid,
        ..AccessTokenClaims::default()
    };
    let claims = token::claims(base, &user, &visitor, &held, entitlements);
    Ok(Arc::new(Visit {
        headers: identity::headers(site, &user, &held),
        said: token::digest(&claims, proof.grant)?,
        grant: proof.grant,
        claims,
        user,
        visitor,
        session: proof.session,
    }))
}

/// Reads the roles, groups and permissions of a user: those outside organizations, and those in the organization
/// of the site for its members.
pub async fn facts(
    conn: &Conn,
    site: &Site,
    user: UserId,
    (credential, authentication): (Credential, Option<Authentication>),
    now: UnixSeconds,
) -> Result<(Visitor, EffectiveRoles), StoreError> {
    let org = match site.settings.organization.as_deref() {
        Some(slug) => repo::organizations::membership(conn, slug, user)
            .await?
            .map(|_| slug),
        None => None,
    };
    let held = repo::roles::effective_for_user_in(conn, user, OrgScope::from_org(org), now).await?;
    let permissions = held.every_permission();
    let visitor = Visitor {
        permissions: permissions.into_iter().map(str::to_owned).collect(),
        roles: held.roles.clone(),
        groups: repo::groups::ids_of_user(conn, user, org).await?,
        credential,
        authentication,
    };
    Ok((visitor, held))
}

//! The sender of a request to a site: by the cookie of the host, or by an access token or an API key.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use doorward_access::jwt::claims::{AccessTokenClaims, Audience};
use doorward_domain::model::{
    Authentication, EffectiveRoles, GrantId, OrgScope, Session, Site, User, UserId,
};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_domain::time::UnixSeconds;
use doorward_http_common::header;
use doorward_oauth::introspect::introspect;
use doorward_protocol::bearer::access_token_from_header;
use doorward_protocol::introspection::{API_KEY, IntrospectionRequest};
use doorward_protocol::revocation::TokenHintRequest;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenType;
use doorward_rules::access_token::grant_of;
use doorward_rules::delegation::carry_within;
use doorward_rules::grant_check::{GrantState, check_grant};
use doorward_services::context::Context;
use doorward_services::error::Result;
use doorward_services::read_cache::{CacheEpoch, ReadCache};
use doorward_services::{factors, session};
use doorward_store::{Conn, StoreError, repo};

use crate::hosts::find_site;
use crate::rule::{Arrival, Credential, Visitor};
use crate::token::TokenContent;
use crate::{client, identity, proxy};

/// Maximum number of visits that are kept within a second.
const VISITS: u64 = 10_000;
const SITES: u64 = 1_000;
/// Maximum length of a list of names in a token in bytes, so that the header stays below the limits of proxies.
const MAX_LIST: usize = 1_536;

/// A user who sent a request to a host, and what the application gets about them.
#[derive(Clone, Debug)]
pub struct Visit {
    pub user: User,
    pub visitor: Visitor,
    /// The session at this server; `None` without a cookie.
    pub session: Option<Session>,
    /// The headers for the application, without the token.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The content of the token for the application.
    pub token: TokenContent,
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
}

/// A request to a site, whose sender is to be found.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub context: &'a Context,
    pub request: &'a HttpRequest,
    pub arrival: &'a Arrival,
    pub site: &'a Site,
}

impl Asked<'_> {
    /// Returns the user of a cookie of this site and host; `None` for every cookie that is not valid there.
    pub async fn by_cookie(self, cookie: Option<&OpaqueToken>) -> Result<Option<Arc<Visit>>> {
        let Some(hash) = cookie.map(OpaqueToken::hash) else {
            return Ok(None);
        };
        let core = &self.context.core;
        let key = [hash.as_bytes(), self.arrival.origin().as_bytes()].concat();
        let epoch = CacheEpoch::current(&core.db, core.now());
        let visits = self.context.parts.get::<Visits>();
        visits.by_cookie.get(epoch, key, self.read(&hash)).await
    }

    /// Reads the user of a cookie by the rules of a token: the grant, its client, the session and the user.
    async fn read(self, hash: &TokenHash) -> Result<Option<Arc<Visit>>> {
        let core = &self.context.core;
        let conn = core.db.read();
        let Some(found) = repo::site_sessions::find(conn, hash).await? else {
            return Ok(None);
        };
        let own = &found.site_session;
        if own.site_id != self.site.id || own.host != self.arrival.host.as_str() {
            return Ok(None);
        }
        let Some(client) = self.context.client(found.grant.client_id.as_str()).await? else {
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
        self.visit(signed_in.user, proof).await
    }

    /// Returns the user of an access token or an API key in the header `Authorization`, if a rule of the site accepts
    /// one. The token has this origin, or the client of the site, as an audience. A token that is bound to a key or a
    /// certificate is not accepted: its proof is for the proxy.
    pub async fn by_token(self) -> Result<Option<Arc<Visit>>> {
        let mut rules = self.site.rules.iter();
        let is_accepted = rules.any(|rule| rule.access_tokens || rule.api_keys);
        let sent = header::only_text(self.request.headers(), AUTHORIZATION);
        let sent = sent.ok().flatten().filter(|_| is_accepted);
        let Some(Ok((TokenType::Bearer, token))) = sent.map(access_token_from_header) else {
            return Ok(None);
        };
        let client = client::ensure(self.context, self.site).await?;
        let caller = proxy::caller(self.arrival, self.request);
        let question = IntrospectionRequest {
            token: TokenHintRequest {
                token: token.to_owned(),
                hint: None,
            },
            client_address: Some(self.arrival.address),
        };
        let answer = introspect(self.context, &client, &question, &caller).await?;
        let origin = self.arrival.origin();
        let is_for = |audience: &String| *audience == origin || audience == client.id.as_str();
        // A client that acts for itself is no user.
        let is_user = answer.client_id.is_none() || answer.client_id != answer.sub;
        let is_usable =
            is_user && answer.active && answer.cnf.is_none() && answer.aud.iter().any(is_for);
        let subject = answer.sub.as_deref().and_then(UserId::parse);
        let Some(user) = subject.filter(|_| is_usable) else {
            return Ok(None);
        };
        let user = repo::users::find_by_id(self.context.core.db.read(), user).await?;
        let Some(user) = user.filter(User::is_active) else {
            return Ok(None);
        };
        let authentication = answer
            .auth_time
            .zip(answer.acr.clone())
            .map(|(auth_time, acr)| Authentication {
                auth_time,
                acr,
                amr: answer.amr.clone(),
            });
        let (credential, permissions) = if answer.token_type.as_deref() == Some(API_KEY) {
            let scope = answer.scope.iter().flat_map(Scope::iter);
            (Credential::ApiKey, scope.map(str::to_owned).collect())
        } else {
            (
                Credential::AccessToken,
                answer.entitlements.iter().cloned().collect(),
            )
        };
        let proof = Proof {
            credential,
            authentication,
            permissions: Some(permissions),
            session: None,
            sid: answer.sid.clone(),
            grant: answer.jti.as_deref().and_then(grant_of),
            expires_at: answer.exp.unwrap_or_default(),
        };
        self.visit(user, proof).await
    }

    /// Reads the roles of a user, and builds what the application gets at this origin. Lists that are too long for a
    /// token are cut, and `overage` names them.
    async fn visit(self, user: User, proof: Proof) -> Result<Option<Arc<Visit>>> {
        let (core, site, origin) = (&self.context.core, self.site, self.arrival.origin());
        let by = (proof.credential, proof.authentication.clone());
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
        let carried = carry_within(MAX_LIST, &held, held.roles.clone(), entitlements);
        let authentication = proof.authentication;
        let name = user
            .profile
            .name()
            .map(|name| ("name".to_owned(), name.into()));
        let claims = AccessTokenClaims {
            iss: core.issuer().to_owned(),
            sub: user.id.to_string(),
            client_id: client::id_of(site.id)?.to_string(),
            aud: Audience::One(origin),
            exp: proof.expires_at,
            sid: proof.sid,
            auth_time: authentication.as_ref().map(|own| own.auth_time),
            acr: authentication.as_ref().map(|own| own.acr.clone()),
            amr: authentication.map(|own| own.amr).unwrap_or_default(),
            roles: carried.roles,
            groups: carried.groups,
            managed_groups: carried.managed_groups,
            entitlements: carried.entitlements,
            overage: carried.overage,
            username: user.named().map(str::to_owned),
            email: user.email_verified.then(|| user.email.clone()),
            email_verified: Some(user.email_verified),
            extra: name.into_iter().collect(),
            ..AccessTokenClaims::default()
        };
        Ok(Some(Arc::new(Visit {
            headers: identity::headers(site, &user, &held),
            token: TokenContent::new(claims, proof.grant)?,
            user,
            visitor,
            session: proof.session,
        })))
    }
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

//! The sender of a request to a site: by the cookie of the host, or by an access token or an API key.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use doorward_access::jwt::claims::{AccessTokenClaims, Audience};
use doorward_domain::model::{
    Authentication, Client, EffectiveRoles, GrantId, OrgScope, Session, Site, SiteSession, User,
    UserId,
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
use doorward_services::caller::Caller;
use doorward_services::context::Core;
use doorward_services::error::{Result, ServerError};
use doorward_services::read_cache::{CacheEpoch, ReadCache};
use doorward_services::{factors, session};
use doorward_store::{Conn, StoreError, repo};
use doorward_web::request::received_request;
use doorward_web::web_context::WebContext;

use crate::browser::{self, CookieName};
use crate::hosts::find_site;
use crate::page::{self, PageKind};
use crate::rule::{Arrival, Credential, Visitor, demands_groups};
use crate::token::TokenContent;
use crate::{client, identity};

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

/// A request to a site, whose sender is to be found.
pub struct Asked<'a> {
    pub web: &'a WebContext,
    pub request: &'a HttpRequest,
    pub arrival: Arrival,
    pub site: Arc<Site>,
}

impl<'a> Asked<'a> {
    /// Returns the request with the site of its host; `None` for a host without a site.
    pub async fn find(
        web: &'a WebContext,
        request: &'a HttpRequest,
        arrival: Arrival,
    ) -> Result<Option<Self>> {
        let core = &web.context.core;
        let read = async {
            let found = find_site(core.db.read(), Some(&core.config), &arrival.host).await?;
            Ok::<_, ServerError>(found.map(Arc::new))
        };
        let epoch = CacheEpoch::current(&core.db, core.now());
        let sites = &web.context.parts.get::<Visits>().sites;
        let site = sites.get(epoch, arrival.host.to_string(), read).await?;
        Ok(site.map(|site| Self {
            web,
            request,
            arrival,
            site,
        }))
    }

    pub fn core(&self) -> &'a Core {
        &self.web.context.core
    }

    pub fn page(&self, kind: PageKind) -> HttpResponse {
        page::respond(self.core(), self.request, kind, None)
    }

    /// Returns the remote caller: the client of the proxy.
    pub fn caller(&self) -> Caller {
        Caller {
            ip: Some(self.arrival.address),
            ..received_request::caller(self.request)
        }
    }

    pub async fn client(&self) -> Result<Arc<Client>> {
        client::ensure(&self.web.context, &self.site).await
    }

    pub fn cookie(&self, name: CookieName) -> Option<OpaqueToken> {
        browser::read_cookie(self.request.headers(), &self.arrival, name)
    }

    /// Returns the user of the cookie, which is one of this site and host; `None` for every other.
    pub async fn by_cookie(&self) -> Result<Option<Arc<Visit>>> {
        let Some(cookie) = self.cookie(CookieName::Session) else {
            return Ok(None);
        };
        let (core, hash) = (self.core(), cookie.hash());
        let key = [hash.as_bytes(), self.arrival.origin().as_bytes()].concat();
        let epoch = CacheEpoch::current(&core.db, core.now());
        let visits = &self.web.context.parts.get::<Visits>().by_cookie;
        visits.get(epoch, key, self.read(&hash)).await
    }

    /// Reads the user of a cookie by the rules of a token: the grant, its client, the session and the user.
    pub async fn read(&self, hash: &TokenHash) -> Result<Option<Arc<Visit>>> {
        let (context, core) = (&self.web.context, self.core());
        let (conn, host) = (core.db.read(), self.arrival.host.as_str());
        let (organization, now) = (self.site.settings.organization.as_deref(), core.now());
        let found = repo::site_sessions::find(conn, hash, organization, now).await?;
        let is_here = |own: &SiteSession| own.site_id == self.site.id && own.host == host;
        let Some(found) = found.filter(|found| is_here(&found.site_session)) else {
            return Ok(None);
        };
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
        let (session, proof) = (signed_in.session, signed_in.proof);
        let claims = AccessTokenClaims {
            exp: session.expires_at,
            sid: Some(session.id.to_string()),
            auth_time: Some(proof.auth_time),
            acr: Some(proof.acr),
            amr: proof.amr,
            ..AccessTokenClaims::default()
        };
        let by = (Credential::Session, Some(found.grant.id));
        let roles = (found.member_of, found.held);
        let visit = self
            .visit(signed_in.user, by, roles, (None, claims))
            .await?;
        Ok(Some(Arc::new(Visit {
            session: Some(session),
            ..visit
        })))
    }

    /// Returns the user of an access token or an API key in the header `Authorization`, if a rule of the site accepts
    /// one. The token has this origin, or the client of the site, as an audience. A token that is bound to a key or a
    /// certificate is not accepted: its proof is for the proxy.
    pub async fn by_token(&self) -> Result<Option<Arc<Visit>>> {
        let mut rules = self.site.rules.iter();
        let is_accepted = rules.any(|rule| rule.access_tokens || rule.api_keys);
        let sent = header::only_text(self.request.headers(), AUTHORIZATION);
        let sent = sent.ok().flatten().filter(|_| is_accepted);
        let Some(Ok((TokenType::Bearer, token))) = sent.map(access_token_from_header) else {
            return Ok(None);
        };
        let (context, client) = (&self.web.context, self.client().await?);
        let question = IntrospectionRequest {
            token: TokenHintRequest {
                token: token.to_owned(),
                hint: None,
            },
            client_address: Some(self.arrival.address),
        };
        let answer = introspect(context, &client, &question, &self.caller()).await?;
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
        let user = repo::users::find_by_id(context.core.db.read(), user).await?;
        let Some(user) = user.filter(User::is_active) else {
            return Ok(None);
        };
        let is_key = answer.token_type.as_deref() == Some(API_KEY);
        let (credential, permissions) = if is_key {
            let scope = answer.scope.iter().flat_map(Scope::iter);
            (Credential::ApiKey, scope.map(str::to_owned).collect())
        } else {
            let entitlements = answer.entitlements.iter().cloned();
            (Credential::AccessToken, entitlements.collect())
        };
        let claims = AccessTokenClaims {
            exp: answer.exp.unwrap_or_default(),
            sid: answer.sid.clone(),
            auth_time: answer.auth_time,
            acr: answer.acr.clone(),
            amr: answer.amr.clone(),
            ..AccessTokenClaims::default()
        };
        let by = (credential, answer.jti.as_deref().and_then(grant_of));
        let (read, now) = (context.core.db.read(), context.core.now());
        let roles = roles_of(read, &self.site, user.id, now).await?;
        let said = (Some(permissions), claims);
        let visit = self.visit(user, by, roles, said).await?;
        Ok(Some(Arc::new(visit)))
    }

    /// Builds what the application gets about a user with these roles at this origin. The claims are those about the
    /// proof; an access token and an API key have no other `permissions`. Lists that are too long for a token are cut,
    /// and `overage` names them.
    async fn visit(
        &self,
        user: User,
        (credential, grant): (Credential, Option<GrantId>),
        (member_of, mut held): (Option<String>, EffectiveRoles),
        (permissions, claims): (Option<BTreeSet<String>>, AccessTokenClaims),
    ) -> Result<Visit> {
        let (core, site, origin) = (self.core(), &self.site, self.arrival.origin());
        let strength = claims.auth_time.zip(claims.acr.clone());
        let authentication = strength.map(|(auth_time, acr)| Authentication {
            auth_time,
            acr,
            amr: claims.amr.clone(),
        });
        let by = (credential, authentication);
        let roles = (member_of.as_deref(), &held);
        let mut visitor = visitor(core.db.read(), site, user.id, roles, by).await?;
        if credential == Credential::ApiKey {
            held = EffectiveRoles::default();
        }
        let entitlements = match permissions {
            Some(permissions) => {
                visitor.permissions.clone_from(&permissions);
                permissions
            }
            None => held.entitlements(std::slice::from_ref(&origin)),
        };
        let carried = carry_within(MAX_LIST, &held, held.roles.clone(), entitlements);
        let name = user.profile.name();
        let name = name.map(|name| ("name".to_owned(), name.into()));
        let claims = AccessTokenClaims {
            iss: core.issuer().to_owned(),
            sub: user.id.to_string(),
            client_id: client::id_of(site.id)?.to_string(),
            aud: Audience::One(origin),
            roles: carried.roles,
            groups: carried.groups,
            managed_groups: carried.managed_groups,
            entitlements: carried.entitlements,
            overage: carried.overage,
            username: user.named().map(str::to_owned),
            email: user.email_verified.then(|| user.email.clone()),
            email_verified: Some(user.email_verified),
            extra: name.into_iter().collect(),
            ..claims
        };
        let said = serde_json::to_string(&claims).map_err(ServerError::internal)?;
        let digest = TokenHash::digest(&format!("{grant:?} {said}"));
        Ok(Visit {
            headers: identity::headers(site, &user, &held),
            token: TokenContent {
                claims,
                grant,
                digest,
            },
            user,
            visitor,
            session: None,
        })
    }
}

/// Returns the organization of the site, if the user is a member of it, and the roles outside organizations and there.
pub async fn roles_of(
    conn: &Conn,
    site: &Site,
    user: UserId,
    now: UnixSeconds,
) -> Result<(Option<String>, EffectiveRoles), StoreError> {
    let mut organization = site.settings.organization.clone();
    if let Some(slug) = &organization {
        let membership = repo::organizations::membership(conn, slug, user).await?;
        organization = organization.filter(|_| membership.is_some());
    }
    let scope = OrgScope::from_org(organization.as_deref());
    let held = repo::roles::effective_for_user_in(conn, user, scope, now).await?;
    Ok((organization, held))
}

/// Describes a user with these roles to the rules of a site. The groups are read if a rule names one.
pub async fn visitor(
    conn: &Conn,
    site: &Site,
    user: UserId,
    (member_of, held): (Option<&str>, &EffectiveRoles),
    (credential, authentication): (Credential, Option<Authentication>),
) -> Result<Visitor, StoreError> {
    let groups = if demands_groups(site) {
        repo::groups::ids_of_user(conn, user, member_of).await?
    } else {
        BTreeSet::new()
    };
    let permissions = held.every_permission();
    Ok(Visitor {
        permissions: permissions.into_iter().map(str::to_owned).collect(),
        roles: held.roles.clone(),
        groups,
        credential,
        authentication,
    })
}

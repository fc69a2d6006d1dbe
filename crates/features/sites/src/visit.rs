//! The sender of a request to a site: by the cookie of the host, or by an access token or an API key.

use std::net::IpAddr;
use std::sync::Arc;

use doorward_domain::model::{
    Authentication, Client, EffectiveRoles, GrantId, Session, Site, SiteId, User, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_oauth::introspect::introspect;
use doorward_protocol::bearer::access_token_from_header;
use doorward_protocol::introspection::{API_KEY, IntrospectionRequest, IntrospectionResponse};
use doorward_protocol::revocation::TokenHintRequest;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenType;
use doorward_rules::grant_check::{GrantState, check_grant};
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::Result;
use doorward_services::read_cache::{CacheEpoch, ReadCache};
use doorward_services::{factors, session};
use doorward_store::repo;

use crate::client;
use crate::hosts::find_site;
use crate::proxy::Arrival;
use crate::rule::{Credential, Visitor, VisitorUser};
use crate::visitor;

/// Maximum number of visits that are kept within a second.
const VISITS: u64 = 10_000;
const SITES: u64 = 1_000;

/// A user who sent a request, with the facts about them.
#[derive(Clone, Debug)]
pub struct Visit {
    pub site: SiteId,
    /// Host of the cookie; empty for an access token and an API key.
    pub host: String,
    pub user: User,
    pub visitor: VisitorUser,
    pub roles: EffectiveRoles,
    /// The session at this server with the grant of the site; `None` without a cookie.
    pub session: Option<(Session, GrantId)>,
}

/// Reads of requests, kept within the same second until this process writes (decision 70).
#[derive(Debug)]
pub struct Visits {
    by_cookie: ReadCache<[u8; 32], Option<Arc<Visit>>>,
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
        cookie: &str,
    ) -> Result<Option<Arc<Visit>>> {
        let core = &context.core;
        let hash = TokenHash::digest(cookie);
        let epoch = CacheEpoch::current(&core.db, core.now());
        let read = read(context, site, hash);
        let found = self.by_cookie.get(epoch, *hash.as_bytes(), read).await?;
        let host = arrival.host.to_string();
        Ok(found.filter(|visit| visit.site == site.id && visit.host == host))
    }
}

/// Reads the user of a cookie by the rules of a token: the grant, its client, the session and the user.
async fn read(context: &Context, site: &Site, hash: TokenHash) -> Result<Option<Arc<Visit>>> {
    let core = &context.core;
    let conn = core.db.read();
    let Some(found) = repo::site_sessions::find(conn, &hash).await? else {
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
    let is_valid = found.site_session.site_id == site.id
        && check_grant(&state, core.now()).is_ok()
        && found.session.is_live(core.now())
        && !core.requires_verification_of(&found.user);
    if !is_valid {
        return Ok(None);
    }
    let Some(signed_in) = session::used(core, found.session, found.user).await? else {
        return Ok(None);
    };
    let proof = (Credential::Session, Some(signed_in.proof));
    let user = signed_in.user;
    let (visitor, roles) = visitor::read_with_roles(conn, site, user.id, proof, core.now()).await?;
    Ok(Some(Arc::new(Visit {
        site: site.id,
        host: found.site_session.host,
        user,
        visitor,
        roles,
        session: Some((signed_in.session, found.grant.id)),
    })))
}

/// Returns the user of an access token or an API key in the header `Authorization`, if a rule of the site accepts
/// one. The token has this origin, or the client of the site, as an audience. A token that is bound to a key or a
/// certificate is not accepted: its proof is for the proxy.
pub async fn by_token(
    context: &Context,
    site: &Site,
    arrival: &Arrival,
    authorization: Option<&str>,
    caller: &Caller,
) -> Result<Option<Arc<Visit>>> {
    let is_accepted = site
        .rules
        .iter()
        .any(|rule| rule.access_tokens || rule.api_keys);
    let Some(Ok((TokenType::Bearer, token))) = authorization
        .filter(|_| is_accepted)
        .map(access_token_from_header)
    else {
        return Ok(None);
    };
    let client = client::ensure(context, site).await?;
    let answer = ask(context, &client, token, arrival.address, caller).await?;
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
    let core = &context.core;
    let conn = core.db.read();
    let Some(user) = repo::users::find_by_id(conn, user).await? else {
        return Ok(None);
    };
    if !user.is_active() {
        return Ok(None);
    }
    let is_key = answer.token_type.as_deref() == Some(API_KEY);
    let proof = if is_key {
        (Credential::ApiKey, None)
    } else {
        (Credential::AccessToken, authentication(&answer))
    };
    let (mut visitor, mut roles) =
        visitor::read_with_roles(conn, site, user.id, proof, core.now()).await?;
    // A token has the permissions that it was issued with, and a key nothing else.
    visitor.permissions = if is_key {
        roles = EffectiveRoles::default();
        let scope = answer.scope.iter().flat_map(Scope::iter);
        scope.map(str::to_owned).collect()
    } else {
        answer.entitlements.iter().cloned().collect()
    };
    Ok(Some(Arc::new(Visit {
        site: site.id,
        host: String::new(),
        user,
        visitor,
        roles,
        session: None,
    })))
}

async fn ask(
    context: &Context,
    client: &Client,
    token: &str,
    address: IpAddr,
    caller: &Caller,
) -> Result<Arc<IntrospectionResponse>> {
    let request = IntrospectionRequest {
        token: TokenHintRequest {
            token: token.to_owned(),
            hint: None,
        },
        client_address: Some(address),
    };
    introspect(context, client, &request, caller).await
}

fn authentication(answer: &IntrospectionResponse) -> Option<Authentication> {
    Some(Authentication {
        auth_time: answer.auth_time?,
        acr: answer.acr.clone()?,
        amr: answer.amr.clone(),
    })
}

/// Returns the visitor that the rules see.
pub fn visitor_of(visit: Option<&Visit>) -> Visitor {
    visit.map_or(Visitor::Anonymous, |visit| {
        Visitor::User(visit.visitor.clone())
    })
}

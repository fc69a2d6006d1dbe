//! A grant with the records that its validity depends on.

use std::collections::BTreeSet;

use doorward_domain::model::{Authentication, GrantId};
use doorward_rules::access_token;
use doorward_rules::grant_check;
use doorward_rules::second_factor::FactorRequirement;
use doorward_services::acting;
use doorward_store::repo::access_token_status::{self, AccessTokenStatus, RequestedFacts};
use doorward_store::repo::grants::{GrantContext, GrantLimit};

use crate::prelude::*;
use crate::trusted_issuers;

/// Maximum difference between the clocks of two replicas, in seconds.
const CLOCK_DIFFERENCE: i64 = 5;

const REVOKED: &str = "it was revoked";

/// The input of [`grant_check::check_grant`].
#[derive(Debug)]
pub struct LoadedGrant {
    pub grant: Grant,
    /// The user of the grant, if it has one and the account exists.
    pub user: Option<User>,
    pub session: Option<Session>,
    pub is_member: bool,
    pub demand: FactorRequirement,
    /// The requested facts about the user, for the claims of a response.
    pub facts: UserFacts,
    /// The client of the grant; `None` for the client that redeems it.
    grantee: Option<Arc<Client>>,
}

impl LoadedGrant {
    fn new(context: GrantContext, demand: FactorRequirement, facts: UserFacts) -> Self {
        Self {
            grant: context.grant,
            user: context.user,
            session: context.session,
            is_member: context.is_member,
            demand,
            facts,
            grantee: None,
        }
    }

    pub(crate) fn check_input<'a>(&'a self, client: &'a Client) -> grant_check::GrantState<'a> {
        grant_check::GrantState {
            client,
            grantee: self.grantee.as_deref().unwrap_or(client),
            grant: &self.grant,
            user: self.user.as_ref(),
            session: self.session.as_ref(),
            is_member: self.is_member,
            demand: self.demand,
        }
    }
}

/// A grant for tokens, with the user's roles in its organization.
pub(crate) struct Redeemable {
    pub state: LoadedGrant,
    pub roles: EffectiveRoles,
    /// True if the grants of the user to the client have reached the limit.
    pub is_full: bool,
}

/// Reads a grant with its user, session, and the user's roles in the organization of the grant, all
/// in one statement.
pub(crate) async fn find_redeemable_grant(
    core: &Core,
    conn: &Conn,
    grant: GrantId,
    limit: Option<GrantLimit>,
) -> Result<Option<Redeemable>> {
    let demands = factors::demands_any(core);
    let found = repo::grants::find_redeemable(conn, grant, demands, limit, core.now()).await?;
    let Some(found) = found else { return Ok(None) };
    let demand = demand_of(core, found.roles.anywhere.as_ref());
    let state = LoadedGrant::new(found.context, demand, UserFacts::default());
    Ok(Some(Redeemable {
        state: with_actor(core, conn, state).await?,
        roles: found.roles.there,
        is_full: found.is_full,
    }))
}

/// Takes the session from the grant of an administrator who may no longer act as the user, so that the grant
/// check rejects it.
async fn with_actor(core: &Core, conn: &Conn, mut state: LoadedGrant) -> Result<LoadedGrant> {
    if state.grant.origin != GrantOrigin::Impersonation {
        return Ok(state);
    }
    let holder = state.session.as_ref().map(|session| session.user_id);
    let actor = state.grant.actor().filter(|actor| holder == Some(*actor));
    let may_act = match actor.filter(|_| core.config.impersonation.enabled) {
        Some(actor) => acting::may_act(conn, core.issuer(), actor, core.now()).await?,
        None => false,
    };
    state.session = state.session.filter(|_| may_act);
    Ok(state)
}

fn demand_of(core: &Core, anywhere: Option<&EffectiveRoles>) -> FactorRequirement {
    anywhere.map_or(FactorRequirement::OneFactor, |roles| {
        factors::demand_of(core, roles)
    })
}

/// The status of an access token of this server with a valid signature and times: not revoked, and
/// its grant passes the grant check now.
pub enum TokenStatus {
    User(Box<LoadedGrant>),
    /// A token of a client that acts for itself.
    Client,
    Inactive(&'static str),
}

/// Returns the authentication at the time when the token was issued. A later step-up of the
/// grant does not strengthen older tokens.
pub fn authentication_at_issue(claims: &AccessTokenClaims, grant: &Grant) -> Authentication {
    match (claims.auth_time, &claims.acr) {
        (Some(auth_time), Some(acr)) => Authentication {
            auth_time,
            acr: acr.clone(),
            amr: claims.amr.clone(),
        },
        _ => grant.authentication.clone(),
    }
}

#[boxed(?Send)]
pub async fn token_status(context: &Context, claims: &AccessTokenClaims) -> Result<TokenStatus> {
    token_status_with_facts(context, claims, RequestedFacts::default()).await
}

/// Determines the same status, and reads facts about the user in the same statement.
pub(crate) async fn token_status_with_facts(
    context: &Context,
    claims: &AccessTokenClaims,
    facts: RequestedFacts,
) -> Result<TokenStatus> {
    match check(context, claims, facts).await {
        Ok(status) => Ok(status),
        Err(FlowError::Rejected(why)) => Ok(TokenStatus::Inactive(why)),
        Err(FlowError::Server(error)) => Err(error),
    }
}

/// Returns the status of a valid token, or the reason why it is not valid.
async fn check(
    context: &Context,
    claims: &AccessTokenClaims,
    facts: RequestedFacts,
) -> FlowResult<TokenStatus, &'static str> {
    let core = &context.core;
    let client = find_served(context, &claims.client_id, claims.iat).await?;
    let read = core.db.read();
    let Some(grant) = access_token::grant_of(&claims.jti) else {
        if repo::revoked_tokens::exists(read, &claims.jti).await? {
            return Err(FlowError::Rejected(REVOKED));
        }
        // A token exchanged from a client's own token depends on both clients.
        find_served(context, &claims.sub, claims.iat).await?;
        return Ok(TokenStatus::Client);
    };
    // The user's roles are only read if they affect the decision or the response.
    let facts = RequestedFacts {
        roles_anywhere: factors::demands_any(core),
        ..facts
    };
    let token = (claims.jti.as_str(), grant);
    let mut state = match access_token_status::find(read, token, facts, core.now()).await? {
        AccessTokenStatus::Revoked => return Err(FlowError::Rejected(REVOKED)),
        AccessTokenStatus::WithoutGrant => {
            return Err(FlowError::Rejected("its grant was deleted"));
        }
        AccessTokenStatus::Granted(found, facts) => {
            let demand = demand_of(core, facts.roles_anywhere.as_ref());
            with_actor(core, read, LoadedGrant::new(*found, demand, *facts)).await?
        }
    };
    // The operator may have removed the trusted issuer.
    if let Some(issuer) = state.grant.assertion_issuer()
        && !trusted_issuers::is_trusted(core.config.authorization.trusted_issuers(), issuer)
            .map_err(ServerError::from)?
    {
        return Err(FlowError::Rejected("its issuer is no longer trusted"));
    }
    // An exchanged token also depends on the client that the user consented to.
    let first = state.grant.client_id.as_str();
    state.grantee = Some(if claims.client_id == first {
        Arc::clone(&client)
    } else {
        find_served(context, first, claims.iat).await?
    });
    grant_check::check_grant(&state.check_input(&client), core.now())
        .map_err(|error| FlowError::Rejected(error.reason()))?;
    Ok(TokenStatus::User(Box::new(state)))
}

/// Returns the active client of a token that was issued at this time, or the reason why there is none.
/// A new client with the ID of a deleted one does not get its tokens.
async fn find_served(
    context: &Context,
    client: &str,
    issued: UnixSeconds,
) -> FlowResult<Arc<Client>, &'static str> {
    let client = context.client(client).await?;
    match client.filter(|client| client.created_at <= issued + CLOCK_DIFFERENCE) {
        Some(client) if client.is_active() => Ok(client),
        Some(_) => Err(FlowError::Rejected(
            GrantCheckError::ClientDisabled.reason(),
        )),
        None => Err(FlowError::Rejected("its client was deleted")),
    }
}

/// Limits the claims of a valid token to the scope that its clients may request now: the client that
/// it was issued to, and for an exchanged token also the first one. A scope of a client's own token
/// is an entitlement, too.
pub(crate) async fn claims_today(
    context: &Context,
    mut claims: AccessTokenClaims,
    status: &TokenStatus,
) -> Result<AccessTokenClaims> {
    let first = match status {
        TokenStatus::User(state) => state.grant.client_id.to_string(),
        TokenStatus::Client | TokenStatus::Inactive(_) => claims.sub.clone(),
    };
    let mut scope = claims.scope.clone();
    for id in BTreeSet::from([&claims.client_id, &first]) {
        let client = context.client(id).await?;
        scope = client.map_or_else(Scope::default, |client| client.scope_today(&scope));
    }
    if matches!(status, TokenStatus::Client) {
        let lost = claims.scope.difference(&scope);
        claims.entitlements.retain(|name| !lost.contains(name));
    }
    Ok(AccessTokenClaims { scope, ..claims })
}

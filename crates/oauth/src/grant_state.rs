//! A grant with the records that its validity depends on.

use std::sync::Arc;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{
    Authentication, Client, EffectiveRoles, Grant, GrantId, Session, User,
};
use doorward_domain::time::UnixSeconds;
use doorward_rules::access_token;
use doorward_rules::grant_check::{self, GrantCheckError};
use doorward_rules::second_factor::FactorRequirement;
use doorward_services::context::{Core, Directory};
use doorward_services::error::ServerError;
use doorward_services::factors;
use doorward_store::db::Conn;
use doorward_store::repo;
use doorward_store::repo::access_token_status::{
    self, AccessTokenStatus, RequestedFacts, UserFacts,
};
use doorward_store::repo::grants::{GrantContext, GrantLimit};

use crate::trusted_issuers;

/// Maximum difference between the clocks of two replicas, in seconds.
const CLOCK_DIFFERENCE: i64 = 5;

/// The reason why a revoked token is inactive.
const REVOKED: &str = "it was revoked";

/// The input of [`grant_check::check_grant`].
#[derive(Debug)]
pub struct LoadedGrant {
    pub grant: Grant,
    /// The user of the grant, if it has one and the account exists.
    pub user: Option<User>,
    pub session: Option<Session>,
    /// True if the user belongs to the organization of the grant.
    pub is_member: bool,
    /// The second factor that is required.
    pub demand: FactorRequirement,
    /// The requested facts about the user, for the claims of a response.
    pub facts: UserFacts,
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
        }
    }

    /// Returns the input of the grant check for one client.
    pub(crate) const fn check_input<'a>(
        &'a self,
        client: &'a Client,
    ) -> grant_check::GrantState<'a> {
        grant_check::GrantState {
            client,
            grant: &self.grant,
            user: self.user.as_ref(),
            session: self.session.as_ref(),
            is_member: self.is_member,
            demand: self.demand,
        }
    }
}

/// Reads a grant with its user, session, and the user's roles in the organization of the grant, all
/// in one statement.
pub(crate) async fn find_grant_for_tokens(
    core: &Core,
    conn: &Conn,
    grant: GrantId,
) -> Result<Option<(LoadedGrant, EffectiveRoles)>, ServerError> {
    let found = find_redeemable_grant(core, conn, grant, None).await?;
    Ok(found.map(|(state, roles, _)| (state, roles)))
}

/// Reads the same, and whether the grants of the user to the client have reached a limit.
pub(crate) async fn find_redeemable_grant(
    core: &Core,
    conn: &Conn,
    grant: GrantId,
    limit: Option<GrantLimit>,
) -> Result<Option<(LoadedGrant, EffectiveRoles, bool)>, ServerError> {
    let demands = factors::demands_any(core);
    let found = repo::grants::find_redeemable(conn, grant, demands, limit, core.now()).await?;
    Ok(found.map(|found| {
        let roles = found.roles;
        let anywhere = roles.anywhere.as_ref();
        let demand = anywhere.map_or(FactorRequirement::OneFactor, |all| {
            factors::demand_of(core, all)
        });
        let state = LoadedGrant::new(found.context, demand, UserFacts::default());
        (state, roles.there, found.is_full)
    }))
}

/// The status of an access token of this server with a valid signature and times: not revoked, and
/// its grant passes the grant check now.
pub enum TokenStatus {
    User(Box<LoadedGrant>),
    /// A token of a client that acts for itself.
    Client,
    /// An invalid token, with the reason.
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

/// Determines the current status of an access token.
pub async fn token_status(
    core: &Core,
    directory: &Directory,
    claims: &AccessTokenClaims,
) -> Result<TokenStatus, ServerError> {
    token_status_with_facts(core, directory, claims, RequestedFacts::default()).await
}

/// Determines the same status, and reads facts about the user in the same statement.
pub(crate) async fn token_status_with_facts(
    core: &Core,
    directory: &Directory,
    claims: &AccessTokenClaims,
    facts: RequestedFacts,
) -> Result<TokenStatus, ServerError> {
    let client = match find_served(core, directory, &claims.client_id, claims.iat).await? {
        Ok(client) => client,
        Err(why) => return Ok(TokenStatus::Inactive(why)),
    };
    let read = core.db.read();
    let Some(grant) = access_token::grant_of(&claims.jti) else {
        if repo::revoked_tokens::exists(read, &claims.jti).await? {
            return Ok(TokenStatus::Inactive(REVOKED));
        }
        // A token exchanged from a client's own token depends on both clients.
        let subject = find_served(core, directory, &claims.sub, claims.iat).await?;
        return Ok(subject.map_or_else(TokenStatus::Inactive, |_| TokenStatus::Client));
    };
    // The user's roles are only read if they affect the decision or the response.
    let facts = RequestedFacts {
        roles_anywhere: factors::demands_any(core),
        ..facts
    };
    let token = (claims.jti.as_str(), grant);
    let state = match access_token_status::find(read, token, facts, core.now()).await? {
        AccessTokenStatus::Revoked => return Ok(TokenStatus::Inactive(REVOKED)),
        AccessTokenStatus::WithoutGrant => {
            return Ok(TokenStatus::Inactive("its grant was deleted"));
        }
        AccessTokenStatus::Granted(found, facts) => {
            let roles = facts.roles_anywhere.as_ref();
            let demand = roles.map_or(FactorRequirement::OneFactor, |roles| {
                factors::demand_of(core, roles)
            });
            LoadedGrant::new(*found, demand, *facts)
        }
    };
    // The operator may have removed the trusted issuer.
    if let Some(issuer) = &state.grant.issuer
        && !trusted_issuers::is_trusted(core.config.authorization.trusted_issuers(), issuer)?
    {
        return Ok(TokenStatus::Inactive("its issuer is no longer trusted"));
    }
    // An exchanged token also depends on the client that the user consented to.
    let first = state.grant.client_id.as_str();
    if claims.client_id != first
        && let Err(why) = find_served(core, directory, first, claims.iat).await?
    {
        return Ok(TokenStatus::Inactive(why));
    }
    let verdict = grant_check::check_grant(&state.check_input(&client), core.now()).map(drop);
    Ok(match verdict {
        Ok(()) => TokenStatus::User(Box::new(state)),
        Err(error) => TokenStatus::Inactive(error.reason()),
    })
}

/// Returns the active client of a token that was issued at this time, or the reason why there is none.
/// A new client with the ID of a deleted one does not get its tokens.
async fn find_served(
    core: &Core,
    directory: &Directory,
    client: &str,
    issued: UnixSeconds,
) -> Result<Result<Arc<Client>, &'static str>, ServerError> {
    let found = directory.client(core, client).await?;
    let found = found.filter(|client| client.created_at <= issued + CLOCK_DIFFERENCE);
    Ok(match found {
        Some(client) if client.is_active() => Ok(client),
        Some(_) => Err(GrantCheckError::ClientDisabled.reason()),
        None => Err("its client was deleted"),
    })
}

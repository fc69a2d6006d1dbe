//! Issues an authorization code (RFC 6749 §4.1.2).

use doorward_domain::model::{Client, Code, Grant, GrantId, GrantOrigin, Interaction};
use doorward_domain::rules::authorize;
use doorward_domain::rules::consent::ConsentedAccess;
use doorward_domain::rules::grant_check::{self, GrantCheckError};
use doorward_domain::secret::OpaqueToken;
use doorward_protocol::token::GrantType;
use doorward_store::db::Conn;
use doorward_store::repo;

use super::authorize::types::AuthorizeError;
use super::organization;
use super::second_factor::factors;
use super::signed_in::SignedIn;
use super::transaction::in_transaction;
use crate::caller::Caller;
use crate::error::{FlowError, ServerError};
use crate::state::State;

/// What is to be answered.
pub(crate) struct Asked<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// For what.
    pub interaction: &'a Interaction,
    /// Whether the interaction has a row.
    pub is_stored: bool,
}

/// Writes the grant and its code in one transaction and returns the parameters of the answer.
///
/// The interaction is answered in the same transaction by a compare-and-set, so that two tabs, a
/// double click or Back never make two codes of one request.
pub(crate) async fn code(
    state: &State,
    asked: &Asked<'_>,
    allowed: &ConsentedAccess,
    who: &SignedIn,
    caller: &Caller,
) -> Result<Vec<(&'static str, String)>, FlowError<AuthorizeError>> {
    let Asked {
        client,
        interaction,
        is_stored,
    } = *asked;
    let request = &interaction.request;
    let token = OpaqueToken::generate(&mut rand::rng());
    let grant = new_grant(state, interaction, allowed, who);
    let code = Code {
        hash: token.hash(),
        grant_id: grant.id,
        client_id: client.id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        redirect_uri_given: request.redirect_uri_given,
        code_challenge: request.code_challenge.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
        created_at: grant.created_at,
        expires_at: grant.created_at + state.config.tokens.code_ttl,
        used_at: None,
        problem: None,
    };
    in_transaction(&state.db, async |tx| {
        if is_stored && !repo::interactions::complete(tx, &interaction.id, state.now()).await? {
            return Err(FlowError::Rejected(AuthorizeError::Finished));
        }
        admit(
            state,
            tx,
            client,
            &GrantType::AuthorizationCode,
            &grant,
            who,
        )
        .await?
        .map_err(|_| FlowError::Rejected(AuthorizeError::UnknownClient))?;
        repo::grants::insert(tx, &grant).await?;
        repo::codes::insert(tx, &code).await?;
        Ok(())
    })
    .await?;
    tracing::debug!(client_id = %client.id, request_id = %caller.request_id, "code issued");
    Ok(doorward_protocol::authorize::success_pairs(
        token.expose(),
        request.state.as_deref(),
        state.issuer(),
    ))
}

/// The gate, for a grant that a person gives in a browser.
pub(super) async fn admit(
    state: &State,
    conn: &impl Conn,
    client: &Client,
    by: &GrantType,
    grant: &Grant,
    who: &SignedIn,
) -> Result<Result<(), GrantCheckError>, ServerError> {
    let user = who.user.id;
    let standing = grant_check::GrantState {
        client,
        grant,
        user: Some(&who.user),
        session: Some(&who.session),
        is_member: organization::is_member(conn, grant.org.as_deref(), user).await?,
        demand: factors::requirement(state, conn, user).await?,
    };
    Ok(grant_check::check_grant_type(client, by)
        .and_then(|()| grant_check::check_grant(&standing, state.now()))
        .map(drop))
}

/// The grant of what was allowed: never more than that, and never longer.
pub(super) fn new_grant(
    state: &State,
    interaction: &Interaction,
    allowed: &ConsentedAccess,
    who: &SignedIn,
) -> Grant {
    let now = state.now();
    let request = &interaction.request;
    let end = now + state.config.tokens.refresh_absolute_ttl;
    Grant {
        id: GrantId::generate(now, &mut rand::rng()),
        origin: GrantOrigin::Authorization,
        user_id: who.user.id,
        client_id: interaction.client_id.clone(),
        session_id: who.session.id,
        scope: request.scope.intersect(&allowed.scope),
        resources: allowed.resources.clone(),
        authorization_details: allowed.details.clone(),
        org: request.organization.clone(),
        claims: authorize::claims_within(&request.claims, &allowed.scope),
        nonce: request.nonce.clone(),
        authentication: who.session.authentication.clone(),
        created_at: now,
        expires_at: allowed.until.map_or(end, |until| end.min(until)),
        revoked_at: None,
        revoke_reason: None,
        issuer: None,
    }
}

//! The authorization code grant (RFC 6749 §4.1.3): claim, check, gate, issue.

use doorward_domain::model::{
    AuditKind, Client, Code, Grant, GrantId, Place, RefreshToken, RevokeReason,
};
use doorward_domain::mutant::{self, Guard};
use doorward_domain::rules::sender::{self, Proved};
use doorward_domain::rules::{code_exchange, gate, refresh};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::token::{GrantType, TokenResponse};
use doorward_store::db::WriteTx;
use doorward_store::repo::{self, codes::Claim};

use super::mint::{AccessGrant, mint_access_token, mint_id_token};
use super::{Caller, invalid_grant, scope_at};
use crate::fault::FlowError;
use crate::flow::caller::Describe as _;
use crate::flow::in_write;
use crate::flow::standing::{Standing, standing_of};
use crate::state::State;

/// The part of the token request that concerns a code.
pub(super) struct Presented<'a> {
    pub code: &'a str,
    pub redirect_uri: Option<&'a str>,
    pub code_verifier: Option<&'a str>,
    pub narrower: Narrower<'a>,
    pub proved: &'a Proved,
}

/// How much less of a grant a token is to hold than there is.
#[derive(Clone, Copy)]
pub(super) struct Narrower<'a> {
    /// RFC 8707 §2.2.
    pub resource: &'a [String],
    /// RFC 9396 §6.
    pub details: Option<&'a AuthorizationDetails>,
}

/// Exchanges a code for tokens.
///
/// A code that fails its check is burnt. One that comes twice takes everything that was issued
/// from it along (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
pub(super) async fn exchange(
    state: &State,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    first_tokens(
        state,
        client,
        presented.narrower,
        presented.proved,
        async |tx| {
            let code = claim(state, tx, client, presented, caller).await?;
            let standing = standing_of(state, tx, code.grant_id).await?;
            standing.ok_or_else(|| invalid_grant("the code is unknown"))
        },
    )
    .await
}

/// The first tokens of the grant that `claim` uses something up for, past the gate, all in one
/// transaction.
pub(super) async fn first_tokens(
    state: &State,
    client: &Client,
    narrower: Narrower<'_>,
    proved: &Proved,
    claim: impl AsyncFnOnce(&WriteTx) -> Result<Standing, FlowError>,
) -> Result<TokenResponse, FlowError> {
    let refresh_token = client
        .allows_grant(&GrantType::RefreshToken)
        .then(|| OpaqueToken::generate(&mut rand::rng()));
    let (standing, resources, details) = in_write(&state.db, async |tx| {
        let standing = claim(tx).await?;
        gate::still_valid(&standing.facts(client), state.now())
            .map_err(gate::GateRefusal::to_error)?;
        let grant = &standing.grant;
        let resources = refresh::narrow_resources(&grant.resources, narrower.resource)?;
        let details = grant.authorization_details.narrowed(narrower.details)?;
        if let Some(token) = &refresh_token {
            let first = first_refresh_token(state, client, &standing.grant, token, proved);
            repo::refresh_tokens::insert(tx, &first).await?;
        }
        Ok((standing, resources, details))
    })
    .await?;
    let part = Part {
        resources: &resources,
        details: &details,
    };
    respond(state, &standing, &part, refresh_token.as_ref(), proved).await
}

async fn claim(
    state: &State,
    tx: &WriteTx,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<Code, FlowError> {
    let now = state.now();
    match repo::codes::claim(tx, &TokenHash::of(presented.code), now).await? {
        Claim::Unknown => Err(invalid_grant("the code is unknown")),
        Claim::AlreadyUsed(code) => {
            revoke(
                state,
                tx,
                client,
                code.grant_id,
                RevokeReason::CodeReplayed,
                caller,
            )
            .await?;
            Err(invalid_grant("the code has been used"))
        }
        Claim::Claimed(code) => {
            let request = code_exchange::Presented {
                client,
                redirect_uri: presented.redirect_uri,
                code_verifier: presented.code_verifier,
                jkt: presented.proved.jkt.as_deref(),
            };
            if let Err(problem) = code_exchange::check(&code, &request, now) {
                if problem.is_misuse() {
                    let reason = RevokeReason::CodeMisused;
                    revoke(state, tx, client, code.grant_id, reason, caller).await?;
                }
                tracing::info!(?problem, client_id = %client.id, "code refused");
                return Err(problem.to_error().into());
            }
            Ok(code)
        }
    }
}

async fn revoke(
    state: &State,
    tx: &WriteTx,
    client: &Client,
    grant: GrantId,
    reason: RevokeReason,
    caller: &Caller,
) -> Result<(), FlowError> {
    let now = state.now();
    if !mutant::without(Guard::CodeReplayRevokes) {
        repo::grants::revoke(tx, grant, reason, now).await?;
    }
    let kind = match reason {
        RevokeReason::CodeReplayed => AuditKind::CodeReplayed,
        _ => AuditKind::CodeMisused,
    };
    let found = repo::grants::find(tx, grant).await?;
    let event = caller.event(kind, false, now).through(&client.id);
    let event = match found {
        Some(found) => event.about(found.user_id),
        None => event,
    };
    let event = event.with("grant", grant.to_string());
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// The first token of a refresh family.
pub(super) fn first_refresh_token(
    state: &State,
    client: &Client,
    grant: &Grant,
    token: &OpaqueToken,
    proved: &Proved,
) -> RefreshToken {
    let now = state.now();
    let bound = sender::of_refresh_token(client, proved);
    RefreshToken {
        hash: token.hash(),
        grant_id: grant.id,
        client_id: grant.client_id.clone(),
        scope: grant.scope.clone(),
        dpop_jkt: bound.jkt,
        certificate_thumbprint: bound.certificate,
        created_at: now,
        expires_at: super::end_of_unused(state, grant),
        used_at: None,
        successor_hash: None,
        successor_sealed: None,
    }
}

/// The part of a grant that a token is to hold.
struct Part<'a> {
    resources: &'a [String],
    details: &'a AuthorizationDetails,
}

/// The tokens of a grant that was just redeemed, after the commit.
async fn respond(
    state: &State,
    standing: &Standing,
    part: &Part<'_>,
    refresh_token: Option<&OpaqueToken>,
    proved: &Proved,
) -> Result<TokenResponse, FlowError> {
    let grant = &standing.grant;
    let Some(user) = &standing.user else {
        return Err(invalid_grant("the grant is no longer valid"));
    };
    let place = Place::of(grant.org.as_deref());
    let held = state.roles_of_user_in(user.id, place).await?;
    let scope = scope_at(state, &grant.scope, part.resources).await?;
    let access = AccessGrant::User {
        grant,
        user,
        scope: &scope,
        resources: part.resources,
        details: part.details,
        held: &held,
    };
    let minted = mint_access_token(state, &access, proved).await?;
    let id_token = if grant.scope.contains("openid") {
        Some(mint_id_token(state, grant, user, &minted.token).await?)
    } else {
        None
    };
    Ok(TokenResponse {
        refresh_token: refresh_token.map(|token| token.expose().to_owned()),
        id_token,
        ..minted.respond(&scope)
    })
}

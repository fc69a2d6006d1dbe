//! The authorization code grant (RFC 6749 §4.1.3): consumes the code, checks it, applies the grant
//! check, issues tokens.

use doorward_domain::model::{
    AuditKind, Client, Code, CodeError, CodeProtection, Grant, GrantId, OrgScope, PKCE_STREAK,
    PkcePolicy, RefreshToken, RevokeReason,
};
use doorward_domain::mutant::{self, Safeguard};
use doorward_domain::rules::access_token::Described;
use doorward_domain::rules::sender_constraint::{self, ProvenKeys};
use doorward_domain::rules::{code_exchange, grant_check};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::{OAuthError, Reason};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::{GrantType, TokenResponse};
use doorward_store::db::WriteTx;
use doorward_store::repo::{self, codes::CodeUse};

use super::common::{Downscope, end_of_unused, invalid_grant, scope_at};
use super::mint::{AccessGrant, mint_access_token, mint_id_token};
use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Core, Directory, Issuing, effective_roles};
use crate::dpop;
use crate::error::FlowError;
use crate::grant_state::{LoadedGrant, find_grant};

/// The part of the token request that concerns a code.
pub(super) struct Presented<'a> {
    pub code: &'a str,
    pub redirect_uri: Option<&'a str>,
    pub code_verifier: Option<&'a str>,
    pub narrower: Downscope<'a>,
    pub proved: &'a ProvenKeys,
}

/// The result of consuming a code or assertion: the grant for the first tokens.
pub(super) struct Redeemed {
    pub state: LoadedGrant,
    /// The sign-in by a code, if one was consumed.
    pub sign_in: Option<SignIn>,
}

/// The properties of a sign-in by a code that the PKCE policy uses.
pub(super) struct SignIn {
    protection: CodeProtection,
    /// The client as read in this transaction, if the code had no challenge.
    current: Option<Client>,
}

/// Exchanges a code for tokens.
///
/// A code that fails its check is consumed. If a code is presented twice, everything issued from it
/// is revoked (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
pub(super) async fn exchange(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    first_tokens(
        core,
        directory,
        issuing,
        (client, caller),
        presented.narrower,
        presented.proved,
        async |tx| {
            let (code, current) = claim(core, tx, client, presented, caller).await?;
            let state = find_grant(core, tx, code.grant_id).await?;
            let state = state.ok_or_else(|| invalid_grant("the code is unknown"))?;
            let has_nonce = state.grant.nonce.is_some();
            let sign_in = SignIn {
                protection: CodeProtection::from_request(code.code_challenge.is_some(), has_nonce),
                current,
            };
            Ok(Redeemed {
                state,
                sign_in: Some(sign_in),
            })
        },
    )
    .await
}

/// Issues the first tokens of the grant that `claim` consumes something for, after the grant check,
/// all in one transaction.
pub(super) async fn first_tokens(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    (client, caller): (&Client, &Caller),
    narrower: Downscope<'_>,
    proved: &ProvenKeys,
    claim: impl AsyncFnOnce(&WriteTx) -> Result<Redeemed, FlowError>,
) -> Result<TokenResponse, FlowError> {
    let refresh_token = client
        .allows_grant(&GrantType::RefreshToken)
        .then(|| OpaqueToken::generate(&mut core.rng()));
    let done = dpop::in_write(core, proved, (client, caller), async |tx| {
        let Redeemed { state, sign_in } = claim(tx).await?;
        grant_check::check_grant(&state.check_input(client), core.now())
            .map_err(grant_check::GrantCheckError::to_error)?;
        let grant = &state.grant;
        let resources = narrower.resources(core, grant, client)?;
        let details = grant.authorization_details.narrowed(narrower.details)?;
        if let Some(token) = &refresh_token {
            let first = first_refresh_token(core, client, &state.grant, token, proved);
            repo::refresh_tokens::insert(tx, &first).await?;
        }
        if let Some(sign_in) = sign_in {
            record_protection(core, tx, (client, caller), &sign_in).await?;
        }
        Ok((state, resources, details))
    });
    let (state, resources, details) = done.await?;
    let part = Part {
        // The client's current scopes limit what was granted.
        scope: &state.grant.scope.intersect(&client.scopes),
        resources: &resources,
        details: &details,
    };
    respond(
        core,
        directory,
        issuing,
        &state,
        &part,
        refresh_token.as_ref(),
        proved,
    )
    .await
}

/// Records how a sign-in protected its code, as long as the client may go without PKCE: after
/// [`PKCE_STREAK`] sign-ins in a row with PKCE, the policy `auto` becomes `required`.
///
/// A client that requires PKCE costs no statement.
async fn record_protection(
    core: &Core,
    tx: &WriteTx,
    (client, caller): (&Client, &Caller),
    sign_in: &SignIn,
) -> Result<(), FlowError> {
    let client = sign_in.current.as_ref().unwrap_or(client);
    let protection = sign_in.protection;
    match (client.pkce_policy(), protection) {
        (PkcePolicy::Required, _) => {}
        (PkcePolicy::Auto, CodeProtection::Pkce) => {
            if repo::clients::count_pkce(tx, &client.id).await? == Some(PKCE_STREAK) {
                let event = caller.event(AuditKind::ClientPkceRequired, true, core.now());
                let event = event.about(&client.id).with("sign_ins", PKCE_STREAK);
                repo::audit::insert(tx, &event).await?;
                tracing::info!(client_id = %client.id, "PKCE became required for a client");
            }
        }
        _ if client.pkce_streak == 0 && client.code_protection == Some(protection) => {}
        _ => repo::clients::record_protection(tx, &client.id, protection).await?,
    }
    Ok(())
}

async fn claim(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<(Code, Option<Client>), FlowError> {
    let now = core.now();
    match repo::codes::consume(tx, &TokenHash::digest(presented.code), now).await? {
        CodeUse::Unknown => Err(OAuthError::invalid_grant("the code is unknown")
            .because(Reason::CodeUnknown)
            .into()),
        CodeUse::AlreadyUsed(code) => {
            revoke(
                core,
                tx,
                client,
                code.grant_id,
                RevokeReason::CodeReplayed,
                caller,
            )
            .await?;
            Err(used_before(&code, client))
        }
        CodeUse::Claimed(code) => {
            // A code without a challenge needs the current policy, not one that is a second old.
            let current = if code.code_challenge.is_none() && !client.requires_pkce() {
                repo::clients::find(tx, &client.id).await?
            } else {
                None
            };
            let request = code_exchange::CodeRedemption {
                client: current.as_ref().unwrap_or(client),
                redirect_uri: presented.redirect_uri,
                code_verifier: presented.code_verifier,
                jkt: presented.proved.jkt.as_deref(),
            };
            if let Err(problem) = code_exchange::check(&code, &request, now) {
                if problem.is_misuse() {
                    let reason = RevokeReason::CodeMisused;
                    revoke(core, tx, client, code.grant_id, reason, caller).await?;
                }
                // The grant ends with its code, because no token will be issued for it.
                repo::grants::end(tx, code.grant_id, now).await?;
                repo::codes::record_error(tx, &code.hash, problem).await?;
                tracing::info!(?problem, client_id = %client.id, "authorization code rejected");
                return Err(problem.to_error().into());
            }
            Ok((code, current))
        }
    }
}

/// Returns the error for a consumed code. A library that repeats a failed request with another
/// authentication method gets the cause of the failure, not only that the code was used.
fn used_before(code: &Code, client: &Client) -> FlowError {
    let is_own =
        |problem: &CodeError| code.client_id == client.id && *problem != CodeError::OtherClient;
    let own = code.problem.filter(is_own);
    let received = match own.map(|problem| problem.to_error().description) {
        Some(cause) => format!("{cause}; that request has used the code"),
        None => "the code has been used".to_owned(),
    };
    let error = OAuthError::invalid_grant(received);
    error.because(Reason::CodeUsed).into()
}

async fn revoke(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    grant: GrantId,
    reason: RevokeReason,
    caller: &Caller,
) -> Result<(), FlowError> {
    let now = core.now();
    // Repeated replays of a code are one event, because nothing changes after the first one.
    if mutant::is_disabled(Safeguard::CodeReplayRevokes)
        || !repo::grants::revoke(tx, grant, reason, now).await?
    {
        return Ok(());
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

/// Builds the first token of a refresh family.
pub(super) fn first_refresh_token(
    core: &Core,
    client: &Client,
    grant: &Grant,
    token: &OpaqueToken,
    proved: &ProvenKeys,
) -> RefreshToken {
    let now = core.now();
    let bound = sender_constraint::of_refresh_token(client, proved);
    RefreshToken {
        hash: token.hash(),
        grant_id: grant.id,
        client_id: grant.client_id.clone(),
        scope: grant.scope.clone(),
        dpop_jkt: bound.jkt,
        certificate_thumbprint: bound.certificate,
        created_at: now,
        expires_at: end_of_unused(core, grant),
        used_at: None,
        successor_hash: None,
        successor_sealed: None,
    }
}

/// The part of a grant that a token contains.
struct Part<'a> {
    scope: &'a Scope,
    resources: &'a [String],
    details: &'a AuthorizationDetails,
}

/// Builds the response for a grant that was just used, after the commit.
async fn respond(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    state: &LoadedGrant,
    part: &Part<'_>,
    refresh_token: Option<&OpaqueToken>,
    proved: &ProvenKeys,
) -> Result<TokenResponse, FlowError> {
    let grant = &state.grant;
    let Some(user) = &state.user else {
        return Err(invalid_grant("the grant is no longer valid"));
    };
    let org_scope = OrgScope::from_org(grant.org.as_deref());
    let roles = effective_roles::of_user_in(core, user.id, org_scope).await?;
    let scope = scope_at(core, directory, part.scope, part.resources).await?;
    let access = AccessGrant::User {
        grant,
        user,
        scope: &scope,
        resources: part.resources,
        details: part.details,
        roles: &roles,
    };
    let minted = mint_access_token(core, directory, issuing, &access, proved).await?;
    let id_token = if part.scope.contains("openid") {
        let described = Described {
            user,
            roles: &roles,
        };
        Some(mint_id_token(core, directory, issuing, grant, described, &minted.token).await?)
    } else {
        None
    };
    Ok(TokenResponse {
        refresh_token: refresh_token.map(|token| token.expose().to_owned()),
        id_token,
        ..minted.respond(&scope)
    })
}

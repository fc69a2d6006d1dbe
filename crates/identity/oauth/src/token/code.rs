//! The authorization code grant (RFC 6749 §4.1.3): checks the code and its grant, consumes the code,
//! issues tokens. Two statements: one reads the grant with all records that decide, one consumes its
//! code and stores the refresh token.

use doorward_domain::credentials::authorization_code::AuthorizationCode;
use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_domain::model::{
    Code, CodeError, CodeProtection, PKCE_STREAK, PkcePolicy, RefreshFamily,
};
use doorward_domain::mutant::{self, Safeguard};
use doorward_rules::code_exchange;
use doorward_rules::grant_check;
use doorward_rules::sender_constraint;
use doorward_services::context::Registries;
use doorward_store::db::WriteTx;
use doorward_store::repo::grants::GrantLimit;

use super::common::{Content, Downscope, content, family, invalid_grant};
use super::mint::mint_for_user;
use super::transaction::{self, Sender, Statements};
use crate::grant_state::{Redeemable, find_redeemable_grant};
use crate::prelude::*;
use crate::refresh_token;

pub(super) struct Presented<'a> {
    pub code: &'a str,
    pub redirect_uri: Option<&'a str>,
    pub code_verifier: Option<&'a str>,
    pub narrower: Downscope<'a>,
    pub sender: Sender<'a>,
}

/// Exchanges a code for tokens.
///
/// A code that fails its check is consumed. If a code is presented twice, everything issued from it
/// is revoked (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
pub(super) async fn exchange(
    context: &Context,
    presented: &Presented<'_>,
) -> FlowResult<TokenResponse> {
    let core = &context.core;
    let sender = presented.sender;
    let client = sender.client;
    let may_refresh = client.allows_grant(&GrantType::RefreshToken);
    let limit = access_end::grant_limit(core, may_refresh);
    let (found, current) = find_valid(core, presented, limit).await?;
    let current = current.as_ref().unwrap_or(client);
    let grant = &found.state.grant;
    let first = match first_tokens(context, sender, &found, presented.narrower) {
        Ok(first) => first,
        Err(error) => return Err(reject(core, grant, presented, None, error).await),
    };
    let has_nonce = grant.nonce.is_some();
    let code = grant.code.as_ref();
    let is_challenged = code.is_some_and(|code| code.code_challenge.is_some());
    let protection = CodeProtection::from_request(is_challenged, has_nonce);
    let change = ProtectionChange::of(current, protection);
    let statements = match change {
        ProtectionChange::None if !found.is_full => Statements::One,
        _ => Statements::Several,
    };
    let family = first.refresh.as_ref().map(|(_, family)| family);
    let write = transaction::in_conditional_write(core, sender, statements, async |tx| {
        let redeemed = repo::grants::redeem(tx, grant.id, family, core.now()).await?;
        if redeemed && change != ProtectionChange::None {
            record_protection(core, tx, sender, change, protection).await?;
        }
        if redeemed && found.is_full {
            access_end::revoke_surplus_grants(core, tx, grant.user_id, &client.id, may_refresh)
                .await?;
        }
        Ok(redeemed)
    });
    if !write.await? {
        return Err(lost(core, presented).await);
    }
    let registry = presented.narrower.registry;
    respond(context, registry, sender, found, first).await
}

/// Consumes a code without tokens, for a part of this server that is the client itself, and returns its
/// grant. The rules are those of an exchange for tokens.
#[boxed(?Send)]
pub async fn redeem(
    context: &Context,
    client: &Client,
    code: &str,
    redirect_uri: &str,
    code_verifier: &str,
    caller: &Caller,
) -> FlowResult<Grant> {
    let core = &context.core;
    grant_check::check_use(client, &GrantType::AuthorizationCode)?;
    let registry = context.registry().await?;
    let proved = ProvenKeys::default();
    let sender = Sender {
        client,
        proved: &proved,
        caller,
    };
    let presented = Presented {
        code,
        redirect_uri: Some(redirect_uri),
        code_verifier: Some(code_verifier),
        narrower: Downscope {
            resource: &[],
            details: None,
            registry: &registry,
        },
        sender,
    };
    let limit = access_end::grant_limit(core, false);
    let (found, _) = find_valid(core, &presented, limit).await?;
    let grant = &found.state.grant;
    if grant.actor().is_some() {
        let error = GrantCheckError::GrantNotAllowed.to_error();
        return Err(reject(core, grant, &presented, None, error).await);
    }
    if let Err(error) = grant_check::check_grant(&found.state.check_input(client), core.now()) {
        return Err(reject(core, grant, &presented, None, error.to_error()).await);
    }
    let several = Statements::Several;
    let write = transaction::in_conditional_write(core, sender, several, async |tx| {
        let redeemed = repo::grants::redeem(tx, grant.id, None, core.now()).await?;
        if redeemed && found.is_full {
            access_end::revoke_surplus_grants(core, tx, grant.user_id, &client.id, false).await?;
        }
        Ok(redeemed)
    });
    if !write.await? {
        return Err(lost(core, &presented).await);
    }
    Ok(found.state.grant)
}

/// Returns the grant of a code that was not consumed before and passes its checks, and the current record
/// of the client, if it was read.
async fn find_valid(
    core: &Core,
    presented: &Presented<'_>,
    limit: Option<GrantLimit>,
) -> FlowResult<(Redeemable, Option<Client>)> {
    let (sender, client) = (presented.sender, presented.sender.client);
    let found = find(core, presented.code, limit)
        .await?
        .ok_or_else(unknown)?;
    let code = unused(core, &found.state.grant, sender).await?;
    // A code without a challenge needs the current policy, not one that is a second old.
    let current = if code.code_challenge.is_none() && !client.requires_pkce() {
        repo::clients::find(core.db.read(), &client.id).await?
    } else {
        None
    };
    let request = code_exchange::CodeRedemption {
        client: current.as_ref().unwrap_or(client),
        redirect_uri: presented.redirect_uri,
        code_verifier: presented.code_verifier,
        jkt: sender.proved.jkt.as_deref(),
    };
    let grant = &found.state.grant;
    if let Err(problem) = code_exchange::check(grant, code, &request, core.now()) {
        tracing::info!(problem = problem.as_str(), client_id = %client.id, "authorization code rejected");
        let error = problem.to_error();
        return Err(reject(core, grant, presented, Some(problem), error).await);
    }
    Ok((found, current))
}

async fn find(
    core: &Core,
    text: &str,
    limit: Option<GrantLimit>,
) -> FlowResult<Option<Redeemable>> {
    let Some(presented) = AuthorizationCode::parse(text) else {
        return Ok(None);
    };
    let conn = core.db.read_before_write();
    let found = find_redeemable_grant(core, conn, presented.grant(), limit).await?;
    Ok(found.filter(|found| {
        let code = found.state.grant.code.as_ref();
        code.is_some_and(|code| code.hash == presented.hash())
    }))
}

/// Returns the code of a grant if it was not consumed before; otherwise revokes the grant.
async fn unused<'a>(core: &Core, grant: &'a Grant, sender: Sender<'_>) -> FlowResult<&'a Code> {
    let code = grant.code.as_ref().ok_or_else(unknown)?;
    if code.used_at.is_none() || mutant::is_disabled(Safeguard::CodeUsedOnce) {
        return Ok(code);
    }
    // A request that was recorded and sent again has a used proof, and revokes nothing.
    transaction::in_write(core, sender, async |tx| {
        revoke(core, tx, grant, RevokeReason::CodeReplayed, sender).await?;
        Err(used_before(grant, code, sender.client))
    })
    .await
}

/// Returns the error after another request was faster: it has consumed the code, or revoked the
/// grant.
async fn lost(core: &Core, presented: &Presented<'_>) -> FlowError {
    let again = match find(core, presented.code, None).await {
        Ok(Some(again)) => again,
        Ok(None) => return unknown(),
        Err(error) => return error,
    };
    match unused(core, &again.state.grant, presented.sender).await {
        Ok(_) => invalid_grant("the grant is no longer valid"),
        Err(error) => error,
    }
}

/// Consumes the code of a grant for which no token is issued, and returns the error. A misused code
/// also revokes the grant.
async fn reject(
    core: &Core,
    grant: &Grant,
    presented: &Presented<'_>,
    problem: Option<CodeError>,
    error: OAuthError,
) -> FlowError {
    let (sender, several) = (presented.sender, Statements::Several);
    let write = transaction::in_conditional_write(core, sender, several, async |tx| {
        if !repo::grants::reject_code(tx, grant.id, problem, core.now()).await? {
            return Ok(false);
        }
        if problem.is_some_and(CodeError::is_misuse) {
            revoke(core, tx, grant, RevokeReason::CodeMisused, sender).await?;
        }
        Err(error.into())
    });
    match write.await {
        Err(error) => error,
        Ok(_) => lost(core, presented).await,
    }
}

pub(super) struct FirstTokens {
    content: Content,
    /// The refresh token with its record, if the client may use one.
    pub refresh: Option<(RefreshTokenText, RefreshFamily)>,
}

/// Applies the grant check, and prepares the first tokens of a grant.
pub(super) fn first_tokens(
    context: &Context,
    sender: Sender<'_>,
    found: &Redeemable,
    narrower: Downscope<'_>,
) -> Result<FirstTokens, OAuthError> {
    let (core, client) = (&context.core, sender.client);
    let content = content(core, &found.state, client, None, narrower)?;
    let grant = &found.state.grant;
    let may_refresh = client.allows_grant(&GrantType::RefreshToken) && grant.actor().is_none();
    Ok(FirstTokens {
        content,
        refresh: may_refresh.then(|| {
            let text = refresh_token::generate(context, grant, 1);
            let bound = sender_constraint::of_refresh_token(client, sender.proved);
            let family = family(core, grant, &text, None, bound);
            (text, family)
        }),
    })
}

/// The change of a client after a sign-in, as long as the client may go without PKCE: after
/// [`PKCE_STREAK`] sign-ins in a row with PKCE, the policy `auto` becomes `required`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProtectionChange {
    None,
    /// Another sign-in with PKCE in a row.
    Count,
    Set,
}

impl ProtectionChange {
    fn of(client: &Client, protection: CodeProtection) -> Self {
        match (client.pkce_policy(), protection) {
            (PkcePolicy::Required, _) => Self::None,
            (PkcePolicy::Auto, CodeProtection::Pkce) => Self::Count,
            _ if client.pkce_streak == 0 && client.code_protection == Some(protection) => {
                Self::None
            }
            _ => Self::Set,
        }
    }
}

async fn record_protection(
    core: &Core,
    tx: &WriteTx,
    sender: Sender<'_>,
    change: ProtectionChange,
    protection: CodeProtection,
) -> FlowResult<()> {
    let id = &sender.client.id;
    if change == ProtectionChange::Set {
        repo::clients::record_protection(tx, id, protection).await?;
    } else if repo::clients::count_pkce(tx, id).await? == Some(PKCE_STREAK) {
        let kind = AuditKind::ClientPkceRequired;
        let event = sender.caller.event(kind, true, core.now());
        repo::audit::insert(tx, &event.about(id).with("sign_ins", PKCE_STREAK)).await?;
        tracing::info!(client_id = %id, "PKCE became required for a client");
    }
    Ok(())
}

fn unknown() -> FlowError {
    OAuthError::invalid_grant("the code is unknown")
        .because(Reason::CodeUnknown)
        .into()
}

/// Returns the error for a consumed code. A library that repeats a failed request with another
/// authentication method gets the cause of the failure, not only that the code was used.
fn used_before(grant: &Grant, code: &Code, client: &Client) -> FlowError {
    let is_own =
        |problem: &CodeError| grant.client_id == client.id && *problem != CodeError::OtherClient;
    let own = code.problem.filter(is_own);
    let received = match own.map(|problem| problem.to_error().description) {
        Some(cause) => format!("{cause}; that request has used the code"),
        None => "the code has been used".to_owned(),
    };
    OAuthError::invalid_grant(received)
        .because(Reason::CodeUsed)
        .into()
}

async fn revoke(
    core: &Core,
    tx: &WriteTx,
    grant: &Grant,
    reason: RevokeReason,
    sender: Sender<'_>,
) -> FlowResult<()> {
    let now = core.now();
    // Repeated replays of a code are one event, because nothing changes after the first one.
    if mutant::is_disabled(Safeguard::CodeReplayRevokes)
        || !repo::grants::revoke(tx, grant.id, reason, now).await?
    {
        return Ok(());
    }
    let kind = match reason {
        RevokeReason::CodeReplayed => AuditKind::CodeReplayed,
        _ => AuditKind::CodeMisused,
    };
    let event = sender
        .caller
        .event(kind, false, now)
        .through(&sender.client.id)
        .about(grant.user_id)
        .with("grant", grant.id.to_string());
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// Builds the response for a grant that was just used, after the commit.
pub(super) async fn respond(
    context: &Context,
    registry: &Registries,
    sender: Sender<'_>,
    found: Redeemable,
    first: FirstTokens,
) -> FlowResult<TokenResponse> {
    let (grant, roles) = (&found.state.grant, &found.roles);
    let Some(user) = &found.state.user else {
        return Err(invalid_grant("the grant is no longer valid"));
    };
    let described = Described {
        user,
        roles,
        nonce: grant.nonce.as_deref(),
    };
    let content = &first.content;
    let minted = mint_for_user(context, registry, sender, grant, described, content).await?;
    Ok(TokenResponse {
        refresh_token: first.refresh.map(|(text, _)| text.expose().to_owned()),
        ..minted
    })
}

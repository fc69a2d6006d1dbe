//! The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2). Two statements: one reads the grant with
//! all records that decide, one replaces its refresh token.

use doorward_domain::model::EndReason;
use doorward_domain::mutant::{self, Safeguard};
use doorward_domain::secret::{self, Secret};
use doorward_rules::refresh::{self, RefreshDecision};
use doorward_rules::sender_constraint;

use super::common::{Content, Downscope, content, end_of_unused, family};
use super::mint::mint_for_user;
use super::transaction::{self, Sender, Statements};
use crate::prelude::*;
use crate::refresh_token::{self, FoundToken};

pub(super) struct Presented<'a> {
    pub token: &'a str,
    pub scope: Option<&'a Scope>,
    pub narrower: Downscope<'a>,
    pub sender: Sender<'a>,
}

/// The result of a refresh, before the tokens are signed.
struct Outcome {
    found: FoundToken,
    content: Content,
    /// The new refresh token, or the same one.
    successor: Secret<String>,
}

pub struct Rotated {
    pub response: TokenResponse,
    /// The TTL of the unused new refresh token, in seconds.
    pub refresh_expires_in: i64,
}

/// Exchanges a refresh token for an access token, an ID token if `openid` is in its scope, and usually
/// for its successor.
pub(super) async fn rotate(context: &Context, presented: &Presented<'_>) -> FlowResult<Rotated> {
    let core = &context.core;
    // Boxed, because it holds the grant with all its records.
    let outcome = Box::pin(use_token(context, presented)).await?;
    let Outcome { found, content, .. } = &outcome;
    let grant = &found.state.grant;
    let Some(user) = &found.state.user else {
        return Err(unknown());
    };
    let described = Described {
        user,
        roles: &found.roles,
        nonce: None,
    };
    let (registry, sender) = (presented.narrower.registry, presented.sender);
    let minted = mint_for_user(context, registry, sender, grant, described, content).await?;
    Ok(Rotated {
        refresh_expires_in: end_of_unused(core, grant) - core.now(),
        response: TokenResponse {
            refresh_token: Some(outcome.successor.expose().clone()),
            ..minted
        },
    })
}

async fn use_token(context: &Context, presented: &Presented<'_>) -> FlowResult<Outcome> {
    let core = &context.core;
    let found = find(context, presented.token).await?;
    let decision = decision(core, presented.sender, &found);
    if decision != RefreshDecision::Refuse {
        // First of all: a sender without the key can neither use the token nor revoke its family.
        sender_constraint::check_refresh_token(&found.token, presented.sender.proved)?;
    }
    let successor = match decision {
        RefreshDecision::Rotate | RefreshDecision::Keep => {
            let content = prepare(core, presented, &found)?;
            let stored = if decision == RefreshDecision::Keep {
                extend(core, presented, &found).await?
            } else {
                replace(context, presented, &found).await?
            };
            stored.map(|successor| (content, successor))
        }
        RefreshDecision::Refuse => return Err(unknown()),
        RefreshDecision::Repeat | RefreshDecision::Reuse => None,
    };
    if let Some((content, successor)) = successor {
        return Ok(Outcome {
            found,
            content,
            successor,
        });
    }
    // The token was consumed, perhaps just now by another request.
    let found = match decision {
        RefreshDecision::Repeat | RefreshDecision::Reuse => found,
        _ => find(context, presented.token).await?,
    };
    handle_consumed(core, presented, found).await
}

async fn find(context: &Context, text: &str) -> FlowResult<FoundToken> {
    let found = refresh_token::find(context, context.core.db.read_before_write(), text).await?;
    found.ok_or_else(unknown)
}

fn decision(core: &Core, sender: Sender<'_>, found: &FoundToken) -> RefreshDecision {
    let (grant, token, client) = (&found.state.grant, &found.token, sender.client);
    let grace = core.config.tokens.refresh_grace;
    refresh::decide(grant, token, &client.id, grace, core.now()).for_profile(client.profile)
}

/// Replaces an unused token by its successor, which it returns; `None` if another request was
/// faster.
async fn replace(
    context: &Context,
    presented: &Presented<'_>,
    found: &FoundToken,
) -> FlowResult<Option<Secret<String>>> {
    let (core, sender) = (&context.core, presented.sender);
    let grant = &found.state.grant;
    let (current, next) = (found.generation, found.generation.saturating_add(1));
    let successor = refresh_token::generate(context, grant, next);
    let bound = sender_constraint::of_successor(&found.token, sender.client, sender.proved);
    let sealed = secret::seal_successor(presented.token, successor.expose(), &mut core.rng());
    let family = family(core, grant, &successor, Some(sealed), bound);
    let stored = store(core, sender, found, async |tx| {
        repo::grants::rotate(tx, grant.id, Some(current), &family).await
    });
    Ok(stored.await?.then(|| Secret::from(successor.expose())))
}

/// Extends an unused token that is not rotated, and returns it.
async fn extend(
    core: &Core,
    presented: &Presented<'_>,
    found: &FoundToken,
) -> FlowResult<Option<Secret<String>>> {
    let grant = &found.state.grant;
    let until = end_of_unused(core, grant);
    let stored = store(core, presented.sender, found, async |tx| {
        repo::grants::extend(tx, grant.id, found.generation, until).await
    });
    Ok(stored.await?.then(|| Secret::from(presented.token)))
}

/// Stores the use of a token. It also extends the session of an account API client, which has no
/// cookie in use: the session is listed until its refresh token expires.
async fn store(
    core: &Core,
    sender: Sender<'_>,
    found: &FoundToken,
    write: impl AsyncFnOnce(&WriteTx) -> Result<bool, StoreError>,
) -> FlowResult<bool> {
    let grant = &found.state.grant;
    let has_session = grant.origin == GrantOrigin::AccountApi;
    let statements = if has_session {
        Statements::Several
    } else {
        Statements::One
    };
    transaction::in_conditional_write(core, sender, statements, async |tx| {
        let stored = write(tx).await?;
        if stored && has_session {
            let until = end_of_unused(core, grant);
            repo::sessions::touch(tx, grant.session_id, core.now(), until).await?;
        }
        Ok(stored)
    })
    .await
}

/// Handles a token that was consumed before: after a lost response the client gets the same
/// successor, otherwise the family is revoked.
async fn handle_consumed(
    core: &Core,
    presented: &Presented<'_>,
    found: FoundToken,
) -> FlowResult<Outcome> {
    let sender = presented.sender;
    match decision(core, sender, &found) {
        RefreshDecision::Repeat => {
            let content = prepare(core, presented, &found)?;
            let sealed = found.token.successor_sealed.as_deref().unwrap_or_default();
            let successor = secret::open_successor(presented.token, sealed).ok_or_else(|| {
                ServerError::Internal("a sealed successor cannot be decrypted".to_owned())
            })?;
            // The commit that it depends on may be newer than the last sync.
            let one = Statements::One;
            transaction::in_conditional_write(core, sender, one, async |_| Ok(true)).await?;
            Ok(Outcome {
                found,
                content,
                successor,
            })
        }
        RefreshDecision::Reuse => {
            // A request that was recorded and sent again has a used proof, and revokes nothing.
            transaction::in_write(core, sender, async |tx| {
                revoke_family(core, tx, &found, sender).await?;
                Err(unknown())
            })
            .await
        }
        RefreshDecision::Rotate | RefreshDecision::Keep | RefreshDecision::Refuse => Err(unknown()),
    }
}

async fn revoke_family(
    core: &Core,
    tx: &WriteTx,
    found: &FoundToken,
    sender: Sender<'_>,
) -> FlowResult<()> {
    let (grant, client, now) = (&found.state.grant, sender.client, core.now());
    if !mutant::is_disabled(Safeguard::ReuseRevokesFamily) {
        repo::grants::revoke(tx, grant.id, RevokeReason::RefreshReused, now).await?;
    }
    if grant.origin == GrantOrigin::AccountApi {
        // In this case the refresh token represents the session itself.
        repo::sessions::end(tx, grant.session_id, EndReason::ReuseDetected, now).await?;
    }
    let event = sender
        .caller
        .event(AuditKind::RefreshReused, false, now)
        .about(grant.user_id)
        .through(&client.id)
        .with("grant", grant.id.to_string());
    repo::audit::insert(tx, &event).await?;
    tracing::warn!(client_id = %client.id, grant = %grant.id, "refresh token reuse: family revoked");
    Ok(())
}

/// Returns the content of the new tokens. It is prepared before the refresh token is consumed, so that
/// an invalid request loses nothing.
fn prepare(
    core: &Core,
    presented: &Presented<'_>,
    found: &FoundToken,
) -> Result<Content, OAuthError> {
    let client = presented.sender.client;
    content(
        core,
        &found.state,
        client,
        presented.scope,
        presented.narrower,
    )
}

fn unknown() -> FlowError {
    OAuthError::invalid_grant("the refresh token is unknown, used or expired")
        .because(Reason::RefreshToken)
        .into()
}

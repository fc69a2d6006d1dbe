//! The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2). Two statements: one reads the grant with
//! all records that decide, one replaces its refresh token.

use doorward_domain::model::{AuditKind, Client, EndReason, GrantOrigin, RevokeReason};
use doorward_domain::mutant::{self, Safeguard};
use doorward_domain::secret::{self, Secret};
use doorward_protocol::error::{OAuthError, Reason};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenResponse;
use doorward_rules::access_token::Described;
use doorward_rules::grant_check;
use doorward_rules::refresh::{self, RefreshDecision};
use doorward_rules::sender_constraint::{self, ProvenKeys};
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::{Core, Directory, Issuing};
use doorward_services::error::{FlowError, ServerError};
use doorward_store::db::WriteTx;
use doorward_store::repo;

use super::common::{Downscope, end_of_unused, family};
use super::mint::{Content, mint_for_user};
use super::transaction::{self, Statements};
use crate::refresh_token::{self, FoundToken};

/// The part of the token request that concerns a refresh token.
pub(super) struct Presented<'a> {
    pub token: &'a str,
    pub scope: Option<&'a Scope>,
    pub narrower: Downscope<'a>,
    pub proved: &'a ProvenKeys,
}

/// The result of a refresh, before the tokens are signed.
struct Outcome {
    found: FoundToken,
    content: Content,
    /// The new refresh token, or the same one.
    successor: Secret<String>,
}

/// The result of exchanging a refresh token.
pub struct Rotated {
    pub response: TokenResponse,
    /// The TTL of the unused new refresh token, in seconds.
    pub refresh_expires_in: i64,
}

/// Exchanges a refresh token for an access token, an ID token if `openid` is in its scope, and usually
/// for its successor.
pub(super) async fn rotate(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<Rotated, FlowError> {
    // Boxed, because it holds the grant with all its records.
    let outcome = Box::pin(use_token(core, issuing, presented, client, caller)).await?;
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
    let minted = mint_for_user(
        core,
        directory,
        issuing,
        grant,
        described,
        content,
        presented.proved,
    )
    .await?;
    Ok(Rotated {
        refresh_expires_in: end_of_unused(core, grant) - core.now(),
        response: TokenResponse {
            refresh_token: Some(outcome.successor.expose().clone()),
            ..minted
        },
    })
}

async fn use_token(
    core: &Core,
    issuing: &Issuing,
    presented: &Presented<'_>,
    client: &Client,
    caller: &Caller,
) -> Result<Outcome, FlowError> {
    let found = find(core, issuing, presented.token).await?;
    let decision = decision(core, client, &found);
    if decision != RefreshDecision::Refuse {
        // First of all: a sender without the key can neither use the token nor revoke its family.
        sender_constraint::check_refresh_token(&found.token, presented.proved)?;
    }
    let successor = match decision {
        RefreshDecision::Rotate | RefreshDecision::Keep => {
            let content = prepare(core, client, presented, &found)?;
            let stored = if decision == RefreshDecision::Keep {
                extend(core, presented, &found, client, caller).await?
            } else {
                replace(core, issuing, presented, &found, client, caller).await?
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
        _ => find(core, issuing, presented.token).await?,
    };
    handle_consumed(core, presented, found, client, caller).await
}

async fn find(core: &Core, issuing: &Issuing, text: &str) -> Result<FoundToken, FlowError> {
    let found = refresh_token::find(core, issuing, core.db.read_before_write(), text).await?;
    found.ok_or_else(unknown)
}

fn decision(core: &Core, client: &Client, found: &FoundToken) -> RefreshDecision {
    let (grant, token) = (&found.state.grant, &found.token);
    let grace = core.config.tokens.refresh_grace;
    refresh::decide(grant, token, &client.id, grace, core.now()).for_profile(client.profile)
}

/// Replaces an unused token by its successor, which it returns; `None` if another request was
/// faster.
async fn replace(
    core: &Core,
    issuing: &Issuing,
    presented: &Presented<'_>,
    found: &FoundToken,
    client: &Client,
    caller: &Caller,
) -> Result<Option<Secret<String>>, FlowError> {
    let grant = &found.state.grant;
    let (current, next) = (found.generation, found.generation.saturating_add(1));
    let successor = refresh_token::generate(core, issuing, grant, next);
    let bound = sender_constraint::of_successor(&found.token, client, presented.proved);
    let sealed = secret::seal_successor(presented.token, successor.expose(), &mut core.rng());
    let family = family(core, grant, &successor, Some(sealed), bound);
    let statements = statements(found);
    let write = transaction::in_conditional_write(
        core,
        presented.proved,
        client,
        caller,
        statements,
        async |tx| {
            let stored = repo::grants::rotate(tx, grant.id, Some(current), &family).await?;
            if stored {
                record_use(core, tx, found).await?;
            }
            Ok(stored)
        },
    );
    let stored = write.await?;
    Ok(stored.then(|| Secret::from(successor.expose())))
}

/// Extends an unused token that is not rotated, and returns it.
async fn extend(
    core: &Core,
    presented: &Presented<'_>,
    found: &FoundToken,
    client: &Client,
    caller: &Caller,
) -> Result<Option<Secret<String>>, FlowError> {
    let (grant, until) = (&found.state.grant, end_of_unused(core, &found.state.grant));
    let statements = statements(found);
    let write = transaction::in_conditional_write(
        core,
        presented.proved,
        client,
        caller,
        statements,
        async |tx| {
            let stored = repo::grants::extend(tx, grant.id, found.generation, until).await?;
            if stored {
                record_use(core, tx, found).await?;
            }
            Ok(stored)
        },
    );
    let stored = write.await?;
    Ok(stored.then(|| Secret::from(presented.token)))
}

/// Returns the number of statements that a use of the token needs.
const fn statements(found: &FoundToken) -> Statements {
    if matches!(found.state.grant.origin, GrantOrigin::AccountApi) {
        Statements::Several
    } else {
        Statements::One
    }
}

/// Extends the session of an account API client, which has no cookie in use: the session is listed
/// until its refresh token expires.
async fn record_use(core: &Core, tx: &WriteTx, found: &FoundToken) -> Result<(), FlowError> {
    let (grant, now) = (&found.state.grant, core.now());
    if grant.origin == GrantOrigin::AccountApi {
        let until = end_of_unused(core, grant);
        repo::sessions::touch(tx, grant.session_id, now, until).await?;
    }
    Ok(())
}

/// Handles a token that was consumed before: after a lost response the client gets the same
/// successor, otherwise the family is revoked.
async fn handle_consumed(
    core: &Core,
    presented: &Presented<'_>,
    found: FoundToken,
    client: &Client,
    caller: &Caller,
) -> Result<Outcome, FlowError> {
    match decision(core, client, &found) {
        RefreshDecision::Repeat => {
            let content = prepare(core, client, presented, &found)?;
            let sealed = found.token.successor_sealed.as_deref().unwrap_or_default();
            let successor = secret::open_successor(presented.token, sealed).ok_or_else(|| {
                ServerError::Internal("a sealed successor cannot be decrypted".to_owned())
            })?;
            // The commit that it depends on may be newer than the last sync.
            let one = Statements::One;
            transaction::in_conditional_write(
                core,
                presented.proved,
                client,
                caller,
                one,
                async |_| Ok(true),
            )
            .await?;
            Ok(Outcome {
                found,
                content,
                successor,
            })
        }
        RefreshDecision::Reuse => {
            // A request that was recorded and sent again has a used proof, and revokes nothing.
            transaction::in_write(core, presented.proved, client, caller, async |tx| {
                revoke_family(core, tx, &found, client, caller).await?;
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
    client: &Client,
    caller: &Caller,
) -> Result<(), FlowError> {
    let (grant, now) = (&found.state.grant, core.now());
    if !mutant::is_disabled(Safeguard::ReuseRevokesFamily) {
        repo::grants::revoke(tx, grant.id, RevokeReason::RefreshReused, now).await?;
    }
    if grant.origin == GrantOrigin::AccountApi {
        // In this case the refresh token represents the session itself.
        let session = grant.session_id;
        repo::sessions::end(tx, session, EndReason::ReuseDetected, now).await?;
    }
    let event = caller
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
    client: &Client,
    presented: &Presented<'_>,
    found: &FoundToken,
) -> Result<Content, OAuthError> {
    grant_check::check_grant(&found.state.check_input(client), core.now())
        .map_err(grant_check::GrantCheckError::to_error)?;
    let (grant, narrower) = (&found.state.grant, presented.narrower);
    // The client's current scopes limit what was granted.
    let allowed = grant.scope.intersect(&client.scopes);
    Ok(Content {
        scope: refresh::narrow(&allowed, presented.scope)?,
        resources: narrower.resources(core, grant, client)?,
        details: grant.authorization_details.narrowed(narrower.details)?,
    })
}

fn unknown() -> FlowError {
    let told = "the refresh token is unknown, used or expired";
    OAuthError::invalid_grant(told)
        .because(Reason::RefreshToken)
        .into()
}

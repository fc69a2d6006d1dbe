//! The API keys of a user.

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::{ApiKey, ApiKeyId, Authentication, OrgScope, ScopeEntry};
use doorward_rules::api_key::{self as rule, ApiKeyRequest, ApiKeyRequestError};
use doorward_services::context::effective_roles;

use super::change::in_recording_change;
use crate::prelude::*;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyError {
    /// The last authentication is too old or too weak; reauthentication is required (ASVS 5.0
    /// §7.5.3).
    NotFresh,
    TooMany,
    Problems(Vec<ApiKeyRequestError>),
}

#[derive(Debug)]
pub struct CreatedApiKey {
    pub key: ApiKey,
    /// The key as text, shown only once.
    pub text: ApiKeyToken,
}

/// Lists the live keys of a user, the newest first.
#[boxed(?Send)]
pub async fn list(core: &Core, user: UserId) -> Result<Vec<ApiKey>> {
    Ok(repo::api_keys::list_live(core.db.read(), user, core.now()).await?)
}

/// Lists the scopes that new keys of this user without organization can have now.
#[boxed(?Send)]
pub async fn grantable(context: &Context, user: UserId) -> Result<Vec<ScopeEntry>> {
    let registry = context.registry().await?;
    let roles = effective_roles::of_user_in(&context.core, user, OrgScope::Global).await?;
    let entries = rule::grantable(&roles, &registry.scopes);
    Ok(entries.into_iter().cloned().collect())
}

/// Creates a key for an organization, or for none. A request for more than the user holds there is
/// rejected with an audit event.
#[boxed(?Send)]
pub async fn create(
    context: &Context,
    user: &User,
    org: Option<&str>,
    proof: &Authentication,
    request: &ApiKeyRequest,
    caller: &Caller,
) -> FlowResult<CreatedApiKey, ApiKeyError> {
    let core = &context.core;
    if !factors::is_proof_fresh(context, user.id, proof).await? {
        return Err(FlowError::Rejected(ApiKeyError::NotFresh));
    }
    let now = core.now();
    let registry = context.registry().await?;
    let roles = effective_roles::of_user_in(core, user.id, OrgScope::from_org(org)).await?;
    let grantable = rule::grantable(&roles, &registry.scopes);
    let verdict = rule::check_request(request, &grantable, now);
    in_recording_change(context, caller, async |change| {
        let tx = change.tx;
        let event = change.event(AuditKind::ApiKeyCreated, verdict.is_ok());
        let event = event.by(user.id);
        let terms = match verdict {
            Ok(terms) => terms,
            Err(problems) => {
                if let Some(beyond) = beyond(&problems) {
                    let event = event.about(user.id).with("reason", "more than is held");
                    change.record(&event.with("scopes", beyond)).await?;
                }
                return Err(FlowError::Rejected(ApiKeyError::Problems(problems)));
            }
        };
        if repo::api_keys::count_live_locked(tx, user.id, now).await? >= rule::MAX_KEYS {
            return Err(FlowError::Rejected(ApiKeyError::TooMany));
        }
        let text = ApiKeyToken::generate(&mut core.rng());
        let key = ApiKey {
            id: text.id(),
            hash: text.hash(context.accounts.api_key_key.expose()),
            user_id: user.id,
            org: org.map(str::to_owned),
            name: terms.name,
            scopes: terms.scopes,
            networks: terms.networks,
            created_at: now,
            expires_at: terms.expires_at,
            last_used_at: None,
            last_used_from: None,
            revoked_at: None,
        };
        repo::api_keys::insert(tx, &key).await?;
        let event = event.about(key.id.prefix());
        let event = event.with("scopes", key.scopes.to_string());
        let event = event.with("org", key.org.clone());
        let notice = SecurityNotification::ApiKeyCreated;
        change.report(user, &event, notice).await?;
        Ok(CreatedApiKey { key, text })
    })
    .await
}

/// Returns the requested scopes that the user does not hold, shortened for an audit event.
fn beyond(problems: &[ApiKeyRequestError]) -> Option<String> {
    problems.iter().find_map(|problem| match problem {
        ApiKeyRequestError::ScopesNotHeld(scope) => {
            Some(scope.to_string().chars().take(200).collect())
        }
        _ => None,
    })
}

/// Revokes a key of this user. Returns false if the user has no such live key.
#[boxed(?Send)]
pub async fn revoke(core: &Core, user: UserId, id: &ApiKeyId, caller: &Caller) -> Result<bool> {
    in_plain_transaction(&core.db, async |tx| {
        let now = core.now();
        if !repo::api_keys::revoke(tx, user, id, now).await? {
            return Ok(false);
        }
        let event = caller.event(AuditKind::ApiKeyRevoked, true, now);
        repo::audit::insert(tx, &event.by(user).about(id.prefix())).await?;
        Ok(true)
    })
    .await
}

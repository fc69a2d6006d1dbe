//! API keys: users create and revoke them; resource servers look up the keys presented to them.

use std::net::IpAddr;
use std::time::Duration;

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::mail::SecurityNotification;
use doorward_domain::model::{
    ApiKey, ApiKeyId, AuditEvent, AuditKind, Authentication, Client, EffectiveRoles, OrgScope,
    ScopeEntry, User, UserId,
};
use doorward_domain::rules::api_key::{
    self as rule, ApiKeyRequest, ApiKeyRequestError, ApiKeyUseError, UsageRecord,
};
use doorward_domain::rules::reauthentication;
use doorward_protocol::scope::Scope;
use doorward_store::{Key, repo};

use super::second_factor::factors;
use super::transaction::{in_recording_transaction, in_transaction};
use super::{notification, organization};
use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Accounts, Context, Core, Directory, effective_roles};
use crate::error::{FlowError, ServerError};

/// Minimum time between two audit events about the rejection of the same key.
const DENIAL_AUDIT_INTERVAL: Duration = Duration::from_mins(1);

/// The failure of creating a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyError {
    /// The last authentication is too old or too weak; reauthentication is required (ASVS 5.0
    /// §7.5.3).
    NotFresh,
    /// The user has the maximum number of keys.
    TooMany,
    /// The request is not valid.
    Problems(Vec<ApiKeyRequestError>),
}

/// A new key.
#[derive(Debug)]
pub struct CreatedApiKey {
    /// The stored key.
    pub key: ApiKey,
    /// The key as text, shown only once.
    pub text: ApiKeyToken,
}

/// Lists the live keys of a user, the newest first.
pub async fn list(core: &Core, user: UserId) -> Result<Vec<ApiKey>, ServerError> {
    Ok(repo::api_keys::list_live(core.db.read(), user, core.now()).await?)
}

/// Lists the scopes that new keys of this user without organization can have now.
pub async fn grantable(
    core: &Core,
    directory: &Directory,
    user: UserId,
) -> Result<Vec<ScopeEntry>, ServerError> {
    let registry = directory.registry(core).await?;
    let roles = effective_roles::of_user_in(core, user, OrgScope::Global).await?;
    let entries = rule::grantable(&roles, &registry.scopes);
    Ok(entries.into_iter().cloned().collect())
}

/// Returns true if this authentication is recent and strong enough to create a key.
pub async fn is_fresh(
    core: &Core,
    accounts: &Accounts,
    user: UserId,
    proof: &Authentication,
) -> Result<bool, ServerError> {
    let has_factor = factors::is_required_at_sign_in(core, accounts, core.db.read(), user).await?;
    Ok(reauthentication::is_fresh(proof, has_factor, core.now()))
}

/// Creates a key for an organization, or for none. A request for more than the user holds there is
/// rejected with an audit event.
pub async fn create(
    context: &Context,
    user: &User,
    org: Option<&str>,
    proof: &Authentication,
    request: &ApiKeyRequest,
    caller: &Caller,
) -> Result<CreatedApiKey, FlowError<ApiKeyError>> {
    let Context {
        core,
        delivery,
        accounts,
        ..
    } = context;
    if !is_fresh(core, accounts, user.id, proof).await? {
        return Err(FlowError::Rejected(ApiKeyError::NotFresh));
    }
    let now = core.now();
    let registry = context.directory.registry(core).await?;
    let roles = effective_roles::of_user_in(core, user.id, OrgScope::from_org(org)).await?;
    let grantable = rule::grantable(&roles, &registry.scopes);
    let verdict = rule::check_request(request, &grantable, now);
    let event = caller.event(AuditKind::ApiKeyCreated, verdict.is_ok(), now);
    let event = event.by(user.id);
    let created = in_recording_transaction(&core.db, async |tx| {
        let terms = match verdict {
            Ok(terms) => terms,
            Err(problems) => {
                if let Some(beyond) = beyond(&problems) {
                    let event = event.about(user.id).with("reason", "more than is held");
                    let event = event.with("scopes", shortened(beyond));
                    repo::audit::insert(tx, &event).await?;
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
            hash: text.hash(accounts.api_key_key.expose()),
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
        repo::audit::insert(tx, &event).await?;
        let notice = SecurityNotification::ApiKeyCreated;
        notification::enqueue(core, delivery, tx, user, notice, caller).await?;
        Ok(CreatedApiKey { key, text })
    })
    .await;
    delivery.jobs.wake();
    created
}

fn beyond(problems: &[ApiKeyRequestError]) -> Option<&Scope> {
    problems.iter().find_map(|problem| match problem {
        ApiKeyRequestError::ScopesNotHeld(scope) => Some(scope),
        _ => None,
    })
}

/// Shortens a scope from a request to a length that fits an audit event.
fn shortened(scope: &Scope) -> String {
    scope.to_string().chars().take(200).collect()
}

/// Revokes a key of this user. Returns false if the user has no such live key.
pub async fn revoke(
    core: &Core,
    user: UserId,
    id: &ApiKeyId,
    caller: &Caller,
) -> Result<bool, ServerError> {
    let done: Result<bool, FlowError> = in_transaction(&core.db, async |tx| {
        let now = core.now();
        if !repo::api_keys::revoke(tx, user, id, now).await? {
            return Ok(false);
        }
        let event = caller.event(AuditKind::ApiKeyRevoked, true, now);
        repo::audit::insert(tx, &event.by(user).about(id.prefix())).await?;
        Ok(true)
    })
    .await;
    done.map_err(FlowError::into_server_error)
}

/// A valid key, with its access at the resources of the asking client.
#[derive(Debug)]
pub struct ValidApiKey {
    /// The key.
    pub key: ApiKey,
    /// The user of the key.
    pub owner: User,
    /// The user's roles and permissions.
    pub roles: EffectiveRoles,
    /// The audiences of the key that the asking client is the server of.
    pub audiences: Vec<String>,
    /// The key's scopes at these audiences that the user's permissions cover now.
    pub scope: Scope,
}

/// Checks a presented key for this client. Returns `None` unless the key is valid, used from an
/// allowed address, and made for a resource that the client is the server of. Records the use.
pub async fn check(
    core: &Core,
    directory: &Directory,
    accounts: &Accounts,
    client: &Client,
    presented: &str,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<Option<ValidApiKey>, ServerError> {
    let Some(text) = ApiKeyToken::parse(presented) else {
        return Ok(None);
    };
    let found = repo::api_keys::find_with_owner(core.db.read(), &text.id()).await?;
    let Some((key, owner)) =
        found.filter(|(key, _)| key.hash == text.hash(accounts.api_key_key.expose()))
    else {
        return Ok(None);
    };
    let registry = directory.registry(core).await?;
    let mut audiences = rule::audiences(&key, &registry.scopes);
    audiences.retain(|audience| client.is_server_of(audience));
    if audiences.is_empty() {
        // RFC 7662 §2.2: the client may not introspect this key.
        return Ok(None);
    }
    let org = key.org.as_deref();
    let is_member = organization::is_member(core.db.read(), org, key.user_id).await?;
    if let Err(error) = rule::check_use(&key, owner.as_ref(), is_member, address, core.now()) {
        record_denial(core, client, &key, error, address, caller).await?;
        return Ok(None);
    }
    let Some(owner) = owner else {
        return Ok(None);
    };
    let roles = effective_roles::of_user_in(core, owner.id, OrgScope::from_org(org)).await?;
    let scope = rule::entitled(&key, &roles, &registry.scopes, &audiences);
    record_use(core, client, &key, address, caller).await?;
    Ok(Some(ValidApiKey {
        key,
        owner,
        roles,
        audiences,
        scope,
    }))
}

/// Builds an audit event about the use of a key. The address is that of the key's user, not of the
/// resource server.
fn event(
    core: &Core,
    client: &Client,
    key: &ApiKey,
    (kind, success): (AuditKind, bool),
    address: Option<IpAddr>,
    caller: &Caller,
) -> AuditEvent {
    let event = caller.event(kind, success, core.now());
    let event = event.by(key.user_id).about(key.id.prefix());
    AuditEvent {
        ip: address,
        user_agent: None,
        ..event.through(&client.id)
    }
}

async fn record_use(
    core: &Core,
    client: &Client,
    key: &ApiKey,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let now = core.now();
    let note = rule::usage_record(key, address, now);
    if note == UsageRecord::Nothing {
        return Ok(());
    }
    let kind = match key.last_used_at {
        None => AuditKind::ApiKeyFirstUsed,
        Some(_) => AuditKind::ApiKeyUsed,
    };
    let event = event(core, client, key, (kind, true), address, caller);
    let tx = core.db.begin_write().await?;
    let before = now - rule::USE_WRITTEN_EVERY;
    let first = repo::api_keys::record_use(&tx, &key.id, address, now, before).await?;
    if first && note == UsageRecord::Audit {
        repo::audit::insert(&tx, &event).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn record_denial(
    core: &Core,
    client: &Client,
    key: &ApiKey,
    error: ApiKeyUseError,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let name = Key::new(
        "api-key-refused",
        format_args!("{} {}", key.id, error.as_str()),
    );
    let is_news = core
        .ephemeral
        .put_new(&name, b"1", DENIAL_AUDIT_INTERVAL)
        .await
        // Without the ephemeral store, every rejection is recorded.
        .unwrap_or(true);
    if !is_news {
        return Ok(());
    }
    let kind = (AuditKind::ApiKeyRefused, false);
    let event = event(core, client, key, kind, address, caller);
    let tx = core.db.begin_write().await?;
    repo::audit::insert(&tx, &event.with("reason", error.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

//! API keys: made and revoked by their owner, looked up for the resource server that was shown one.

use std::net::IpAddr;
use std::time::Duration;

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::{
    ApiKey, ApiKeyId, AuditEvent, AuditKind, Authentication, Client, EffectiveRoles, OrgScope,
    ScopeEntry, User, UserId,
};
use doorward_domain::rules::api_key::{
    self as rule, ApiKeyRequest, ApiKeyRequestError, ApiKeyUseError, UsageRecord,
};
use doorward_domain::rules::reauthentication;
use doorward_email::security_notification::SecurityNotification;
use doorward_protocol::scope::Scope;
use doorward_store::{Key, repo};

use super::second_factor::factors;
use super::transaction::in_transaction;
use super::{notification, organization};
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::{FlowError, ServerError};
use crate::state::State;

/// A refused key is worth one line of the audit log in this time.
const REFUSAL_AUDITED_EVERY: Duration = Duration::from_mins(1);

/// Why no key was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyError {
    /// The last proof is too old or too weak: sign in again first (SE-7).
    NotFresh,
    /// The person has as many keys as one may have.
    TooMany,
    /// The wish cannot be granted.
    Problems(Vec<ApiKeyRequestError>),
}

/// A key that was just made.
#[derive(Debug)]
pub struct Made {
    /// What is kept.
    pub key: ApiKey,
    /// The key itself, to be shown this once.
    pub text: ApiKeyToken,
}

/// The live keys of a person, the newest first.
pub async fn list(state: &State, user: UserId) -> Result<Vec<ApiKey>, ServerError> {
    Ok(repo::api_keys::list_live(state.db.read(), user, state.now()).await?)
}

/// What keys of this person that act for no organization can be given now.
pub async fn grantable(state: &State, user: UserId) -> Result<Vec<ScopeEntry>, ServerError> {
    let registry = state.registry().await?;
    let held = state.roles_of_user_in(user, OrgScope::Global).await?;
    let entries = rule::grantable(&held, &registry.scopes);
    Ok(entries.into_iter().cloned().collect())
}

/// Whether this proof does for making a key.
pub async fn is_fresh(
    state: &State,
    user: UserId,
    proof: &Authentication,
) -> Result<bool, ServerError> {
    let has_factor = factors::is_required_at_sign_in(state, state.db.read(), user).await?;
    Ok(reauthentication::is_fresh(proof, has_factor, state.now()))
}

/// Makes a key of this organization, or of none. A wish for more than the person holds there is
/// refused and written down.
pub async fn create(
    state: &State,
    user: &User,
    org: Option<&str>,
    proof: &Authentication,
    wish: &ApiKeyRequest,
    caller: &Caller,
) -> Result<Made, FlowError<ApiKeyError>> {
    if !is_fresh(state, user.id, proof).await? {
        return Err(FlowError::Rejected(ApiKeyError::NotFresh));
    }
    let now = state.now();
    let registry = state.registry().await?;
    let held = state.roles_of_user_in(user.id, OrgScope::of(org)).await?;
    let grantable = rule::grantable(&held, &registry.scopes);
    let verdict = rule::may_create(wish, &grantable, now);
    let event = caller.event(AuditKind::ApiKeyCreated, verdict.is_ok(), now);
    let event = event.by(user.id);
    let made = in_transaction(&state.db, async |tx| {
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
        if repo::api_keys::count_live_locked(tx, user.id, now).await? >= rule::MOST_KEYS {
            return Err(FlowError::Rejected(ApiKeyError::TooMany));
        }
        let text = ApiKeyToken::generate(&mut rand::rng());
        let key = ApiKey {
            id: text.id(),
            hash: text.hash(state.api_key_key()),
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
        let event = event.about(key.id.shown());
        let event = event.with("scopes", key.scopes.to_string());
        let event = event.with("org", key.org.clone());
        repo::audit::insert(tx, &event).await?;
        notification::enqueue(state, tx, user, SecurityNotification::ApiKeyCreated, caller).await?;
        Ok(Made { key, text })
    })
    .await;
    state.jobs.wake();
    made
}

fn beyond(problems: &[ApiKeyRequestError]) -> Option<&Scope> {
    problems.iter().find_map(|problem| match problem {
        ApiKeyRequestError::ScopesNotHeld(scope) => Some(scope),
        _ => None,
    })
}

/// What a stranger typed, cut to what a line of the audit log can bear.
fn shortened(scope: &Scope) -> String {
    scope.to_string().chars().take(200).collect()
}

/// Revokes a key of this person; false when they have no such live key.
pub async fn revoke(
    state: &State,
    user: UserId,
    id: &ApiKeyId,
    caller: &Caller,
) -> Result<bool, ServerError> {
    let done: Result<bool, FlowError> = in_transaction(&state.db, async |tx| {
        let now = state.now();
        if !repo::api_keys::revoke(tx, user, id, now).await? {
            return Ok(false);
        }
        let event = caller.event(AuditKind::ApiKeyRevoked, true, now);
        repo::audit::insert(tx, &event.by(user).about(id.shown())).await?;
        Ok(true)
    })
    .await;
    done.map_err(FlowError::into_fault)
}

/// A key that is good now, and what it may do at the resources of who asks.
#[derive(Debug)]
pub struct Good {
    /// The key.
    pub key: ApiKey,
    /// Whose it is.
    pub owner: User,
    /// What the owner holds.
    pub held: EffectiveRoles,
    /// The audiences of the key that the asking client is the server of.
    pub audiences: Vec<String>,
    /// The key's scopes there, as far as the owner holds them now.
    pub scope: Scope,
}

/// What a presented key is to this client: none unless it is good, used from an allowed address,
/// and made for a resource that the client is the server of. Use is written down.
pub async fn check(
    state: &State,
    client: &Client,
    presented: &str,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<Option<Good>, ServerError> {
    let Some(text) = ApiKeyToken::parse(presented) else {
        return Ok(None);
    };
    let found = repo::api_keys::find_with_owner(state.db.read(), &text.id()).await?;
    let Some((key, owner)) = found.filter(|(key, _)| key.hash == text.hash(state.api_key_key()))
    else {
        return Ok(None);
    };
    let registry = state.registry().await?;
    let mut audiences = rule::audiences(&key, &registry.scopes);
    audiences.retain(|audience| client.is_server_of(audience));
    if audiences.is_empty() {
        // RFC 7662 §2.2: not this client's to ask about.
        return Ok(None);
    }
    let org = key.org.as_deref();
    let is_member = organization::is_member(state.db.read(), org, key.user_id).await?;
    if let Err(refusal) = rule::still_good(&key, owner.as_ref(), is_member, address, state.now()) {
        note_refusal(state, client, &key, refusal, address, caller).await?;
        return Ok(None);
    }
    let Some(owner) = owner else {
        return Ok(None);
    };
    let held = state.roles_of_user_in(owner.id, OrgScope::of(org)).await?;
    let scope = rule::entitled(&key, &held, &registry.scopes, &audiences);
    note_use(state, client, &key, address, caller).await?;
    Ok(Some(Good {
        key,
        owner,
        held,
        audiences,
        scope,
    }))
}

/// A line about the use of a key: the address is that of the key's user, not of the service.
fn event(
    state: &State,
    client: &Client,
    key: &ApiKey,
    (kind, success): (AuditKind, bool),
    address: Option<IpAddr>,
    caller: &Caller,
) -> AuditEvent {
    let event = caller.event(kind, success, state.now());
    let event = event.by(key.user_id).about(key.id.shown());
    AuditEvent {
        ip: address,
        user_agent: None,
        ..event.through(&client.id)
    }
}

async fn note_use(
    state: &State,
    client: &Client,
    key: &ApiKey,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let now = state.now();
    let note = rule::note_of(key, address, now);
    if note == UsageRecord::Nothing {
        return Ok(());
    }
    let kind = match key.last_used_at {
        None => AuditKind::ApiKeyFirstUsed,
        Some(_) => AuditKind::ApiKeyUsed,
    };
    let event = event(state, client, key, (kind, true), address, caller);
    let tx = state.db.begin_write().await?;
    let before = now - rule::USE_WRITTEN_EVERY;
    let first = repo::api_keys::note_use(&tx, &key.id, address, now, before).await?;
    if first && note == UsageRecord::Audit {
        repo::audit::insert(&tx, &event).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn note_refusal(
    state: &State,
    client: &Client,
    key: &ApiKey,
    refusal: ApiKeyUseError,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let name = Key::new(
        "api-key-refused",
        format_args!("{} {}", key.id, refusal.as_str()),
    );
    let is_news = state
        .ephemeral
        .put_new(&name, b"1", REFUSAL_AUDITED_EVERY)
        .await
        // Evidence is not lost with the short memory.
        .unwrap_or(true);
    if !is_news {
        return Ok(());
    }
    let kind = (AuditKind::ApiKeyRefused, false);
    let event = event(state, client, key, kind, address, caller);
    let tx = state.db.begin_write().await?;
    repo::audit::insert(&tx, &event.with("reason", refusal.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

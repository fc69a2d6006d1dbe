//! API keys that are presented to a resource server, which looks them up.

use std::net::IpAddr;
use std::time::Duration;

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::ApiKey;
use doorward_rules::api_key::{self as rule, ApiKeyUseError, UsageRecord};
use doorward_rules::former_names;
use doorward_store::Key;

use crate::prelude::*;

/// Minimum time between two audit events about the rejection of the same key.
const DENIAL_AUDIT_INTERVAL: Duration = Duration::from_mins(1);

/// A valid key, with its access at the resources of the asking client.
#[derive(Debug)]
pub(super) struct ValidApiKey {
    pub(super) key: ApiKey,
    pub(super) owner: User,
    pub(super) roles: EffectiveRoles,
    /// The audiences of the key that the asking client is the server of.
    pub(super) audiences: Vec<String>,
    /// The key's scopes at these audiences that the user's permissions cover now.
    pub(super) scope: Scope,
}

/// Checks a presented key for this client. Returns `None` unless the key is valid, used from an
/// allowed address, and made for a resource that the client is the server of. Records the use.
pub(super) async fn check(
    context: &Context,
    client: &Client,
    presented: &str,
    address: Option<IpAddr>,
    caller: &Caller,
) -> Result<Option<ValidApiKey>> {
    let core = &context.core;
    let Some(text) = ApiKeyToken::parse(presented) else {
        return Ok(None);
    };
    let found = repo::api_keys::find_with_owner(core.db.read(), &text.id()).await?;
    let is_genuine = |key: &ApiKey| {
        let mut keys = context.accounts.api_key_key.all();
        keys.any(|secret| key.hash == text.hash(secret))
    };
    let Some((key, owner)) = found.filter(|(key, _)| is_genuine(key)) else {
        return Ok(None);
    };
    let registry = context.registry().await?;
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
    let scope = former_names::with_former(&scope, &registry.former);
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
    kind: AuditKind,
    success: bool,
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
) -> Result<()> {
    let now = core.now();
    let note = rule::usage_record((key.last_used_at, key.last_used_from), address, now);
    if note == UsageRecord::Nothing {
        return Ok(());
    }
    let kind = match key.last_used_at {
        None => AuditKind::ApiKeyFirstUsed,
        Some(_) => AuditKind::ApiKeyUsed,
    };
    let event = event(core, client, key, kind, true, address, caller);
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
) -> Result<()> {
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
    let kind = AuditKind::ApiKeyRefused;
    let event = event(core, client, key, kind, false, address, caller);
    let tx = core.db.begin_write().await?;
    repo::audit::insert(&tx, &event.with("reason", error.as_str())).await?;
    tx.commit().await?;
    Ok(())
}

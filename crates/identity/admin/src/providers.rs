//! The identity providers that users may sign in with.
//!
//! A provider authenticates users, so its configuration allows signing in as any user that it
//! names.

pub mod operations;
pub(crate) mod provider_spec;
pub mod provider_trial;

use std::collections::HashSet;

use doorward_accounts::federation::roles::end_issuer;
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::{Provider, ProviderId};
use doorward_egress::upstream::{check_provider, seal_secret};
use doorward_rules::provider_change;
use doorward_rules::url_source::operator_provider_urls;

pub use self::provider_spec::ProviderSpec;
pub use doorward_egress::upstream::{CheckedProperty, Finding, ProviderCheck};
pub use doorward_store::repo::provider_use::UsedProvider;

use self::provider_spec::{build, check_secret, describe, invalid, rebuild};
use crate::checked_value::check_reserved;
use crate::fetch::egress;
use crate::operator::MAX_COUNT;
use crate::prelude::*;

fn id_of(text: &str) -> Result<ProviderId> {
    let problem = "write 1 to 32 of a-z, 0-9 and -";
    ProviderId::parse(text).ok_or_else(|| invalid("id", problem))
}

/// Requires the role `admin`: an identity provider gives roles, and names the user who signs in
/// (decision 36).
pub fn require_admin(context: &AdminContext<'_>) -> Result<()> {
    context.require_global("providers:write")?;
    context.must_administer()
}

/// Checks that every role of the provider's mapping exists, unless the former mapping has it too, and
/// that the administrator may assign it.
async fn check_mapping(
    context: &AdminContext<'_>,
    conn: &Conn,
    before: Option<&Provider>,
    provider: &Provider,
) -> Result<()> {
    let is_former = |name: &String| {
        let mut former = before
            .into_iter()
            .flat_map(|before| before.settings.roles.values());
        former.any(|former| former == name)
    };
    for name in provider.settings.roles.values() {
        match repo::roles::find(conn, name).await? {
            Some(role) => context.check_role_delegation(&role)?,
            None if is_former(name) => {}
            None => {
                let problem = format!("the role {name:?} does not exist; create it first");
                return Err(AdminError::invalid("roles", problem));
            }
        }
    }
    Ok(())
}

/// Creates or replaces a provider. The flag is true if it is new.
pub async fn put(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    id: &str,
    spec: &ProviderSpec,
) -> Result<(Provider, bool)> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let put = put_in(context, &tx, key, id, spec).await?;
    commit(context, tx, &put.0, "changed").await?;
    Ok(put)
}

#[boxed(?Send)]
pub async fn create(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    id: &str,
    spec: &ProviderSpec,
) -> Result<Provider> {
    require_admin(context)?;
    let tx = context.begin().await?;
    if repo::providers::find(&tx, &id_of(id)?).await?.is_some() {
        return Err(AdminError::conflict("provider", id));
    }
    let (provider, _) = put_in(context, &tx, key, id, spec).await?;
    commit(context, tx, &provider, "created").await?;
    Ok(provider)
}

#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    id: &str,
    spec: &ProviderSpec,
) -> Result<Provider> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    context.unchanged(&before)?;
    let (provider, _) = put_in(context, &tx, key, id, spec).await?;
    commit(context, tx, &provider, "changed").await?;
    Ok(provider)
}

/// Returns a provider as [`update`] would store it, without its secret.
#[boxed(?Send)]
pub async fn plan(
    context: &AdminContext<'_>,
    before: &Provider,
    spec: &ProviderSpec,
) -> Result<Provider> {
    require_admin(context)?;
    let mut after = describe(&before.id, spec, Some(before), context.now())?;
    name_author(context, Some(before), &mut after);
    check_mapping(context, context.db.read(), Some(before), &after).await?;
    Ok(after)
}

/// Creates or replaces all of these providers in one transaction. If `keep` is false, it only
/// checks them and rolls back.
#[boxed(?Send)]
pub async fn put_all(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    specs: &[(String, ProviderSpec)],
    keep: bool,
) -> Result<Vec<(Provider, bool)>> {
    require_admin(context)?;
    let mut names = HashSet::new();
    if !specs.iter().all(|(id, _)| names.insert(id)) {
        return Err(invalid("id", "must be unique"));
    }
    let mut tx = context.begin().await?;
    let mut all = Vec::new();
    for (id, spec) in specs {
        let put = put_in(context, &tx, key, id, spec).await?;
        if keep {
            tx = context
                .admit(tx, &event_of(context, &put.0, "changed"))
                .await?;
        }
        all.push(put);
    }
    if keep {
        tx.commit().await?;
    }
    Ok(all)
}

/// Creates or replaces a provider in a transaction of the caller, who has checked the permission.
#[boxed(?Send)]
pub async fn put_in(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    key: &ProviderKey,
    id: &str,
    spec: &ProviderSpec,
) -> Result<(Provider, bool)> {
    let id = id_of(id)?;
    let before = repo::providers::find(tx, &id).await?;
    if before.is_none() {
        check_reserved("id", id.as_str())?;
    }
    let mut rng = context.rng();
    let mut provider = build(&id, spec, before.as_ref(), key, context.now(), &mut rng)?;
    store_in(context, tx, before.as_ref(), &mut provider).await?;
    Ok((provider, before.is_none()))
}

/// Restores former settings of a provider, with its present secret.
pub(super) async fn restore(
    context: &AdminContext<'_>,
    id: &str,
    spec: &ProviderSpec,
) -> Result<()> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    context.unchanged(&before)?;
    let mut provider = rebuild(spec, &before, context.now())?;
    store_in(context, &tx, Some(&before), &mut provider).await?;
    commit(context, tx, &provider, "changed").await
}

/// Records which URLs of the settings the operator wrote: only a command has no authority.
fn name_author(context: &AdminContext<'_>, before: Option<&Provider>, after: &mut Provider) {
    let former = before.map_or(&[][..], |before| &before.operator_urls);
    let is_command = context.authority.is_none();
    after.operator_urls = operator_provider_urls(former, after, is_command);
}

async fn store_in(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: Option<&Provider>,
    provider: &mut Provider,
) -> Result<()> {
    name_author(context, before, provider);
    check_mapping(context, tx, before, provider).await?;
    let stored = match before {
        Some(_) => repo::providers::update(tx, provider).await.map(|_| ()),
        None => repo::providers::insert(tx, provider).await,
    };
    stored.map_err(|error| to_error(error, provider))?;
    if let Some(before) = before.filter(|before| before.issuer != provider.issuer) {
        end_issuer(tx, &before.issuer, &context.caller, context.now()).await?;
    }
    let change = match before {
        Some(_) => "changed",
        None => "created",
    };
    record_event(context, tx, before, provider, change).await
}

fn to_error(error: StoreError, provider: &Provider) -> AdminError {
    if error.is_conflict_on("issuer") {
        AdminError::conflict("provider with the issuer", &provider.issuer)
    } else {
        error.into()
    }
}

/// There is no secret among them.
pub(super) fn audit_details(provider: &Provider) -> Value {
    let mut details = provider_change::values(provider);
    details.insert("active".to_owned(), json!(provider.is_active()));
    Value::Object(details)
}

/// Commits a change whose event is stored.
async fn commit(
    context: &AdminContext<'_>,
    tx: WriteTx,
    provider: &Provider,
    change: &str,
) -> Result<()> {
    let tx = context
        .admit(tx, &event_of(context, provider, change))
        .await?;
    context.commit(tx).await
}

/// Returns what a change makes of a provider.
fn event_of(context: &AdminContext<'_>, provider: &Provider, change: &str) -> AuditEvent {
    let event = context.event(AuditKind::ProviderChanged, &provider.id, change);
    event.with("after", audit_details(provider))
}

async fn record_event(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: Option<&Provider>,
    provider: &Provider,
    change: &'static str,
) -> Result<()> {
    let settings = &provider.settings;
    let event = context
        .event(AuditKind::ProviderChanged, &provider.id, change)
        .with("issuer", provider.issuer.as_str())
        .with("active", provider.is_active())
        .with("trusts_email", settings.trusts_email)
        .with("links_by_email", settings.links_by_email)
        .with("trusts_mfa", settings.trusts_mfa);
    let event = match before {
        Some(before) => difference(event, &audit_details(before), &audit_details(provider)),
        None => event,
    };
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// Lists all providers by name, with the number of their linked accounts up to [`MAX_COUNT`].
#[boxed(?Send)]
pub async fn list_used(context: &AdminContext<'_>) -> Result<Vec<UsedProvider>> {
    context.require_global("providers:read")?;
    Ok(repo::provider_use::list(context.db.read(), MAX_COUNT).await?)
}

#[boxed(?Send)]
pub async fn get_used(context: &AdminContext<'_>, id: &str) -> Result<UsedProvider> {
    context.require_global("providers:read")?;
    let found = match ProviderId::parse(id) {
        Some(id) => repo::provider_use::find(context.db.read(), &id, MAX_COUNT).await?,
        None => None,
    };
    found.ok_or_else(|| AdminError::not_found("provider", id))
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<Provider> {
    get_in(context, context.db.read(), id).await
}

async fn get_in(context: &AdminContext<'_>, conn: &Conn, id: &str) -> Result<Provider> {
    context.require_global("providers:read")?;
    let found = match ProviderId::parse(id) {
        Some(id) => repo::providers::find(conn, &id).await?,
        None => None,
    };
    found.ok_or_else(|| AdminError::not_found("provider", id))
}

#[boxed(?Send)]
pub async fn count_some_users(context: &AdminContext<'_>, provider: &Provider) -> Result<u64> {
    let (read, issuer) = (context.db.read(), &provider.issuer);
    Ok(repo::linked_accounts::count_by_issuer_up_to(read, issuer, MAX_COUNT).await?)
}

/// Enables or disables a provider. A disabled provider is rejected on every path at once; linked
/// accounts remain.
#[boxed(?Send)]
pub async fn switch(context: &AdminContext<'_>, id: &str, on: bool) -> Result<Provider> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let mut provider = get_in(context, &tx, id).await?;
    context.unchanged(&provider)?;
    if provider.is_active() == on {
        return Ok(provider);
    }
    provider.disabled_at = (!on).then(|| context.now());
    let change = if on { "enabled" } else { "disabled" };
    store(context, tx, provider, change).await
}

#[boxed(?Send)]
pub async fn replace_secret(
    context: &AdminContext<'_>,
    key: &ProviderKey,
    id: &str,
    secret: &str,
) -> Result<Provider> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let mut provider = get_in(context, &tx, id).await?;
    context.unchanged(&provider)?;
    check_secret(secret, &provider)?;
    let sealed = seal_secret(key, provider.id.as_str(), secret.trim(), &mut context.rng());
    provider.secret_sealed = Some(sealed);
    store(context, tx, provider, "secret replaced").await
}

async fn store(
    context: &AdminContext<'_>,
    tx: WriteTx,
    mut provider: Provider,
    change: &'static str,
) -> Result<Provider> {
    provider.updated_at = context.now();
    repo::providers::update(&tx, &provider).await?;
    record_event(context, &tx, None, &provider, change).await?;
    commit(context, tx, &provider, change).await?;
    Ok(provider)
}

/// Tests a provider: fetches its discovery document and keys, and checks what a sign-in requires.
/// Changes nothing.
#[boxed(?Send)]
pub async fn test(context: &AdminContext<'_>, id: &str) -> Result<Vec<ProviderCheck>> {
    require_admin(context)?;
    let provider = get(context, id).await?;
    let http = egress(context)?;
    Ok(check_provider(&http, &provider).await)
}

/// Deletes a provider. Linked accounts remain, but cannot be used until a provider with the issuer
/// exists again; the roles that the provider gave are removed.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, id: &str) -> Result<()> {
    require_admin(context)?;
    let tx = context.begin().await?;
    let provider = get_in(context, &tx, id).await?;
    context.unchanged(&provider)?;
    repo::providers::delete(&tx, &provider.id).await?;
    end_issuer(&tx, &provider.issuer, &context.caller, context.now()).await?;
    record_event(context, &tx, None, &provider, "removed").await?;
    commit(context, tx, &provider, "removed").await
}

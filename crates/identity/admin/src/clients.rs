//! Clients: registers, lists, changes and deletes them, and rotates their secrets.

pub mod api_keys;
pub mod applications;
pub mod authorized_clients;
pub mod grants;
mod impact;
mod like;
mod logo;
mod members;
pub mod operations;
mod other_applications;
mod read;
pub mod registration_tokens;
mod saml;
mod secret;
mod simulation;

use doorward_domain::model::ClientChange;
use doorward_oauth::clients::build::build;
use doorward_oauth::clients::input::NewClient;
use doorward_oauth::clients::registration::{self, audit_details, check, check_lifetimes};
use doorward_rules::url_source::{self, FETCHED_SETTINGS};
use doorward_rules::{client_profile, redirect_change};
use doorward_services::access_end::EndedAccess;
use doorward_store::repo::affected::Object;
use doorward_store::repo::deletions::Deletion;

use self::read::{AcceptedSettings, check_choices, check_client_rights, check_new_lifetimes};
use crate::affected::access_of;
use crate::checked_value::check_reserved;
use crate::prelude::*;

pub use self::impact::{Impact, PlannedChange, impact, plan};
pub(crate) use self::logo::picture_error;
pub use self::logo::{LOGO_TOO_LARGE, RemoveLogo, SetLogo, remove_logo, set_logo};
pub use self::members::{ClientPatch, ClientView, NewClientBody, change_from_json};
pub use self::read::{
    deviations, find_many, get, get_in, get_named, get_with_activity, get_with_secret_uses,
    last_use, list, list_unused, naming, search, search_with_activity,
};
pub use self::saml::{SamlValues, create_saml, get_saml, update_saml};
pub(crate) use self::secret::is_current;
pub use self::secret::{end_secret, rotate_secret};
pub use self::simulation::{
    SIMULATION_PERMISSIONS, SimulatedSignIn, acts_for_itself, can_be_simulated, simulate,
};

/// Registers a client. The secret is only in the return value; the store keeps its hash.
#[boxed(?Send)]
pub async fn create(
    context: &AdminContext<'_>,
    new: NewClient,
) -> Result<(Client, Option<OpaqueToken>)> {
    create_with(context, new, None).await
}

async fn create_with(
    context: &AdminContext<'_>,
    new: NewClient,
    saml: Option<SamlValues>,
) -> Result<(Client, Option<OpaqueToken>)> {
    context.require_global("clients:write")?;
    saml::check_kind(new.kind, saml.as_ref())?;
    let now = context.now();
    if let Some(id) = &new.id {
        registration::check_id(id)?;
        check_reserved("id", id.as_str())?;
    }
    let (mut client, secret) = build(new, context.settings.pkce, now, context.rng());
    let is_command = context.authority.is_none();
    client.operator_urls = url_source::operator_urls(&[], &client, &FETCHED_SETTINGS, is_command);
    check(context.db.read(), None, &client, context.settings.clients).await?;
    check_lifetimes(&client, &context.settings.lifetimes)?;
    let tx = context.begin().await?;
    check_client_rights(context, &tx, &client, true).await?;
    check_choices(context, &tx, None, &client).await?;
    if repo::clients::find(&tx, &client.id).await?.is_some() {
        return Err(AdminError::conflict("client", &client.id));
    }
    context
        .require_deleted(&tx, "id", Deletion::Client(&client.id))
        .await?;
    repo::clients::insert(&tx, &client).await?;
    let mut event = context.event(AuditKind::ClientChanged, &client.id, "created");
    if let Some(values) = saml {
        event = saml::store(&tx, &client, None, values, event).await?;
    }
    context
        .commit_created(tx, &event, &client.id, secret.as_ref())
        .await?;
    Ok((client, secret))
}

/// Requires the role `admin` to add redirect URIs that lead elsewhere if users have consented to
/// the client. The recipient of codes at the new URI would get that access without a new consent.
async fn check_new_redirects(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &Client,
    after: &Client,
) -> Result<()> {
    let elsewhere =
        redirect_change::first_new_destination(&before.redirect_uris, &after.redirect_uris);
    if elsewhere.is_some() && repo::consents::is_any_live(tx, &after.id, context.now()).await? {
        context.must_administer()?;
    }
    Ok(())
}

#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    id: &ClientId,
    change: ClientChange,
) -> Result<Client> {
    update_with(context, id, change, None).await
}

async fn update_with(
    context: &AdminContext<'_>,
    id: &ClientId,
    change: ClientChange,
    saml: Option<SamlValues>,
) -> Result<Client> {
    let now = context.now();
    let suspended = match change.disabled {
        Some(true) => Some(access_of(context.db.read(), Object::Client(id), now).await?),
        _ => None,
    };
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    let mut client = before.clone();
    registration::check_published(&before, &change)?;
    let (scopes, grants) = (change.scopes.is_some(), change.grant_types.is_some());
    let fields = change.apply(&mut client, now);
    check_new_lifetimes(context, &client, &fields)?;
    client_profile::pin(&mut client, &fields);
    let is_command = context.authority.is_none();
    client.operator_urls =
        url_source::operator_urls(&before.operator_urls, &client, &fields, is_command);
    if client.document.is_none() {
        let accepted = AcceptedSettings::of(context, &before);
        check(&tx, Some(&before), &client, accepted.limits()).await?;
    }
    // A disabled client gives nothing until the same check enables it.
    check_client_rights(context, &tx, &client, client.is_active()).await?;
    if client.document.is_none() {
        check_choices(context, &tx, Some(&before), &client).await?;
    }
    check_new_redirects(context, &tx, &before, &client).await?;
    context.unchanged(&before)?;
    repo::clients::change(&tx, &before, &client).await?;
    if scopes || grants {
        registration::record_granted_scopes(&tx, &client, scopes, grants).await?;
    }
    if fields.contains(&"pkce") {
        repo::clients::reset_pkce(&tx, id).await?;
    }
    let event = context.event(AuditKind::ClientChanged, id, &fields.join(" "));
    let mut event = difference(event, &audit_details(&before), &audit_details(&client));
    if let Some(suspended) = suspended.filter(|_| before.is_active()) {
        event = event.with("suspended_grants", suspended.grants);
    }
    if let Some(values) = saml {
        let former = repo::saml_clients::find(&tx, id).await?;
        event = saml::store(&tx, &client, former, values, event).await?;
    }
    context.commit_with(tx, &event).await?;
    Ok(client)
}

/// Deletes a client. Returns what ends with it.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, id: &ClientId) -> Result<EndedAccess> {
    let ended = access_of(context.db.read(), Object::Client(id), context.now()).await?;
    let tx = context.begin().await?;
    let client = get_in(context, &tx, id).await?;
    context.unchanged(&client)?;
    repo::clients::delete(&tx, id, context.now()).await?;
    let event = context.event(AuditKind::ClientChanged, id, "deleted");
    let event = event.with("ended", json!(ended));
    context.commit_with(tx, &event).await?;
    Ok(ended)
}

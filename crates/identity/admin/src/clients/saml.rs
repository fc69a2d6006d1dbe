//! Clients that speak SAML: their further settings are stored with them, in one transaction.

use doorward_domain::model::saml_client::{SamlClient, SamlSettings};
use doorward_domain::model::{ClientChange, ClientKind};
use doorward_oauth::clients::input::NewClient;

use super::other_applications::ADDED;
use super::{create_with, get, update_with};
use crate::prelude::*;

/// The entity ID with the settings.
pub type SamlValues = (String, SamlSettings);

/// Returns a client that speaks SAML, with its settings.
#[boxed(?Send)]
pub async fn get_saml(context: &AdminContext<'_>, id: &ClientId) -> Result<(Client, SamlClient)> {
    let client = get(context, id).await?;
    let saml = repo::saml_clients::find(context.db.read(), id).await?;
    let saml = saml.ok_or_else(|| AdminError::not_found("SAML client", id))?;
    Ok((client, saml))
}

/// Registers a client that speaks SAML.
#[boxed(?Send)]
pub async fn create_saml(
    context: &AdminContext<'_>,
    new: NewClient,
    values: SamlValues,
) -> Result<Client> {
    let (client, _) = create_with(context, new, Some(values)).await?;
    Ok(client)
}

/// Changes a client that speaks SAML, and replaces its settings.
#[boxed(?Send)]
pub async fn update_saml(
    context: &AdminContext<'_>,
    id: &ClientId,
    change: ClientChange,
    values: SamlValues,
) -> Result<Client> {
    update_with(context, id, change, Some(values)).await
}

/// Checks that a client of this kind has settings, and no other one.
pub(super) fn check_kind(kind: ClientKind, saml: Option<&SamlValues>) -> Result<()> {
    if (kind == ClientKind::Saml) == saml.is_some() {
        return Ok(());
    }
    let mut others = ADDED.all().iter().filter(|others| others.kind == kind);
    let flag = others.find_map(|others| others.entry.flag());
    let problem = flag.map_or_else(
        || "Must be public or confidential.".to_owned(),
        |flag| format!("register a client of this kind with `doorward client create --{flag}`"),
    );
    Err(AdminError::invalid("kind", problem))
}

/// Stores the settings, and adds what changed to the event.
pub(super) async fn store(
    tx: &WriteTx,
    client: &Client,
    former: Option<SamlClient>,
    (entity_id, settings): SamlValues,
    event: AuditEvent,
) -> Result<AuditEvent> {
    let other = repo::saml_clients::find_by_entity(tx, &entity_id).await?;
    if let Some(other) = other.filter(|other| other.client_id != client.id) {
        let problem = format!("the client {} has it", other.client_id);
        return Err(AdminError::invalid("entity_id", problem));
    }
    let saml = SamlClient {
        client_id: client.id.clone(),
        entity_id,
        settings,
    };
    repo::saml_clients::update(tx, &saml).await?;
    let former = former.map_or(Value::Null, |former| json!(former));
    Ok(event.with("saml", json!({ "before": former, "after": saml })))
}

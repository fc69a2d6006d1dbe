//! New clients with the settings of another one, and the consents of its users.

use doorward_domain::model::client_setting::SettingForm;
use doorward_domain::model::{ClientChange, Consent, ConsentId};
use doorward_oauth::clients::registration::audit_details;
use doorward_store::repo::imports::insert_all;

use crate::prelude::*;

/// Number of consents that one transaction copies.
const BATCH: u64 = 500;

/// The keys and the certificate of a client, which another one does not have, and its name.
const OWN: [&str; 4] = ["name", "jwks", "jwks_uri", "certificate_subject"];

/// Members of a new client.
pub(super) const LIKE: &str = "like";
pub(super) const WITH_CONSENTS: &str = "with_consents";

/// Returns the ID of the client whose settings a new one gets.
pub(super) fn like_of(members: &Map<String, Value>) -> Option<&str> {
    members.get(LIKE)?.as_str()
}

/// Returns true if a new client also gets the consents of the users of that one.
pub(super) fn is_with_consents(members: &Map<String, Value>) -> Result<bool> {
    let value = members.get(WITH_CONSENTS).unwrap_or(&Value::Null);
    if value.is_null() {
        return Ok(false);
    }
    let wrong = || AdminError::invalid(WITH_CONSENTS, SettingForm::Flag.expected());
    let copies = value.as_bool().ok_or_else(wrong)?;
    if copies && like_of(members).is_none() {
        return Err(AdminError::choice(WITH_CONSENTS, "name a client with like"));
    }
    Ok(copies)
}

/// Returns the settings of a client that another one gets: all but its name, its secret and its keys.
pub(super) fn settings_of(client: &Client) -> ClientChange {
    let mut change = ClientChange::default();
    let stored = audit_details(client);
    for (name, value) in stored.as_object().into_iter().flatten() {
        // A new client is enabled and has no other setting to remove. Members that are no settings have no
        // effect.
        if !value.is_null() && !OWN.contains(&name.as_str()) && name != "disabled_at" {
            change.restore(name, value);
        }
    }
    change
}

/// Copies the live consents to a client to another one, in several transactions, so that users are not asked
/// again. Returns their number.
pub(super) async fn copy_consents(
    context: &AdminContext<'_>,
    from: &ClientId,
    to: &ClientId,
) -> Result<u64> {
    context.must_administer()?;
    let (mut last, mut copied) = (None, 0);
    loop {
        let (read, now) = (context.db.read(), context.now());
        let page = repo::consents::page_for_client(read, from, last, BATCH, now).await?;
        let Some((end, _)) = page.last() else {
            break;
        };
        last = Some(end.id);
        let copies: Vec<_> = page
            .into_iter()
            .map(|(consent, _)| Consent {
                id: ConsentId::generate(now, &mut context.rng()),
                client_id: to.clone(),
                ..consent
            })
            .collect();
        let tx = context.begin().await?;
        insert_all(&tx, &copies).await?;
        copied += u64::try_from(copies.len()).unwrap_or_default();
        let event = context
            .event(AuditKind::ClientChanged, to, "consents copied")
            .with("from", from.as_str())
            .with("consents", copies.len());
        context.commit_with(tx, &event).await?;
    }
    Ok(copied)
}

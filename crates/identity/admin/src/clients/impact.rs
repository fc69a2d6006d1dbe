//! The impact of a change of a client, before it is stored.

use doorward_domain::model::ClientChange;
use doorward_oauth::clients::registration::{check_published, check_with};
use doorward_rules::client_change::{self, SettingChange};
use doorward_rules::client_profile;
use doorward_services::context::{CACHE_TTL, Context};
use doorward_store::repo::client_reach::ClientReach;

use super::read::{AcceptedSettings, check_client_rights, check_new_lifetimes};
use crate::prelude::*;

#[derive(Debug)]
pub struct Impact {
    pub changes: Vec<SettingChange>,
    pub reach: ClientReach,
    /// Seconds until the change holds everywhere.
    pub seconds: UnixSeconds,
}

/// Returns a client that was read with [`super::get`] as a change would leave it. The registered
/// scopes and resources can be a second old; [`super::update`] checks again.
#[boxed(?Send)]
pub async fn plan(
    context: &AdminContext<'_>,
    server: &Context,
    client: &Client,
    change: ClientChange,
) -> Result<Client> {
    context.require_global("clients:write")?;
    let conn = context.db.read();
    check_client_rights(context, conn, client, false).await?;
    check_published(client, &change)?;
    let mut after = client.clone();
    let fields = change.apply(&mut after, context.now());
    check_new_lifetimes(context, &after, &fields)?;
    client_profile::pin(&mut after, &fields);
    if after.document.is_none() {
        let known = server.directory.registry(&server.core).await?;
        let accepted = AcceptedSettings::of(context, client);
        check_with(&after, accepted.limits(), &known.scopes, &known.resources)?;
    }
    check_client_rights(context, conn, &after, after.is_active()).await?;
    Ok(after)
}

#[boxed(?Send)]
pub async fn impact(
    context: &AdminContext<'_>,
    server: &Context,
    before: &Client,
    after: &Client,
) -> Result<Impact> {
    context.require_global("clients:write")?;
    let (conn, now) = (context.db.read(), context.now());
    let reach = repo::client_reach::find(conn, &before.id, now).await?;
    let cached = i64::try_from(CACHE_TTL.as_secs()).unwrap_or_default();
    let known = server.directory.registry(&server.core).await?;
    let access_ttl = context
        .settings
        .lifetimes
        .longest_access_token(before, &known.resources);
    Ok(Impact {
        changes: client_change::changes(before, after),
        reach,
        seconds: client_change::seconds_to_hold(before, after, cached, access_ttl),
    })
}

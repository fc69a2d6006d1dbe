//! The impact of a change of a client, before it is stored.

use doorward_domain::model::ClientChange;
use doorward_oauth::clients::registration::{check, check_published, check_with};
use doorward_rules::client_change::{self, SettingChange};
use doorward_rules::client_profile;
use doorward_services::context::CACHE_TTL;
use doorward_services::view;
use doorward_store::repo::client_reach::ClientReach;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use super::ClientPatch;
use super::read::{AcceptedSettings, check_client_rights, check_new_lifetimes, client_id, get};
use crate::operation::{Operation, Shown};
use crate::prelude::*;

#[derive(Debug)]
pub struct Impact {
    pub changes: Vec<SettingChange>,
    pub reach: ClientReach,
    /// Seconds until the change holds everywhere.
    pub seconds: UnixSeconds,
}

/// Returns a client that was read with [`super::get`] as a change would leave it. On a server the
/// registered scopes and resources can be a second old; [`super::update`] checks again.
#[boxed(?Send)]
pub async fn plan(
    context: &AdminContext<'_>,
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
        let accepted = AcceptedSettings::of(context, client);
        match context.deployment.server() {
            Some(server) => {
                let known = server.directory.registry(&server.core).await?;
                check_with(&after, accepted.limits(), &known.scopes, &known.resources)?;
            }
            None => check(conn, Some(client), &after, accepted.limits()).await?,
        }
    }
    check_client_rights(context, conn, &after, after.is_active()).await?;
    Ok(after)
}

#[boxed(?Send)]
pub async fn impact(context: &AdminContext<'_>, before: &Client, after: &Client) -> Result<Impact> {
    context.require_global("clients:write")?;
    let (conn, now) = (context.db.read(), context.now());
    let reach = repo::client_reach::find(conn, &before.id, now).await?;
    let cached = i64::try_from(CACHE_TTL.as_secs()).unwrap_or_default();
    let lifetimes = &context.settings.lifetimes;
    let access_ttl = match context.deployment.server() {
        Some(server) => {
            let known = server.directory.registry(&server.core).await?;
            lifetimes.longest_access_token(before, &known.resources)
        }
        None => lifetimes.longest_access_token(before, &repo::resources::list_all(conn).await?),
    };
    Ok(Impact {
        changes: client_change::changes(before, after),
        reach,
        seconds: client_change::seconds_to_hold(before, after, cached, access_ttl),
    })
}

view! {
    /// The effect of a change on one setting.
    SettingEffect(change: &SettingChange) {
        /// Member of the client.
        setting: &'static str = change.setting.members.first().copied().unwrap_or(change.setting.name);
        /// `weaker` for less protection or more access, `stronger` for the reverse, otherwise `neutral`.
        effect: &'static str = change.effect.as_str();
    }
}

view! {
    /// The impact of a change of a client, with the users, sessions and tokens that the client reaches
    /// at present.
    pub ClientImpact(impact: &Impact) {
        /// Changed settings.
        changes: Vec<SettingEffect> = impact.changes.iter().map(SettingEffect::new).collect();
        /// Number of users with a grant that has not ended.
        users: u64 = impact.reach.users;
        /// Number of their sessions that have not ended.
        sessions: u64 = impact.reach.sessions;
        /// Number of grants that have not ended, at most 1001.
        grants: u64 = impact.reach.grants;
        /// Number of refresh tokens of these grants.
        refresh_tokens: u64 = impact.reach.refresh_tokens;
        /// True if there may be more than was counted: only 1001 grants are read.
        capped: bool = impact.reach.is_capped();
        /// Seconds until the change holds everywhere: on every replica, and if issued access tokens
        /// keep the former value, until they expire.
        seconds: i64 = impact.seconds;
    }
}

/// A change of a client whose impact is read.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct PlannedChange(ClientPatch);

impl PartialSchema for PlannedChange {
    fn schema() -> RefOr<Schema> {
        ClientPatch::schema()
    }
}

impl ToSchema for PlannedChange {
    fn name() -> std::borrow::Cow<'static, str> {
        ClientPatch::name()
    }
}

impl Operation for PlannedChange {
    const TITLE: &'static str = "Show the impact of a change of a client, without making it";
    const TEXT: &'static str = "Checks the change as `PATCH` does. A change that disables the client has the impact of \
        its deletion.";
    const CALL: &'static str = "POST clients/{id}/impact";
    const COMMAND: &'static str = "client impact CLIENT_ID=id --name --disabled";
    type Done = Shown<ClientImpact>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = client_id(self.0.id().unwrap_or_default())?;
        let before = get(context, &id).await?;
        let change = self.0.complete(context, &id).await?;
        let after = plan(context, &before, change).await?;
        let impact = impact(context, &before, &after).await?;
        Ok(Shown::unversioned(ClientImpact::new(&impact)))
    }
}

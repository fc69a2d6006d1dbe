//! The impact of a change of a client, before it is made.

use doorward_admin::clients::{self, ClientPatch, Impact};
use doorward_rules::client_change::SettingChange;

use crate::prelude::*;

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
    ClientImpact(impact: &Impact) {
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

/// Read the impact of a change
///
/// Checks the change as `PATCH` does, and changes nothing. A change that disables the client has the
/// impact of its deletion.
#[utoipa::path(
    // That of `PATCH`, in which the ID of the path is not required.
    request_body(content = ref("#/components/schemas/ClientPatch")),
    responses((status = 200, description = "The impact", body = ClientImpact)),
)]
#[post("/admin/clients/{id}/impact")]
pub(super) async fn admin_read_client_impact(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<ClientPatch>,
) -> Answer {
    let body = body.0;
    same_id("id", body.id(), &id)?;
    let (context, server) = (admin.context(), &admin.call.context);
    let before = clients::get(&context, &client_id(&id)?).await?;
    let after = clients::plan(&context, server, &before, body.read()?).await?;
    let impact = clients::impact(&context, server, &before, &after).await?;
    Ok(HttpResponse::Ok().json(ClientImpact::new(&impact)))
}

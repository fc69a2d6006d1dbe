//! Clients that a plan deletes, disables or changes.

use doorward_admin::prelude::*;
use doorward_rules::client_change::{self, Effect};
use doorward_store::repo::client_reach;

use crate::plan::Plan;

/// A client with the users and sessions that it reaches at present.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    pub client: ClientId,
    pub users: u64,
    pub sessions: u64,
    /// True if there may be more.
    pub is_capped: bool,
}

/// Returns the IDs of the clients that a plan changes or deletes.
pub fn changed(plan: &Plan) -> impl Iterator<Item = ClientId> {
    let clients = plan.of("clients");
    clients.filter_map(|change| ClientId::parse(&change.key))
}

/// Reads the users and sessions that a client reaches.
pub(super) async fn reach(context: &AdminContext<'_>, client: &ClientId) -> Result<Reach> {
    let found = client_reach::find(context.db.read(), client, context.now()).await?;
    Ok(Reach {
        client: client.clone(),
        users: found.users,
        sessions: found.sessions,
        is_capped: found.is_capped(),
    })
}

/// Returns the members of a client that protect less after a change.
pub fn weaker(before: &Client, after: &Client) -> Vec<&'static str> {
    let changes = client_change::changes(before, after).into_iter();
    let weaker = changes.filter(|change| change.effect == Effect::Weaker);
    let member = |change: client_change::SettingChange| {
        let setting = change.setting;
        setting.members.first().copied().unwrap_or(setting.name)
    };
    weaker.map(member).collect()
}

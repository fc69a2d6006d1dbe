//! Names of the clients and groups whose IDs a list contains.

use doorward_domain::model::{ClientId, GroupId};
use doorward_store::repo::object_names::ObjectNames;

use crate::prelude::*;

/// Returns the names of those that exist and that the administrator may read.
#[boxed(?Send)]
pub async fn find(
    context: &AdminContext<'_>,
    mut clients: Vec<ClientId>,
    mut groups: Vec<GroupId>,
) -> Result<ObjectNames> {
    if context.require_global("clients:read").is_err() {
        clients.clear();
    }
    if context.need("groups:read").is_err() {
        groups.clear();
    }
    let (read, org) = (context.db.read(), context.confined_to());
    Ok(repo::object_names::find(read, &clients, &groups, org).await?)
}

//! What people and clients hold, read anew.

use doorward_domain::model::{ClientId, EffectiveRoles, OrgScope, UserId};
use doorward_store::repo;

use super::core::Core;
use crate::error::ServerError;

/// What a person holds at this moment in this place. Read anew: what was taken is in no token
/// that is issued afterwards, at whichever replica (decision 50).
pub async fn of_user_in(
    core: &Core,
    user: UserId,
    place: OrgScope<'_>,
) -> Result<EffectiveRoles, ServerError> {
    let (read, now) = (core.db.read_reserved(), core.now());
    Ok(repo::roles::effective_for_user_in(read, user, place, now).await?)
}

/// What a client holds for itself at this moment in this place, read anew as well.
pub async fn of_client_in(
    core: &Core,
    client: &ClientId,
    place: OrgScope<'_>,
) -> Result<EffectiveRoles, ServerError> {
    let (read, now) = (core.db.read_reserved(), core.now());
    Ok(repo::roles::effective_for_client_in(read, client, place, now).await?)
}

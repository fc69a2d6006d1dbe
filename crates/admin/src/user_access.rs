//! The access of an account with many sessions or grants, which is ended in portions.

use doorward_domain::model::{EndReason, RevokeReason, UserId};
use doorward_services::access_end::{self, EndingAccess};
use doorward_store::repo;

use super::operator::{AdminContext, AdminError, Result};

/// Ends the oldest access of an account with much of it, after the same checks as its change, which then
/// revokes the rest.
pub(super) async fn end_excess(
    context: &AdminContext<'_>,
    id: UserId,
    reason: EndReason,
) -> Result<()> {
    let read = context.db.read();
    if !repo::sessions::has_many(read, id).await? {
        return Ok(());
    }
    context.require_global("users:write")?;
    let found = repo::users::find_by_id(read, id).await?;
    let user = found.ok_or_else(|| AdminError::not_found("user", &id))?;
    context.not_oneself(id)?;
    context.check_power_over_user(read, id).await?;
    context.unchanged(&user)?;
    let access = EndingAccess::all(id, reason, RevokeReason::Administrator);
    access_end::end_excess(context.db, &access, context.now()).await?;
    Ok(())
}

//! Revocation of many grants, in batches of bounded size.

use doorward_domain::model::{ClientId, GrantId, RevokeReason, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::grant_ends::revocation;
use super::query::ChangeRows as _;
use crate::db::WriteTx;
use crate::entity::grants::{Column, Entity};
use crate::error::StoreError;

/// A filter for active grants; the default selects all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GrantFilter {
    /// User.
    pub user: Option<UserId>,
    /// Client.
    pub client: Option<ClientId>,
    /// End of the time in which the grants were given.
    pub before: Option<UnixSeconds>,
}

impl GrantFilter {
    /// Returns the condition for the active grants after `after`.
    fn condition(&self, after: Option<GrantId>, now: UnixSeconds) -> Condition {
        let user = self.user.map(|user| Column::UserId.eq(user.as_uuid()));
        let client = self.client.as_ref();
        let client = client.map(|client| Column::ClientId.eq(client.as_str()));
        Condition::all()
            .add(Column::RevokedAt.is_null())
            .add(Column::ExpiresAt.gt(now))
            .add_option(user)
            .add_option(client)
            .add_option(self.before.map(|before| Column::CreatedAt.lt(before)))
            .add_option(after.map(|after| Column::Id.gt(after.as_uuid())))
    }
}

/// Revokes up to `limit` active grants of the filter after the grant `after`, in the order of their IDs.
/// Returns their number and the last one; `None` if no grant was left.
pub async fn revoke_batch(
    tx: &WriteTx,
    filter: &GrantFilter,
    after: Option<GrantId>,
    limit: u64,
    (reason, now): (RevokeReason, UnixSeconds),
) -> Result<(u64, Option<GrantId>), StoreError> {
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(filter.condition(after, now))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await?;
    let Some(last) = found.last() else {
        return Ok((0, None));
    };
    // A range of IDs, because a list in a statement is limited.
    let update = revocation(reason, now)
        .filter(filter.condition(after, now))
        .filter(Column::Id.lte(*last));
    Ok((update.change(tx).await?, Some(GrantId::from_uuid(*last))))
}

//! Pictures that people uploaded.

use doorward_domain::model::{Avatar, AvatarId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::db::{Conn, WriteTx};
use crate::entity::avatars::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// The picture of this name.
pub async fn find<C: Conn>(conn: &C, id: &AvatarId) -> Result<Option<Avatar>, StoreError> {
    let row = Entity::find_by_id(id.as_str().to_owned()).one(conn).await?;
    row.map(Avatar::try_from).transpose()
}

/// The picture of this person.
pub async fn find_for_user<C: Conn>(conn: &C, user: UserId) -> Result<Option<Avatar>, StoreError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .one(conn)
        .await?;
    row.map(Avatar::try_from).transpose()
}

/// Puts a picture in the place of whatever picture the person had.
pub async fn replace(tx: &WriteTx, avatar: &Avatar) -> Result<(), StoreError> {
    remove(tx, avatar.user_id).await?;
    Entity::insert(ActiveModel::from(avatar))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Removes the picture of a person; false when there is none.
pub async fn remove(tx: &WriteTx, user: UserId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

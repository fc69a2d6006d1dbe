//! Pictures uploaded by users.

use doorward_domain::model::{Avatar, AvatarId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::ChangeRows as _;
use crate::db::{Conn, WriteTx};
use crate::entity::avatars::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Returns the picture with this ID.
pub async fn find(conn: &Conn, id: &AvatarId) -> Result<Option<Avatar>, StoreError> {
    let row = Entity::find_by_id(id.as_str().to_owned()).one(conn).await?;
    row.map(Avatar::try_from).transpose()
}

/// Returns the picture of this user.
pub async fn find_for_user(conn: &Conn, user: UserId) -> Result<Option<Avatar>, StoreError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .one(conn)
        .await?;
    row.map(Avatar::try_from).transpose()
}

/// Stores a picture, replacing the user's former one.
pub async fn replace(tx: &WriteTx, avatar: &Avatar) -> Result<(), StoreError> {
    remove(tx, avatar.user_id).await?;
    Entity::insert(ActiveModel::try_from(avatar)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Deletes the picture of a user. Returns false if there is none.
pub async fn remove(tx: &WriteTx, user: UserId) -> Result<bool, StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .change_one(tx)
        .await
}

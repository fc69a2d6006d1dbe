//! Pictures uploaded by users.

use doorward_domain::model::{Avatar, AvatarId, UserId};

use super::prelude::*;
use crate::entity::avatars::{ActiveModel, Column, Entity};

pub async fn find(conn: &Conn, id: &AvatarId) -> Result<Option<Avatar>> {
    Entity::find_by_id(id.as_str().to_owned())
        .load_one(conn)
        .await
}

pub async fn find_for_user(conn: &Conn, user: UserId) -> Result<Option<Avatar>> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .load_one(conn)
        .await
}

/// Stores a picture, replacing the user's former one.
pub async fn replace(tx: &WriteTx, avatar: &Avatar) -> Result<()> {
    remove(tx, avatar.user_id).await?;
    insert_row(tx, ActiveModel::try_from(avatar)?).await
}

pub async fn remove(tx: &WriteTx, user: UserId) -> Result<bool> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .change_one(tx)
        .await
}

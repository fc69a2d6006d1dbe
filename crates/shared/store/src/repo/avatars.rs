//! Pictures uploaded by users.

use doorward_domain::boxed;
use doorward_domain::model::{Avatar, AvatarId};

use super::prelude::*;
use super::query::insert;
use crate::entity::avatars::{Column, Entity};

#[boxed]
pub async fn find(conn: &Conn, id: &AvatarId) -> Result<Option<Avatar>> {
    Entity::find_by_id(id.as_str().to_owned())
        .load_one(conn)
        .await
}

#[boxed]
pub async fn find_for_user(conn: &Conn, user: UserId) -> Result<Option<Avatar>> {
    Entity::load_by(conn, Column::UserId.eq(user.as_uuid())).await
}

/// Stores a picture, replacing the user's former one.
#[boxed]
pub async fn replace(tx: &WriteTx, avatar: &Avatar) -> Result<()> {
    remove(tx, avatar.user_id).await?;
    insert(tx, avatar).await
}

#[boxed]
pub async fn remove(tx: &WriteTx, user: UserId) -> Result<bool> {
    Entity::delete_one_by(tx, Column::UserId.eq(user.as_uuid())).await
}

//! Stored pictures, by id.

use doorward_domain::boxed;
use doorward_domain::model::{AvatarId, LogoId};
use doorward_store::repo;

use crate::context::Core;
use crate::error::Result;

#[boxed]
pub async fn avatar(core: &Core, id: &AvatarId) -> Result<Option<Vec<u8>>> {
    let found = repo::avatars::find(core.db.read(), id).await?;
    Ok(found.map(|avatar| avatar.png))
}

#[boxed]
pub async fn logo(core: &Core, id: &LogoId) -> Result<Option<Vec<u8>>> {
    let found = repo::client_logos::find(core.db.read(), id).await?;
    Ok(found.map(|logo| logo.png))
}

//! Stored pictures, by id.

use doorward_domain::model::{AvatarId, LogoId};
use doorward_store::repo;

use crate::error::ServerError;
use crate::state::State;

/// Returns a user's picture as a PNG.
pub async fn avatar(state: &State, id: &AvatarId) -> Result<Option<Vec<u8>>, ServerError> {
    let found = repo::avatars::find(state.db.read(), id).await?;
    Ok(found.map(|avatar| avatar.png))
}

/// Returns a client's logo as a PNG.
pub async fn logo(state: &State, id: &LogoId) -> Result<Option<Vec<u8>>, ServerError> {
    let found = repo::client_logos::find(state.db.read(), id).await?;
    Ok(found.map(|logo| logo.png))
}

//! A user's picture: upload and removal.

use doorward_domain::model::{Avatar, AvatarId};
use doorward_services::pictures::PictureError;

use super::profile::next_version;
use crate::prelude::*;

/// Re-encodes the picture in `file` and stores it as the user's picture, replacing the former one.
#[boxed(?Send)]
pub async fn upload(
    context: &Context,
    id: UserId,
    file: Vec<u8>,
    caller: &Caller,
) -> FlowResult<(), PictureError> {
    let core = &context.core;
    let png = context.accounts.pictures.redraw(file).await?;
    in_plain_transaction(&core.db, async |tx| {
        let Some(user) = owner(tx, id).await? else {
            return Ok(());
        };
        let avatar = Avatar {
            id: AvatarId::generate(&mut core.rng()),
            user_id: id,
            png,
            created_at: core.now(),
        };
        repo::avatars::replace(tx, &avatar).await?;
        show(core, tx, &user, Some(avatar.id), caller).await
    })
    .await?;
    Ok(())
}

/// Removes the user's picture, also one at an external URL.
#[boxed(?Send)]
pub async fn remove(core: &Core, id: UserId, caller: &Caller) -> Result<()> {
    in_plain_transaction(&core.db, async |tx| {
        let Some(user) = owner(tx, id).await? else {
            return Ok(());
        };
        repo::avatars::remove(tx, id).await?;
        show(core, tx, &user, None, caller).await
    })
    .await
}

async fn owner(tx: &WriteTx, id: UserId) -> Result<Option<User>> {
    let found = repo::users::find_locked(tx, id).await?;
    Ok(found.filter(User::is_active))
}

/// Stores the id of the picture in the profile, for the `picture` claim.
async fn show(
    core: &Core,
    tx: &WriteTx,
    user: &User,
    avatar: Option<AvatarId>,
    caller: &Caller,
) -> Result<()> {
    let profile = Profile {
        avatar,
        picture: None,
        ..user.profile.clone()
    };
    if profile == user.profile {
        return Ok(());
    }
    let now = core.now();
    let next = User {
        profile,
        updated_at: next_version(user, now),
        ..user.clone()
    };
    repo::users::update_profile(tx, &next, user.updated_at).await?;
    let event = caller.own_event(AuditKind::ProfileChanged, user.id, now);
    repo::audit::insert(tx, &event.with("fields", vec!["picture"])).await?;
    Ok(())
}

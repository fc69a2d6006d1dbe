//! The directory of users: managers see the members of their groups, and other users what
//! `accounts.directory` allows.

use std::collections::BTreeMap;

use doorward_config::accounts::DirectoryMode;
use doorward_domain::model::{FieldValues, Group};
use doorward_store::repo::directory::{self, DirectoryQuery};

use super::profile_fields;
use crate::prelude::*;

#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    pub user: UserId,
    /// The organization of the token; its other members are all that the user sees.
    pub org: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
pub struct PageRequest<'a> {
    pub text: Option<&'a str>,
    pub after: Option<UserId>,
    pub limit: u64,
}

#[derive(Clone, Debug)]
pub struct DirectoryEntry {
    pub user: User,
    /// The groups of the user, in the full view for managers; `None` in the reduced view.
    pub groups: Option<Vec<Group>>,
    /// The custom profile fields that other users see, with null for those without a value.
    pub fields: FieldValues,
}

/// Returns a page of the directory, ordered by ID; `None` if there is no directory.
#[boxed(?Send)]
pub async fn page<'a>(
    core: &'a Core,
    viewer: Viewer<'a>,
    request: PageRequest<'a>,
) -> Result<Option<Vec<DirectoryEntry>>, StoreError> {
    let others = match core.config.accounts.directory {
        DirectoryMode::Off => return Ok(None),
        DirectoryMode::Reduced => true,
        DirectoryMode::Members => false,
    };
    let read = core.db.read();
    let mut managed = repo::groups::managed_by(read, viewer.user).await?;
    managed.retain(|group| is_in_scope(group, viewer.org));
    let text = request.text.map(str::to_lowercase);
    let query = DirectoryQuery {
        manager: viewer.user,
        others,
        org: viewer.org,
        text: text.as_deref(),
        after: request.after,
        limit: request.limit,
    };
    let users = directory::users(read, &query).await?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let mut groups = match managed.as_slice() {
        [] => BTreeMap::new(),
        _ => directory::groups_of(read, &ids).await?,
    };
    let mut fields = profile_fields::in_directory(read, &ids).await?;
    let entry = |user: User| {
        let mut own = groups.remove(&user.id).unwrap_or_default();
        let is_managed = own
            .iter()
            .any(|group| managed.iter().any(|top| top.contains(group)));
        own.retain(|group| is_in_scope(group, viewer.org));
        DirectoryEntry {
            groups: is_managed.then_some(own),
            fields: fields.remove(&user.id).unwrap_or_default(),
            user,
        }
    };
    Ok(Some(users.into_iter().map(entry).collect()))
}

fn is_in_scope(group: &Group, org: Option<&str>) -> bool {
    group.org.is_none() || group.org.as_deref() == org
}

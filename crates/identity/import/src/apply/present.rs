//! Imported users as stored here, read for a batch of rows.

use std::collections::{BTreeSet, HashMap};

use doorward_domain::boxed;
use doorward_domain::model::{SubjectKind, UserId};
use doorward_store::repo::imports::ImportedRecord;
use doorward_store::{Conn, StoreError, repo};

use crate::plan::compare::PresentUser;
use crate::sync::AppliedState;

/// Returns the users of these records by the id in the source, without those that are deleted here.
#[boxed(?Send)]
pub async fn read(
    conn: &Conn,
    records: &HashMap<String, ImportedRecord>,
) -> Result<HashMap<String, PresentUser>, StoreError> {
    let ids = records.values().filter_map(user_id);
    let found = repo::users::find_many(conn, ids).await?;
    let ids: Vec<UserId> = found.iter().map(|user| user.id).collect();
    let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut users: HashMap<String, PresentUser> = found
        .into_iter()
        .map(|user| {
            let present = PresentUser {
                user,
                roles: BTreeSet::new(),
                groups: BTreeSet::new(),
                applied: AppliedState::default(),
            };
            (present.user.id.to_string(), present)
        })
        .collect();
    for held in repo::roles::assignments_of(conn, SubjectKind::User, &names).await? {
        if held.org.is_none()
            && let Some(user) = users.get_mut(&held.subject_id)
        {
            user.roles.insert(held.role);
        }
    }
    for (id, path) in repo::groups::paths_of_users(conn, &ids).await? {
        if let Some(user) = users.get_mut(&id.to_string()) {
            user.groups.insert(path);
        }
    }
    let of_record = |record: &ImportedRecord| {
        let mut user = users.remove(&record.new_id)?;
        user.applied = AppliedState::read(record.applied.as_deref());
        Some((record.old_id.clone(), user))
    };
    Ok(records.values().filter_map(of_record).collect())
}

/// Returns the id here of an imported user.
pub fn user_id(record: &ImportedRecord) -> Option<UserId> {
    UserId::parse(&record.new_id)
}

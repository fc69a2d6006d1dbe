//! The users who work for the operator.

use std::collections::BTreeSet;

use doorward_domain::model::{User, UserId};
use doorward_store::repo;

use super::operator::{AdminContext, AdminError};

/// Returns the users who hold the role `admin` or are marked as staff by an administrator.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn among(op: &AdminContext<'_>, users: &[User]) -> Result<BTreeSet<UserId>, AdminError> {
    let mut staff = BTreeSet::new();
    for user in users {
        let held = repo::roles::effective_for_user(op.db.read(), user.id, op.now()).await?;
        if user.is_staff_with(&held) {
            staff.insert(user.id);
        }
    }
    Ok(staff)
}

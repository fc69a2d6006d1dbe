//! Which users work for the operator.

use std::collections::BTreeSet;

use doorward_domain::model::{User, UserId};
use doorward_store::repo;

use super::operator::{AdminContext, AdminError};

/// Returns those of the users who hold the role that administers, or of whom an administrator has
/// said that they work for the operator.
///
/// # Errors
/// When the store cannot be read.
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

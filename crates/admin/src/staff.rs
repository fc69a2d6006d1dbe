//! The users who work for the operator.

use std::collections::BTreeSet;

use crate::prelude::*;

/// Returns the users who hold a role of `accounts.staff_roles` or are marked as staff by an
/// administrator.
pub async fn among(context: &AdminContext<'_>, users: &[User]) -> Result<BTreeSet<UserId>> {
    let staff_roles = match context.settings.accounts {
        Some(accounts) => accounts.staff_roles.clone(),
        None => vec![ADMIN_ROLE.to_owned()],
    };
    let mut staff = BTreeSet::new();
    for user in users {
        let roles =
            repo::roles::effective_for_user(context.db.read(), user.id, context.now()).await?;
        if user.is_staff_with(&roles, &staff_roles) {
            staff.insert(user.id);
        }
    }
    Ok(staff)
}

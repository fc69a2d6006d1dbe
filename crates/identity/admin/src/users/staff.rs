//! The users who work for the operator.

use std::collections::BTreeSet;

use doorward_domain::model::{EffectiveRoles, OrgScope};

use crate::prelude::*;

/// Returns the users who hold a role of `accounts.staff_roles` or are marked as staff by an
/// administrator.
pub async fn among(context: &AdminContext<'_>, users: &[User]) -> Result<BTreeSet<UserId>> {
    let staff_roles = match context.settings.accounts {
        Some(accounts) => accounts.staff_roles.clone(),
        None => vec![ADMIN_ROLE.to_owned()],
    };
    let (read, now) = (context.db.read(), context.now());
    let ids = users.iter().map(|user| user.id);
    let roles = repo::roles::effective_for_users_in(read, ids, OrgScope::Global, now).await?;
    let none = EffectiveRoles::default();
    let is_staff = |user: &&User| {
        let roles = roles.get(&user.id).unwrap_or(&none);
        user.is_staff_with(roles, &staff_roles)
    };
    let staff = users.iter().filter(is_staff);
    Ok(staff.map(|user| user.id).collect())
}

//! A user as output.

use std::collections::BTreeSet;

use doorward_admin::staff;

use crate::command::prelude::*;

pub(super) async fn show(installation: &Installation, user: &User, out: Output) -> Result {
    out.object(&full_document(&installation.operator(), user).await?)
}

/// Returns a user as JSON, with roles and staff mark.
pub(super) async fn full_document(operator: &AdminContext<'_>, user: &User) -> Result<Value> {
    let one = std::slice::from_ref(user);
    let roles = users::roles(operator, one).await?.remove(&user.id);
    let staff = staff::among(operator, one).await?;
    let roles = roles.unwrap_or_default();
    Ok(document(user, &roles, staff.contains(&user.id)))
}

pub(super) fn document(user: &User, roles: &BTreeSet<String>, is_staff: bool) -> Value {
    json!({
        "id": user.id.to_string(),
        "username": user.named(),
        "email": user.email,
        "email_verified": user.email_verified,
        "name": user.display_name(),
        "roles": roles,
        "is_staff": is_staff,
        "has_password": user.password_hash.is_some(),
        "password_change_required": user.password_change_required,
        "disabled_at": user.disabled_at.map(output::time),
        "last_login": user.last_login.0.map(output::time),
        "date_joined": output::time(user.created_at),
        "created_at": output::time(user.created_at),
        "updated_at": output::time(user.updated_at),
    })
}

pub(super) fn role_list(roles: &BTreeSet<String>) -> String {
    let names: Vec<_> = roles.iter().map(String::as_str).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(" ")
    }
}

pub(super) async fn print_change(
    installation: &Installation,
    out: Output,
    change: &str,
    user: &User,
) -> Result {
    if out.json {
        let now = users::get(&installation.operator(), &user.id.to_string()).await?;
        return show(installation, &now, out).await;
    }
    output::print_status(&format!("{} {change}.", user.login_identifier()));
    Ok(())
}

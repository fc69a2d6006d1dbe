//! A user as output.

use doorward_admin::users::operations;

use crate::command::prelude::*;

/// Returns a user as the admin API does.
pub(super) async fn document(operator: &AdminContext<'_>, user: &User) -> Result<Value> {
    Ok(json!(operations::view(operator, user.clone()).await?))
}

pub(super) async fn print_change(
    installation: &Installation,
    out: Output,
    change: &str,
    user: &User,
) -> Result {
    if out.json {
        let operator = installation.operator();
        let now = users::get(&operator, &user.id.to_string()).await?;
        return out.object(&document(&operator, &now).await?);
    }
    output::print_status(&format!("{} {change}.", user.login_identifier()));
    Ok(())
}

//! Operations of administrators on the app passwords of users.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::Operation;
use doorward_admin::prelude::*;
use doorward_admin::users;
use doorward_domain::model::{AppPassword, AppPasswordId};
use doorward_services::view;

use crate::app_passwords::MAX;

doorward_admin::entries! { LIST: List, REVOKE: Revoke }

doorward_admin::targets! {
    {
        /// User name, e-mail address or ID.
        user
    } => List
}

doorward_admin::targets! {
    {
        /// ID of the app password.
        id
    } => Revoke
}

view! {
    /// An app password of a user, without its secret.
    #[schema(as = AppPassword)]
    pub AppPasswordView(password: AppPassword) {
        /// ID.
        id: String = password.id.to_string();
        /// ID of the user.
        user: String = password.user_id.to_string();
        /// Name of the application, given by the user.
        name: String = password.name;
        /// Time of creation (RFC 3339).
        created_at: Time = password.created_at;
        /// Time of last use, to the minute (RFC 3339).
        last_used_at?: Time = password.last_used_at;
        /// IP address of the last use.
        last_used_from?: String = password.last_used_from.map(|address| address.to_string());
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the app passwords of a user";
    const CALL: &'static str = "GET users/{user}/app-passwords";
    const COMMAND: &'static str = "app-password list USER";
    const TABLE: &'static str = "id name created_at last_used_at last_used_from";
    type Done = FoundPage<AppPasswordView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("users:read")?;
        let user = users::named_id(context, &self.user).await?;
        let found = repo::app_passwords::list(context.db.read(), user, MAX).await?;
        Ok(FoundPage::whole(found).map(AppPasswordView::new))
    }
}

impl Operation for Revoke {
    const TITLE: &'static str = "Revoke an app password of a user";
    const CALL: &'static str = "DELETE app-passwords/{id}";
    const COMMAND: &'static str = "app-password revoke ID";
    const DONE: &'static str = "The app password {id} is revoked.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        context.require_global("users:write")?;
        let id = AdminError::id("app password", &self.id, AppPasswordId::parse)?;
        let tx = context.begin().await?;
        let not_found = || AdminError::not_found("app password", &id);
        let found = repo::app_passwords::find_by_id(&tx, id).await?;
        let password = found.ok_or_else(not_found)?;
        context.check_power_over_user(&tx, password.user_id).await?;
        if !repo::app_passwords::remove(&tx, password.user_id, id).await? {
            return Err(not_found());
        }
        let event = context
            .event(AuditKind::AppPasswordRevoked, password.user_id, "revoked")
            .with("app_password", id.to_string())
            .with("name", password.name);
        context.commit_with(tx, &event).await
    }
}

#[cfg(test)]
mod tests;

//! Operations of lockouts.

use doorward_services::view;

use super::{Lockout, page, unlock};
use crate::found::FoundPage;
use crate::operation::Operation;
use crate::prelude::*;
use crate::users::named_id;

crate::entries! { LIST: List, END: End }

crate::targets! { {} => List }

crate::targets! {
    {
        /// User name, e-mail address or ID.
        user
    } => End
}

view! {
    /// A lockout after failed sign-ins.
    pub LockoutView(lockout: Lockout) {
        /// ID of the user; absent: no account has the name.
        user?: String = lockout.user.map(|id| id.to_string());
        /// Number of failures since the last success.
        failures: i64 = lockout.failures;
        /// End of the lockout (RFC 3339).
        until: Time = lockout.until;
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the lockouts after failed sign-ins, the next end first";
    const CALL: &'static str = "GET lockouts paged";
    const COMMAND: &'static str = "lockout list";
    const TABLE: &'static str = "user failures until";
    type Done = FoundPage<LockoutView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = page(context, after, limit + 1).await?;
        Ok(FoundPage::cut(found, limit).map(LockoutView::new))
    }
}

impl Operation for End {
    const TITLE: &'static str = "End the lockouts of a user";
    const CALL: &'static str = "DELETE lockouts/{user}";
    const COMMAND: &'static str = "lockout end USER";
    const DONE: &'static str = "{user} can sign in again.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        unlock(context, named_id(context, &self.user).await?).await
    }
}

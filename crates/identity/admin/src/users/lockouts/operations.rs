//! Operations of lockouts.

use doorward_services::view;
use doorward_store::repo::login_failures::Lockout;

use super::{page, unlock};
use crate::found::FoundPage;
use crate::operation::Operation;
use crate::prelude::*;
use crate::users::named_id;

crate::entries! { LIST: List, UNLOCK: Unlock }

crate::targets! {
    {
        /// User name, e-mail address or ID.
        user
    } => Unlock
}

view! {
    /// A lockout after failed sign-ins.
    #[schema(as = Lockout)]
    LockoutView(lockout: Lockout) {
        /// ID of the user; absent: no account has the name.
        user?: String = lockout.user.map(|id| id.to_string());
        /// Number of failures since the last success.
        failures: i64 = lockout.failures;
        /// End of the lockout (RFC 3339).
        until: Time = lockout.until;
    }
}

/// A list of lockouts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {}

impl Operation for List {
    const TITLE: &'static str = "List lockouts that have not ended, the next end first";
    const CALL: &'static str = "GET lockouts paged";
    const COMMAND: &'static str = "user lockouts";
    const TABLE: &'static str = "user failures until";
    type Done = FoundPage<LockoutView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let limit = context.page.limit;
        let found = page(context, context.page.after.as_deref(), limit + 1).await?;
        Ok(FoundPage::cut(found, limit).map(LockoutView::new))
    }
}

impl Operation for Unlock {
    const TITLE: &'static str = "End the lockout of a user";
    const CALL: &'static str = "DELETE lockouts/{user} reason";
    const COMMAND: &'static str = "user unlock USER";
    const DONE: &'static str = "{user} is no longer locked out.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        unlock(context, named_id(context, &self.user).await?).await
    }
}

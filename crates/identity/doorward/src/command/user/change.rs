//! A named user to change, and the result of the change.

use doorward_admin::affected::ended_text;
use doorward_services::access_end::EndedAccess;

use super::shown::{document, print_change};
use crate::command::prelude::*;
use crate::command::values::ReasonArg;

#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// User: user name, e-mail address or ID
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

/// A named user and the context of a change, with its reason.
pub(super) struct UserChange<'a> {
    pub(super) installation: &'a Installation,
    pub(super) operator: AdminContext<'a>,
    pub(super) user: User,
    pub(super) out: Output,
}

impl ChangeArgs {
    pub(super) async fn open(self, installation: &Installation) -> Result<UserChange<'_>> {
        let operator = installation.operator().with_reason(self.reason.reason);
        let user = users::get(&operator, &self.user).await?;
        Ok(UserChange {
            installation,
            operator,
            user,
            out: self.out,
        })
    }
}

impl UserChange<'_> {
    /// Returns true if the running server sends e-mail messages.
    pub(super) fn can_mail(&self) -> bool {
        let outbox = self.operator.outbox;
        outbox.is_some_and(|outbox| outbox.can_go())
    }

    pub(super) async fn print(&self, change: &str) -> Result {
        print_change(self.installation, self.out, change, &self.user).await
    }

    /// Prints the changed user and what ended, and whether the running server sends an e-mail
    /// notification.
    pub(super) async fn print_ended(&self, change: &str, ended: &EndedAccess) -> Result {
        if self.out.json {
            let user = users::get(&self.operator, &self.user.id.to_string()).await?;
            let mut document = document(&self.operator, &user).await?;
            document["ended"] = json!(ended);
            output::json(&document)?;
        } else {
            self.print(change).await?;
            output::print_status(&ended_text(ended));
        }
        output::print_status(if self.can_mail() {
            "An e-mail notification goes to the user."
        } else {
            "No e-mail notification: mail or secret_key is not configured here."
        });
        Ok(())
    }
}

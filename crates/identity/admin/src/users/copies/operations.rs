//! The operation of a copy for tests.

use std::collections::BTreeSet;

use doorward_services::view;

use super::anonymize;
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::users::named_id;

crate::entries! { ANONYMIZE: Anonymize }

/// The users of a copy to anonymize.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Anonymize {
    /// True: all users of the copy.
    #[serde(default)]
    all: bool,
    /// User name, e-mail address or ID of a user who stays as before.
    #[serde(default)]
    except: Vec<String>,
}

view! {
    /// The number of anonymized users.
    pub AnonymizedView(users: u64) {
        /// Number of users.
        users: u64 = users;
    }
}

impl Operation for Anonymize {
    const TITLE: &'static str = "Remove the personal data of users from a copy";
    const CALL: &'static str = "- -";
    const COMMAND: &'static str = "user anonymize --all --except";
    const DONE: &'static str = "Anonymized users: {users}.";
    type Done = Shown<AnonymizedView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        if !self.all {
            return Err(AdminError::choice("all", "name all users by --all"));
        }
        let mut except = BTreeSet::new();
        for user in &self.except {
            except.insert(named_id(context, user).await?);
        }
        let users = anonymize(context, &except).await?;
        let note = "The audit log still names users; `doorward audit archive` moves it into files.";
        let shown = Shown::unversioned(AnonymizedView::new(users));
        Ok(shown.with_note(Some(note.to_owned())))
    }
}

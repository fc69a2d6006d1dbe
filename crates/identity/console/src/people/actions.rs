//! `/admin/people/{id}/{action}`: changes of an account, each with a confirmation.

use doorward_admin::sessions::EndedGrants;
use doorward_admin::user_change::UserChange;
use doorward_admin::{lockouts, sessions, user_links, users};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_store::repo::totp_factors::FactorInventory;

use crate::people;
use doorward_console_ui::prelude::*;

doorward_protocol::words! {
    pub(crate) enum UserAction {
        Unlock = "unlock",
        EndSessions = "end-sessions",
        ResetPassword = "reset-password",
        MailPasskeyLink = "passkey-link",
        ResetFactors = "reset-factors",
        Enable = "enable",
        Disable = "disable",
        Delete = "delete",
    }
}

impl UserAction {
    pub(crate) const fn permission(self) -> &'static str {
        match self {
            Self::EndSessions => "sessions:write",
            _ => "users:write",
        }
    }

    pub(crate) const fn is_risky(self) -> bool {
        matches!(
            self,
            Self::EndSessions | Self::ResetFactors | Self::Disable | Self::Delete
        )
    }

    pub(crate) fn applies_to(
        self,
        console: &Console<'_>,
        user: &User,
        factors: &FactorInventory,
        locked_until: Option<UnixSeconds>,
    ) -> bool {
        match self {
            Self::Unlock => locked_until.is_some(),
            Self::EndSessions | Self::ResetPassword | Self::Disable => user.disabled_at.is_none(),
            Self::MailPasskeyLink => {
                has_passkeys(console) && user.is_active() && !people::has_factor(factors)
            }
            Self::ResetFactors => people::has_factor(factors),
            Self::Enable => user.disabled_at.is_some(),
            Self::Delete => true,
        }
    }

    /// Returns the hint of the reason. No activity remains of a deleted account.
    const fn reason_hint(self) -> &'static str {
        match self {
            Self::Delete => reason::FOR_LOG,
            _ => reason::FOR_USER,
        }
    }

    pub(crate) const fn messages(self) -> Messages {
        Messages::new(match self {
            Self::Unlock => [
                "console-unlock-question",
                "console-unlock-text",
                "console-unlock",
                "console-unlocked",
            ],
            Self::EndSessions => [
                "console-user-end-question",
                "console-user-end-text",
                "console-user-end",
                "console-user-ended",
            ],
            Self::ResetPassword => [
                "console-user-password-question",
                "console-user-password-text",
                "console-user-password",
                "console-user-password-done",
            ],
            Self::MailPasskeyLink => [
                "console-user-passkey-question",
                "console-user-passkey-text",
                "console-user-passkey",
                "console-user-password-done",
            ],
            Self::ResetFactors => [
                "console-user-factors-question",
                "console-user-factors-text",
                "console-user-factors",
                "console-user-factors-done",
            ],
            Self::Enable => [
                "console-user-enable-question",
                "console-user-enable-text",
                "console-user-enable",
                "console-user-enabled",
            ],
            Self::Disable => [
                "console-user-disable-question",
                "console-user-disable-text",
                "console-user-disable",
                "console-user-disabled",
            ],
            Self::Delete => [
                "console-user-delete-question",
                "console-user-delete-text",
                "console-user-delete",
                "console-user-deleted",
            ],
        })
    }

    const fn ends(self) -> &'static [RecordKind] {
        if matches!(self, Self::Delete) {
            &RecordKind::ALL
        } else if matches!(
            self,
            Self::EndSessions | Self::ResetPassword | Self::ResetFactors | Self::Disable
        ) {
            &[RecordKind::Sessions]
        } else {
            &[]
        }
    }

    pub(crate) fn link(self, console: &Console<'_>, user: UserId) -> Link {
        let path = format!("{}/{}", routes::user(user), self.as_str());
        console.link(path, self.messages().submit)
    }

    async fn run(self, visit: &Visit<'_>, user: &User) -> Result<(), AdminError> {
        let context = visit.context();
        let switch = |disabled| UserChange {
            disabled: Some(disabled),
            ..UserChange::default()
        };
        let id = user.id.to_string();
        match self {
            Self::Unlock => match lockouts::unlock(&context, user.id).await {
                // The lockout has ended in the meantime.
                Err(AdminError::NotFound { name, .. }) => Err(AdminError::NoChange(name)),
                done => done,
            },
            Self::EndSessions => {
                let which = EndedGrants::default();
                sessions::end_all(&context, user.id, which).await.map(drop)
            }
            Self::ResetPassword => user_links::reset_password(&context, user.id).await,
            Self::MailPasskeyLink => user_links::mail_passkey_link(&context, user.id).await,
            Self::ResetFactors => users::reset_mfa(&context, user).await.map(drop),
            Self::Enable => users::update(&context, &id, switch(false)).await.map(drop),
            Self::Disable => users::update(&context, &id, switch(true)).await.map(drop),
            Self::Delete => users::delete(&context, user.id).await.map(drop),
        }
    }
}

fn has_passkeys(console: &Console<'_>) -> bool {
    console.page.context.accounts.passkeys.is_some()
}

pub(crate) async fn change(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let action = visit.action(&UserAction::ALL, UserAction::as_str)?;
    // The operation records a denial.
    if !visit.is_answer() {
        console.context().require_global(action.permission())?;
    }
    let user = people::named(console).await?;
    let object = Object::User(user.id);
    let home = routes::user(user.id);
    let question = Question {
        reason: Some(reason::field(console, action.reason_hint())),
        typed: (action == UserAction::Delete).then(|| user.login_identifier().to_owned()),
        version: Some(version(&user)),
        is_risky: action.is_risky(),
        facts: affected::facts(console, object, action.ends()).await?,
        ..Question::new(
            Section::People,
            action.messages(),
            user.display_name(),
            home.as_str(),
        )
    };
    let question = question.ask(visit)?;
    let result = action.run(visit, &user).await;
    let next = match action {
        UserAction::Delete => PEOPLE,
        _ => home.as_str(),
    };
    question.finish_at(visit, result, next).await
}

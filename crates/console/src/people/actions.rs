//! `/admin/people/{id}/{action}`: changes of an account, each with a confirmation.

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::sessions::EndedGrants;
use doorward_admin::user_change::UserChange;
use doorward_admin::{lockouts, sessions, user_links, users};
use doorward_domain::model::User;
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_protocol::params::Params;
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_store::repo::totp_factors::FactorInventory;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Fact, Section};

use crate::console::Console;
use crate::people;
use crate::routes::{self, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::affected;
use crate::ui::reason;

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/people/{id}/{action}", ask, submit));
}

/// A change of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserAction {
    Unlock,
    EndSessions,
    ResetPassword,
    MailPasskeyLink,
    ResetFactors,
    Enable,
    Disable,
    Delete,
}

impl UserAction {
    /// All changes, in the order of their links.
    pub(crate) const ALL: [Self; 8] = [
        Self::Unlock,
        Self::EndSessions,
        Self::ResetPassword,
        Self::MailPasskeyLink,
        Self::ResetFactors,
        Self::Enable,
        Self::Disable,
        Self::Delete,
    ];

    /// Returns the name in the path.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::EndSessions => "end-sessions",
            Self::ResetPassword => "reset-password",
            Self::MailPasskeyLink => "passkey-link",
            Self::ResetFactors => "reset-factors",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Delete => "delete",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// Returns the permission that the change needs.
    pub(crate) const fn permission(self) -> &'static str {
        match self {
            Self::EndSessions => "sessions:write",
            _ => "users:write",
        }
    }

    /// Returns true for what takes something away.
    pub(crate) const fn is_risky(self) -> bool {
        matches!(
            self,
            Self::EndSessions | Self::ResetFactors | Self::Disable | Self::Delete
        )
    }

    /// Returns true if the change is useful for the account.
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

    /// Returns its messages.
    pub(crate) const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
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
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }

    /// Returns the kinds of records that the change ends.
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

    /// Returns the numbers of what the change ends.
    async fn facts(self, console: &Console<'_>, user: &User) -> Result<Vec<Fact>, PageError> {
        affected::facts(console, Object::User(user.id), self.ends()).await
    }

    fn confirmation(self, console: &Console<'_>, user: &User) -> Action {
        Action {
            section: Section::People,
            messages: self.messages(),
            object: user.display_name(),
            choice: None,
            reason: Some(reason::field(console, self.reason_hint())),
            typed: (self == Self::Delete).then(|| user.login_identifier().to_owned()),
            version: Some(version(user)),
            is_risky: self.is_risky(),
            back: people::path(user.id),
        }
    }

    async fn run(
        self,
        console: &Console<'_>,
        form: &Params,
        user: &User,
    ) -> Result<(), AdminError> {
        let context = console.context_with_version(form);
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
            Self::MailPasskeyLink => {
                user_links::mail_passkey_link(&context, user.id, has_passkeys(console)).await
            }
            Self::ResetFactors => users::reset_mfa(&context, user).await,
            Self::Enable => users::update(&context, &id, switch(false)).await.map(drop),
            Self::Disable => users::update(&context, &id, switch(true)).await.map(drop),
            Self::Delete => users::delete(&context, user.id).await,
        }
    }
}

/// Returns true if passkeys are enabled.
fn has_passkeys(console: &Console<'_>) -> bool {
    console.page.context.accounts.passkeys.is_some()
}

fn action(page: &Page) -> Result<UserAction, PageError> {
    let named = UserAction::parse(&parameter(page, "action"));
    named.ok_or_else(|| ErrorKind::NotFound.into())
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let action = action(page)?;
    Console::read(console.context().require_global(action.permission()))?;
    let user = people::named(&console).await?;
    let console = console.require_fresh()?;
    let facts = action.facts(&console, &user).await?;
    Ok(action
        .confirmation(&console, &user)
        .ask_with(&console, facts))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let action = action(page)?;
    let user = people::named(&console).await?;
    let (question, facts) = (
        action.confirmation(&console, &user),
        action.facts(&console, &user).await?,
    );
    let question = match question.check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let result = action.run(&console, &form, &user).await;
    let result = console.change(result).await?;
    let next = match action {
        UserAction::Delete => people::HOME.to_owned(),
        _ => people::path(user.id),
    };
    Ok(question.finish_with(&console, result, &next, facts))
}

#[cfg(test)]
mod tests {
    use super::UserAction;

    #[test]
    fn names_of_actions_are_parsed() {
        for action in UserAction::ALL {
            assert_eq!(UserAction::parse(action.as_str()), Some(action));
        }
        assert_eq!(UserAction::parse("sessions"), None);
    }
}

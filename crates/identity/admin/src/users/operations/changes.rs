//! Operations that change an account.

use doorward_domain::model::FieldInput;
use doorward_domain::secret::Secret;
use doorward_services::access_end::EndedAccess;
use doorward_services::outbox::MailOutbox;

use super::{UserView, ended_note, shown};
use crate::operation::{Operation, Shown};
use crate::passwords;
use crate::prelude::*;
use crate::user_change::UserChange;
use crate::users::{disable, enable, named, set_password, update_and_count, verify_email};

crate::entries! {
    UPDATE: UserChange, SET_PASSWORD: SetPassword, DISABLE: Disable, ENABLE: Enable,
    VERIFY_EMAIL: VerifyEmail,
}

crate::targets! {
    {
        /// User name, e-mail address or ID.
        id
    } => Disable, Enable, VerifyEmail
}

/// Shows an account whose access has ended.
async fn shown_ended(
    context: &AdminContext<'_>,
    user: UserId,
    access: EndedAccess,
) -> Result<Shown<UserView>> {
    let note = ended_note(context, &access);
    let mut shown = shown(context, named(context, &user.to_string()).await?).await?;
    shown.view.ended = Some(access);
    Ok(shown.with_note(Some(note)))
}

impl Operation for Disable {
    const TITLE: &'static str = "Disable a user; the sessions and tokens of the user end";
    const TEXT: &'static str = "The user is notified by mail.";
    const CALL: &'static str = "POST users/{id}/disable versioned reason";
    const COMMAND: &'static str = "user disable USER=id";
    const DONE: &'static str = "{id} is disabled.";
    type Done = Shown<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?.id;
        let access = disable(context, user).await?;
        shown_ended(context, user, access).await
    }
}

impl Operation for Enable {
    const TITLE: &'static str = "Enable a user";
    const TEXT: &'static str = "Access that ended is not restored.";
    const CALL: &'static str = "POST users/{id}/enable versioned reason";
    const COMMAND: &'static str = "user enable USER=id";
    const DONE: &'static str = "{id} is enabled.";
    type Done = Shown<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?.id;
        enable(context, user).await?;
        shown(context, named(context, &user.to_string()).await?).await
    }
}

impl Operation for VerifyEmail {
    const TITLE: &'static str = "Mark the e-mail address of a user as verified";
    const CALL: &'static str = "POST users/{id}/verify-email versioned reason";
    const COMMAND: &'static str = "user verify-email USER=id";
    const DONE: &'static str = "The e-mail address {email} is verified.";
    type Done = Shown<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?.id;
        verify_email(context, user).await?;
        shown(context, named(context, &user.to_string()).await?).await
    }
}

/// Another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// User name, e-mail address or ID.
    id: String,
    /// New password.
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
}

impl Operation for SetPassword {
    const TITLE: &'static str = "Set a new password; the sessions and tokens of the user end";
    const CALL: &'static str = "- - reason";
    const COMMAND: &'static str = "user set-password USER=id";
    const DONE: &'static str = "{id} has a new password.";
    type Done = Shown<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?;
        let words = (user.username.as_str(), user.email.as_str(), &user.profile);
        let hash = passwords::of_operator(context, &self.password, words)?;
        let access = set_password(context, user.id, hash).await?;
        shown_ended(context, user.id, access).await
    }
}

impl Operation for UserChange {
    const TITLE: &'static str = "Change the names, the e-mail address or the profile of a user";
    const TEXT: &'static str = "A new e-mail address counts as verified only with `email_verified`. A mail to the \
         former address reports it; other changes send no mail, except if the account is disabled. Sessions \
         and tokens remain then, and links that were mailed to the former address end.";
    const CALL: &'static str = "PATCH users/{id} versioned reason";
    const COMMAND: &'static str = "user update USER=id --username --email --verified=email_verified \
         --given-name=first_name --family-name=last_name --profile-url --locale --time-zone=zoneinfo \
         --staff=is_staff --field=fields --notify";
    const DONE: &'static str = "{name} is changed.";
    type Done = Shown<UserView>;

    async fn run(mut self, context: &AdminContext<'_>) -> Result<Self::Done> {
        if context.authority.is_none() {
            // A command has no types.
            let text = |input: &mut FieldInput| {
                if let FieldInput::Json(Value::String(text)) = input {
                    *input = FieldInput::Text(std::mem::take(text));
                }
            };
            self.fields.values_mut().for_each(text);
        }
        let (is_notified, disables) = (self.notify != Some(false), self.disabled == Some(true));
        let before = named(context, &self.id).await?;
        let (user, access) = update_and_count(context, &before.id.to_string(), self).await?;
        let note = (before.email != user.email).then(|| {
            let verified = if user.email_verified { "" } else { "not " };
            let is_mailed = is_notified && context.outbox.as_ref().is_some_and(MailOutbox::can_go);
            let mail = if is_mailed {
                format!("A mail to {} reports it.", before.email)
            } else {
                "No mail reports it.".to_owned()
            };
            format!(
                "The e-mail address {} is {verified}verified. {mail}",
                user.email
            )
        });
        let mut shown = shown(context, user).await?;
        shown.view.ended = disables.then_some(access);
        Ok(shown.with_note(note))
    }
}

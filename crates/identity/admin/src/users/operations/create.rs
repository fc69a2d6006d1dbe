//! Creation of accounts.

use doorward_domain::model::Profile;
use doorward_domain::secret::Secret;
use doorward_services::view::time;

use super::{SHOW, UserView, shown};
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;
use crate::users::NewUser;
use crate::{passwords, user_links, users};

crate::entries! { CREATE: Create }

/// An account to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUser)]
pub struct Create {
    /// User name; required unless `accounts.username` is `optional` or `none`.
    username: Option<String>,
    /// E-mail address.
    #[schema(format = Email)]
    email: String,
    /// True if the address is known to belong to the user.
    #[serde(default)]
    email_verified: bool,
    /// Password, for a command only: administrators choose none, and the user is mailed a link.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Secret<String>>,
    /// Given names.
    first_name: Option<String>,
    /// Family names.
    last_name: Option<String>,
    /// URL of the user's external profile page: `https://…` or `http://…`.
    profile_url: Option<String>,
    /// True for staff of the operator; only an administrator may set it.
    #[serde(default)]
    is_staff: bool,
    /// Role to assign globally.
    #[serde(default)]
    roles: Vec<String>,
}

impl Operation for Create {
    const TITLE: &'static str = "Create a user";
    const TEXT: &'static str = "The user is mailed a link to choose a password, valid once within a day: no \
         administrator learns the password. A command prints the link if there is no mail server.";
    const CALL: &'static str = "POST users once";
    const COMMAND: &'static str = "user create USERNAME --email --verified=email_verified --role=roles \
         --given-name=first_name --family-name=last_name --staff=is_staff";
    const DONE: &'static str = "{email} is created.";
    const SECRET: &'static str = "link_mailed";
    type Done = Shown<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let mut new = NewUser {
            username: self.username.unwrap_or_default(),
            email: self.email,
            email_verified: self.email_verified,
            password_hash: None,
            profile: Profile {
                given_name: self.first_name,
                family_name: self.last_name,
                profile_url: self.profile_url,
                ..Profile::default()
            },
            is_staff: self.is_staff,
            roles: self.roles,
        };
        let is_command = context.authority.is_none();
        match self.password {
            Some(password) if is_command => {
                let words = (new.username.as_str(), new.email.as_str(), &new.profile);
                let hash = passwords::of_operator(context, &password, words)?;
                new.password_hash = Some(hash);
                shown(context, users::create(context, new).await?).await
            }
            Some(_) => {
                let problem = "Administrators cannot choose a password: the user is mailed a link.";
                Err(AdminError::invalid("password", problem))
            }
            None if is_command => with_link(context, new).await,
            None => {
                let (user, is_mailed) = user_links::invite(context, new).await?;
                let mut shown = shown(context, user).await?;
                shown.view.link_mailed = Some(is_mailed);
                Ok(shown)
            }
        }
    }

    fn again() -> Option<Again> {
        Some(Again::new("users:write", &SHOW))
    }
}

/// Creates a user without a password for a command. Without a mail server, the operator hands over the link.
async fn with_link(context: &AdminContext<'_>, new: NewUser) -> Result<Shown<UserView>> {
    let issuer = context.issuer()?;
    let (user, link) = user_links::create_with_link(context, new).await?;
    let mut note = format!("A link to choose a password is mailed to {}.", user.email);
    let mut shown = shown(context, user).await?;
    shown.view.link_mailed = Some(link.is_none());
    if let Some(link) = link {
        let url = format!("{issuer}/reset-password?token={}", link.token.expose());
        let end = time(link.expires_at);
        note = format!("This link sets the password until {end}, and works once:\n{url}");
        shown.view.password_link = Some(url);
    }
    Ok(shown.with_note(Some(note)))
}

//! Operations of the accounts of users.

pub mod changes;
pub mod create;

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use doorward_domain::model::FieldValues;
use doorward_rules::list_filter::{UNUSED_DAYS_MAX, UserFilter, UserState};
use doorward_services::access_end::EndedAccess;
use doorward_services::outbox::MailOutbox;
use doorward_services::view;

use super::{delete, named, roles};
use crate::affected::ended_text;
use crate::found::FoundPage;
use crate::json_member::{OneOf, optional_word};
use crate::operation::{Operation, PageRequest, Shown};
use crate::operator::version;
use crate::prelude::*;
use crate::{profile_fields, staff, user_links, user_search};

type States = OneOf<UserState>;

crate::entries! {
    LIST: List, SHOW: Show, RESET_PASSWORD: ResetPassword, MAIL_PASSKEY_LINK: MailPasskeyLink,
    DELETE: Delete,
}

crate::targets! {
    {
        /// User name, e-mail address or ID.
        id
    } => Show, ResetPassword, MailPasskeyLink, Delete
}

view! {
    /// An account.
    pub UserView(user: User, extras: &Extras) {
        /// User ID, the `sub` of the user's tokens.
        id: String = user.id.to_string();
        /// User name; `null` if the account has none.
        username: Option<String> = user.named().map(str::to_owned);
        /// E-mail address.
        email: String = user.email.clone();
        /// True if the e-mail address is verified.
        email_verified: bool = user.email_verified;
        /// Full name, or else the user name or e-mail address.
        name: String = user.display_name();
        /// Given names.
        first_name?: String = user.profile.given_name;
        /// Family names.
        last_name?: String = user.profile.family_name;
        /// URL of the user's external profile page; the claim `profile`.
        profile_url?: String = user.profile.profile_url;
        /// Language of the user: a tag such as `de` or `pt-BR`.
        locale?: String = user.profile.locale;
        /// Time zone of the user: a name such as `Europe/Berlin`.
        zoneinfo?: String = user.profile.zoneinfo;
        /// Effective roles in any organization; absent for callers without `roles:read` in the whole
        /// deployment.
        roles?: BTreeSet<String> = extras.roles_of(user.id);
        /// True for staff of the operator: by a role of `accounts.staff_roles`, or set by an
        /// administrator.
        is_staff: bool = extras.staff.contains(&user.id);
        /// True if the account is disabled.
        disabled: bool = user.disabled_at.is_some();
        /// Time since which the account is disabled (RFC 3339).
        disabled_at?: Time = user.disabled_at;
        /// True if the account has a password; absent for an administrator of one organization.
        has_password?: bool = extras.is_global.then_some(user.password_hash.is_some());
        /// True if the password is temporary, as after an import: it only allows setting another one.
        password_change_required: bool = user.password_change_required;
        /// Values of custom profile fields, null for those without a value. An administrator of one
        /// organization receives only those that other users see.
        #[schema(value_type = Object)]
        fields: FieldValues = extras.fields.get(&user.id).cloned().unwrap_or_default();
        /// Time of the latest sign-in (RFC 3339), to the minute; `null` before the first one.
        last_login: Option<Time> = user.last_login.0;
        /// Equals `created_at`.
        date_joined: Time = user.created_at;
        /// Time of creation (RFC 3339).
        created_at: Time = user.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = user.updated_at;
        /// Response to a creation only: true if the user was mailed a link to choose a password.
        link_mailed?: bool = None;
        /// Response of a command that creates a user only, without a mail server: the link to choose a
        /// password.
        password_link?: String = None;
        /// Response to a change that ends access only: numbers of the sessions, grants, API keys and
        /// trusted devices that ended, and IDs of some.
        #[schema(value_type = Option<Object>)]
        ended?: EndedAccess = None;
    }
}

/// Facts about users from other tables.
#[derive(Debug)]
pub struct Extras {
    is_global: bool,
    staff: BTreeSet<UserId>,
    fields: BTreeMap<UserId, FieldValues>,
    roles: Option<BTreeMap<UserId, BTreeSet<String>>>,
}

impl Extras {
    async fn load(context: &AdminContext<'_>, users: &[User]) -> Result<Self> {
        let is_global = context.confined_to().is_none();
        let reads_roles = is_global && context.need("roles:read").is_ok();
        Ok(Self {
            is_global,
            staff: staff::among(context, users).await?,
            fields: profile_fields::among(context, users).await?,
            roles: if reads_roles {
                Some(roles(context, users).await?)
            } else {
                None
            },
        })
    }

    fn roles_of(&self, user: UserId) -> Option<BTreeSet<String>> {
        let all = self.roles.as_ref()?;
        Some(all.get(&user).cloned().unwrap_or_default())
    }
}

/// Returns an account as callers see it.
async fn shown(context: &AdminContext<'_>, user: User) -> Result<Shown<UserView>> {
    let tag = version(&user);
    let extras = Extras::load(context, slice::from_ref(&user)).await?;
    Ok(Shown::of_version(tag, UserView::new(user, &extras)))
}

view! {
    /// An account whose access has ended.
    pub EndedView(user: &User, ended: EndedAccess) {
        /// User ID.
        id: String = user.id.to_string();
        /// User name; `null` if the account had none.
        username: Option<String> = user.named().map(str::to_owned);
        /// E-mail address.
        email: String = user.email.clone();
        /// Numbers of the sessions, grants, API keys and trusted devices that ended, and IDs of some.
        #[schema(value_type = Object)]
        ended: EndedAccess = ended;
    }
}

/// Returns a user whose access has ended, and states whether the user gets a mail.
pub(crate) fn ended(
    context: &AdminContext<'_>,
    user: &User,
    access: EndedAccess,
) -> Shown<EndedView> {
    let note = ended_note(context, &access);
    Shown::unversioned(EndedView::new(user, access)).with_note(Some(note))
}

/// Returns the sentences about ended access, and whether the user gets a mail.
fn ended_note(context: &AdminContext<'_>, access: &EndedAccess) -> String {
    let mail = if context.outbox.as_ref().is_some_and(MailOutbox::can_go) {
        "An e-mail notification goes to the user."
    } else {
        "No e-mail notification: mail or secret_key is not configured here."
    };
    format!("{}\n{mail}", ended_text(access))
}

/// A list of accounts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Prefix of the user name, the e-mail address or the full name, or an ID; then in the order of what
    /// matches.
    #[serde(default)]
    q: String,
    /// State; `unverified` is that of the e-mail address.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<States>)]
    state: Option<UserState>,
    /// Only members of this organization (slug).
    organization: Option<String>,
    /// Only users with this role, by an assignment to them or to a group of theirs.
    role: Option<String>,
    /// `none`: only users without an authenticator app and passkeys.
    second_factor: Option<String>,
    /// Only users without a sign-in for so many days, 1 to 3650.
    unused_days: Option<u32>,
    /// True: only users who are locked out after failed sign-ins.
    #[serde(default)]
    locked: bool,
}

impl Operation for List {
    const TITLE: &'static str = "List accounts, the oldest first";
    const TEXT: &'static str = "A page may have fewer than `limit`, although more follow.";
    const CALL: &'static str = "GET users paged";
    const COMMAND: &'static str = "user list --search=q --state --org=organization --role";
    const TABLE: &'static str = "id username email roles disabled";
    type Done = FoundPage<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        if let Some(days) = self.unused_days
            && !(1..=UNUSED_DAYS_MAX).contains(&days)
        {
            return Err(AdminError::invalid("unused_days", "write 1 to 3650"));
        }
        let second_factor = self.second_factor.as_deref();
        if second_factor.is_some_and(|word| word != "none") {
            return Err(AdminError::invalid("second_factor", "must be none"));
        }
        let filter = UserFilter {
            text: self.q.trim().to_owned(),
            state: self.state,
            org: self.organization,
            role: self.role,
            no_factor: second_factor.is_some(),
            unused_days: self.unused_days,
            locked: self.locked,
        };
        let PageRequest { after, limit } = &context.page;
        let found = user_search::search(context, &filter, after.as_deref(), *limit).await?;
        let extras = Extras::load(context, &found.items).await?;
        Ok(found.map(|user| UserView::new(user, &extras)))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an account";
    const CALL: &'static str = "GET users/{id}";
    const COMMAND: &'static str = "user show USER=id";
    type Done = Shown<UserView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, named(context, &self.id).await?).await
    }
}

impl Operation for ResetPassword {
    const TITLE: &'static str = "Reset a password, and mail the user a link to choose a new one";
    const TEXT: &'static str = "The password becomes invalid, and every session and grant of the account ends: no \
                                administrator learns the new password.";
    const CALL: &'static str = "POST users/{id}/password-reset versioned reason queued";
    const COMMAND: &'static str = "user reset-password USER=id";
    const DONE: &'static str =
        "The password of {id} is reset; a link to choose another one is mailed.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let user = named(context, &self.id).await?;
        user_links::reset_password(context, user.id).await
    }
}

impl Operation for MailPasskeyLink {
    const TITLE: &'static str = "Mail a link to add a passkey";
    const TEXT: &'static str = "The link, valid once within a day, lets the user add a passkey on a device: no \
         administrator can add it for them. Rejected for a user with a second factor, which the link would \
         bypass, and if passkeys are disabled.";
    const CALL: &'static str = "POST users/{id}/passkey-link versioned reason queued";
    const COMMAND: &'static str = "user mail-passkey-link USER=id";
    const DONE: &'static str = "A link to add a passkey is mailed to {id}.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let user = named(context, &self.id).await?;
        user_links::mail_passkey_link(context, user.id).await
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a user and all data of the user";
    const CALL: &'static str = "DELETE users/{id} versioned reason";
    const COMMAND: &'static str = "user delete USER=id";
    const DONE: &'static str = "{id} is deleted.";
    type Done = Shown<EndedView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?;
        let access = delete(context, user.id).await?;
        let note = ended_text(&access);
        Ok(Shown::unversioned(EndedView::new(&user, access)).with_note(Some(note)))
    }
}

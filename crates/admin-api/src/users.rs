//! `/api/admin/users`: accounts of users.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::user_change::UserChange;
use doorward_admin::user_links::MAILED;
use doorward_admin::users::{self, NewUser};
use doorward_admin::{profile_fields, staff, user_links, user_search};
use doorward_domain::model::{FieldValues, Profile, User};
use doorward_rules::list_filter::UserFilter;
use doorward_web::api::paging::bad_filter;
use serde::de::IgnoredAny;

use super::caller::IfMatchAccount;
use crate::prelude::*;

endpoints! {
    admin_list_users, admin_create_user, admin_read_user, admin_update_user, admin_reset_password,
    admin_reset_mfa, admin_mail_passkey_link, admin_delete_user,
}

view! {
    /// An account.
    UserView(user: User, extras: &Extras) {
        /// User ID, the `sub` of the user's tokens.
        id: String = user.id.to_string();
        /// User name; `null` if the account has none.
        username: Option<String> = user.named().map(str::to_owned);
        /// E-mail address.
        email: String = user.email;
        /// True if the e-mail address is verified.
        email_verified: bool = user.email_verified;
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
        /// True for staff of the operator: by a role of `accounts.staff_roles`, or set by an
        /// administrator.
        is_staff: bool = extras.staff.contains(&user.id);
        /// True if the account is disabled.
        disabled: bool = user.disabled_at.is_some();
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
        /// Response to a creation only: true if the user was mailed a link to choose a password. Absent
        /// if this server sends no mail.
        link_mailed?: bool = None;
    }
}

struct Extras {
    staff: BTreeSet<UserId>,
    fields: BTreeMap<UserId, FieldValues>,
}

impl Extras {
    async fn load(context: &AdminContext<'_>, users: &[User]) -> Result<Self> {
        Ok(Self {
            staff: staff::among(context, users).await?,
            fields: profile_fields::among(context, users).await?,
        })
    }
}

/// An account to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    /// User name; required unless `accounts.username` is `optional` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// E-mail address.
    #[schema(format = Email)]
    email: String,
    /// True if the address is known to belong to the user.
    #[serde(default)]
    email_verified: bool,
    /// Rejected if present: administrators do not choose passwords; the user is mailed a link.
    #[serde(default, skip_serializing)]
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<IgnoredAny>,
    /// Given names.
    first_name: Option<String>,
    /// Family names.
    last_name: Option<String>,
    /// URL of the user's external profile page: `https://…` or `http://…`.
    profile_url: Option<String>,
    /// True for staff of the operator; only an administrator may set it.
    #[serde(default)]
    is_staff: bool,
    /// Roles to assign globally.
    #[serde(default)]
    roles: Vec<String>,
}

impl NewUserBody {
    fn account(&self) -> NewUser {
        NewUser {
            username: self.username.clone().unwrap_or_default(),
            email: self.email.clone(),
            email_verified: self.email_verified,
            password_hash: None,
            profile: Profile {
                given_name: self.first_name.clone(),
                family_name: self.last_name.clone(),
                profile_url: self.profile_url.clone(),
                ..Profile::default()
            },
            is_staff: self.is_staff,
            roles: self.roles.clone(),
        }
    }
}

/// List accounts
#[utoipa::path(
    params(
        PageParams,
        ("q" = Option<String>, Query, description = "Prefix of the user name, the e-mail address or the full name, or an ID; then in the order of what matches"),
        ("state" = Option<String>, Query, description = "`active`, `disabled`, `pending_deletion` or `unverified` (e-mail address)"),
        ("organization" = Option<String>, Query, description = "Only members of this organization (slug)"),
        ("role" = Option<String>, Query, description = "Only users with this role, by an assignment to them or to a group of theirs"),
        ("second_factor" = Option<String>, Query, description = "`none`: only users without an authenticator app and passkeys"),
        ("unused_days" = Option<u64>, Query, description = "Only users without a sign-in for so many days", minimum = 1, maximum = 3650),
        ("locked" = Option<String>, Query, description = "`true`: only users who are locked out after failed sign-ins"),
    ),
    responses((status = 200, description = "Accessible accounts, the oldest first. A page may have fewer than `limit`, although more follow", body = Listing<UserView>)),
)]
#[get("/admin/users")]
async fn admin_list_users(admin: AdminCaller) -> Answer {
    let page = admin.page(&UserFilter::NAMES)?;
    let filter = UserFilter::parse(|name| page.filter(name).unwrap_or_default());
    let filter = filter.map_err(bad_filter)?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = user_search::search(&context, &filter, after, page.limit).await?;
    let extras = Extras::load(&context, &found.items).await?;
    let view = |user: User| UserView::new(user, &extras);
    Ok(page.respond(found.items, found.next.as_deref(), view))
}

/// Create an account
///
/// The user is mailed a link to choose a password, valid once within a day: no administrator learns
/// the password.
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Created", body = UserView)),
)]
#[post("/admin/users")]
async fn admin_create_user(admin: AdminCaller, body: Json<NewUserBody>) -> Answer {
    let body = body.0;
    if body.password.is_some() {
        let detail = "Administrators cannot choose a password: the user is mailed a link.";
        return Err(wrong("password", "unknown", detail).into());
    }
    let work = async |context: AdminContext<'_>| {
        let (user, mailed) = user_links::invite(&context, body.account()).await?;
        created(&context, user, mailed).await
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let mailed = stored.secret.as_deref() == Some(MAILED);
        created(context, users::read(context, &stored.id).await?, mailed).await
    };
    let context = admin.context();
    let created = idempotency::create(&admin, context, "users:write", &body, work, again);
    Box::pin(created).await
}

async fn created(context: &AdminContext<'_>, user: User, mailed: bool) -> Result<CreatedResource> {
    let (location, tag) = (format!("/api/admin/users/{}", user.id), version(&user));
    let extras = Extras::load(context, std::slice::from_ref(&user)).await?;
    let mut view = UserView::new(user, &extras);
    view.link_mailed = Some(mailed);
    Ok(created_response(&view, location, Some(tag)))
}

async fn user_response(admin: &AdminCaller, user: User) -> Answer {
    let extras = Extras::load(&admin.context(), std::slice::from_ref(&user)).await?;
    Ok(versioned_response(user, |user| {
        UserView::new(user, &extras)
    }))
}

/// Read an account
#[utoipa::path(responses((status = 200, description = "The account", body = UserView)))]
#[get("/admin/users/{id}")]
async fn admin_read_user(admin: AdminCaller, id: Path<String>) -> Answer {
    let user = users::read(&admin.context(), &id).await?;
    user_response(&admin, user).await
}

/// Change an account
#[utoipa::path(
    params(IfMatch, ReasonHeader),
    responses((status = 200, description = "Changed", body = UserView)),
)]
#[patch("/admin/users/{id}")]
async fn admin_update_user(admin: AdminCaller, id: Path<String>, body: Json<UserChange>) -> Answer {
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let user = users::update(&context, &id, body.0).await?;
    user_response(&admin, user).await
}

/// Reset a password
///
/// The password becomes invalid, every session and grant of the account ends, and the user is
/// mailed a link to choose a new one: no administrator learns it.
#[utoipa::path(
    params(IfMatchAccount, ReasonHeader),
    responses((status = 202, description = "The message was enqueued")),
)]
#[post("/admin/users/{id}/password-reset")]
async fn admin_reset_password(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    let user = users::read(&context, &id).await?;
    user_links::reset_password(&context, user.id).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Mail a link to add a passkey
///
/// The link, valid once within a day, lets the user add a passkey on a device: no administrator can
/// add it for them. Rejected for a user with a second factor, which the link would bypass, and if
/// passkeys are disabled.
#[utoipa::path(
    params(IfMatchAccount, ReasonHeader),
    responses((status = 202, description = "The message was enqueued")),
)]
#[post("/admin/users/{id}/passkey-link")]
async fn admin_mail_passkey_link(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    let user = users::read(&context, &id).await?;
    let are_on = admin.call.context.accounts.passkeys.is_some();
    user_links::mail_passkey_link(&context, user.id, are_on).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Remove a second factor
///
/// For a user who lost it. Every session and grant of the account ends, and the user is notified by
/// mail.
#[utoipa::path(
    params(IfMatchAccount, ReasonHeader),
    responses((status = 204, description = "Removed")),
)]
#[delete("/admin/users/{id}/second-factor")]
async fn admin_reset_mfa(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    let user = users::read(&context, &id).await?;
    users::reset_mfa(&context, &user).await?;
    Ok(no_content())
}

/// Delete an account
#[utoipa::path(params(IfMatch, ReasonHeader), responses((status = 204, description = "Deleted")))]
#[delete("/admin/users/{id}")]
async fn admin_delete_user(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    let user = users::read(&context, &id).await?;
    users::delete(&context, user.id).await?;
    Ok(no_content())
}

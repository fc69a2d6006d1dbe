//! `/api/admin/users`: accounts of users.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, AdminError, version};
use doorward_admin::user_change::UserChange;
use doorward_admin::user_links::MAILED;
use doorward_admin::users::{self, NewUser};
use doorward_admin::{profile_fields, staff, user_links, user_search};
use doorward_domain::model::{FieldInput, FieldValues, Profile, User, UserId};
use doorward_domain::rules::list_filter::UserFilter;
use doorward_web::api::paging::{Listing, bad_filter};
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::{same_id, versioned_response, wrong};

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(reset_password)
        .service(reset_mfa)
        .service(mail_passkey_link)
        .service(remove);
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent members of the JSON object"
)]
pub struct UserView {
    /// User ID, the `sub` of the user's tokens.
    id: String,
    /// User name; `null` if the account has none.
    username: Option<String>,
    /// E-mail address.
    email: String,
    /// True if the e-mail address is verified.
    email_verified: bool,
    /// Given names.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// Family names.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// URL of the user's external profile page; the claim `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_url: Option<String>,
    /// True for staff of the operator: by a role of `accounts.staff_roles`, or set by an
    /// administrator.
    is_staff: bool,
    /// True if the account is disabled.
    disabled: bool,
    /// True if the password is temporary, as after an import: it only allows setting another one.
    password_change_required: bool,
    /// Values of custom profile fields, null for those without a value. An administrator of one
    /// organization receives only those that other users see.
    #[schema(value_type = Object)]
    fields: FieldValues,
    /// Time of the latest sign-in (RFC 3339), to the minute; `null` before the first one.
    #[schema(format = DateTime)]
    last_login: Option<String>,
    /// Equals `created_at`.
    #[schema(format = DateTime)]
    date_joined: String,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last change (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
    /// Response to a creation only: true if the user was mailed a link to choose a password. Absent
    /// if this server sends no mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    link_mailed: Option<bool>,
}

/// The data of accounts that other tables contain.
struct Extras {
    staff: BTreeSet<UserId>,
    fields: BTreeMap<UserId, FieldValues>,
}

impl Extras {
    async fn load(context: &AdminContext<'_>, users: &[User]) -> Result<Self, AdminError> {
        Ok(Self {
            staff: staff::among(context, users).await?,
            fields: profile_fields::among(context, users).await?,
        })
    }
}

impl UserView {
    fn new(user: User, extras: &Extras) -> Self {
        Self {
            is_staff: extras.staff.contains(&user.id),
            fields: extras.fields.get(&user.id).cloned().unwrap_or_default(),
            id: user.id.to_string(),
            username: user.named().map(str::to_owned),
            email: user.email,
            email_verified: user.email_verified,
            first_name: user.profile.given_name,
            last_name: user.profile.family_name,
            profile_url: user.profile.profile_url,
            disabled: user.disabled_at.is_some(),
            password_change_required: user.password_change_required,
            last_login: user.last_login.0.map(time),
            date_joined: time(user.created_at),
            created_at: time(user.created_at),
            updated_at: time(user.updated_at),
            link_mailed: None,
        }
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

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// Must equal the one in the URL.
    id: Option<String>,
    /// New user name; empty removes it if `accounts.username` is `optional` or `none`.
    username: Option<String>,
    /// New e-mail address; it is verified only if `email_verified` is true as well.
    #[schema(format = Email)]
    email: Option<String>,
    /// True if the address is known to belong to the user.
    email_verified: Option<bool>,
    /// Given names.
    first_name: Option<String>,
    /// Family names.
    last_name: Option<String>,
    /// URL of the user's external profile page; empty: none.
    profile_url: Option<String>,
    /// True for staff of the operator; only an administrator may set it.
    is_staff: Option<bool>,
    /// True disables the account, which ends all its sessions and grants; the user is notified by
    /// mail.
    disabled: Option<bool>,
    /// Values of custom profile fields. Omitted fields stay unchanged, null removes a value. A field
    /// of the type `user` takes an ID, a user name or an e-mail address.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Value>,
    /// Rejected if present: roles are assigned at `/api/admin/role-assignments`.
    roles: Option<Vec<String>>,
}

/// List accounts
#[utoipa::path(
    operation_id = "admin_list_users",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("q" = Option<String>, Query, description = "Prefix of the user name, the e-mail address or the full name, or an ID; then in the order of what matches"),
        ("state" = Option<String>, Query, description = "`active`, `disabled`, `pending_deletion` or `unverified` (e-mail address)"),
        ("organization" = Option<String>, Query, description = "Only members of this organization (slug)"),
        ("role" = Option<String>, Query, description = "Only users to whom this role is assigned"),
        ("second_factor" = Option<String>, Query, description = "`none`: only users without an authenticator app and passkeys"),
        ("unused_days" = Option<u64>, Query, description = "Only users without a sign-in for so many days", minimum = 1, maximum = 3650),
        ("locked" = Option<String>, Query, description = "`true`: only users who are locked out after failed sign-ins"),
    ),
    responses((status = 200, description = "Accessible accounts, the oldest first. A page may have fewer than `limit`, although more follow", body = Listing<UserView>)),
    security(("bearer" = []))
)]
#[get("/admin/users")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&UserFilter::NAMES)?;
    let filter = UserFilter::parse(|name| page.filter(name).unwrap_or_default());
    let filter = filter.map_err(bad_filter)?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = user_search::search(&context, &filter, after, page.limit).await;
    let found = admin.map_result(found).await?;
    let extras = Extras::load(&context, &found.items).await;
    let extras = admin.map_result(extras).await?;
    let view = |user: User| UserView::new(user, &extras);
    Ok(page.respond(found.items, found.next.as_deref(), view))
}

/// Create an account
///
/// The user is mailed a link to choose a password, valid once within a day: no administrator learns
/// the password.
#[utoipa::path(
    operation_id = "admin_create_user",
    tag = "admin",
    request_body = NewUserBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Created", body = UserView)),
    security(("bearer" = []))
)]
#[post("/admin/users")]
async fn create(admin: AdminCaller, body: Body<NewUserBody>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    if body.password.is_some() {
        let detail = "Administrators cannot choose a password: the user is mailed a link.";
        return Err(wrong("password", "unknown", detail));
    }
    let work = async |context: AdminContext<'_>| {
        let (user, mailed) = user_links::invite(&context, body.account()).await?;
        created(&context, user, mailed).await
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let mailed = stored.secret.as_deref() == Some(MAILED);
        created(context, users::read(context, &stored.id).await?, mailed).await
    };
    idempotency::create(&admin, "users:write", &body, work, again).await
}

async fn created(
    context: &AdminContext<'_>,
    user: User,
    mailed: bool,
) -> Result<CreatedResource, AdminError> {
    let (location, tag) = (format!("/api/admin/users/{}", user.id), version(&user));
    let extras = Extras::load(context, std::slice::from_ref(&user)).await?;
    let mut view = UserView::new(user, &extras);
    view.link_mailed = Some(mailed);
    Ok(created_response(&view, location, Some(tag)))
}

/// Returns the account with its version.
async fn user_response(admin: &AdminCaller, user: User) -> Result<HttpResponse, Problem> {
    let extras = Extras::load(&admin.context(), std::slice::from_ref(&user)).await;
    let extras = admin.map_result(extras).await?;
    Ok(versioned_response(user, |user| {
        UserView::new(user, &extras)
    }))
}

/// Read an account
#[utoipa::path(
    operation_id = "admin_read_user",
    tag = "admin",
    responses((status = 200, description = "The account", body = UserView)),
    security(("bearer" = []))
)]
#[get("/admin/users/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = users::read(&admin.context(), &id).await;
    let user = admin.map_result(found).await?;
    user_response(&admin, user).await
}

/// Change an account
#[utoipa::path(
    operation_id = "admin_update_user",
    tag = "admin",
    request_body = UserPatch,
    params(
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 200, description = "Changed", body = UserView)),
    security(("bearer" = []))
)]
#[patch("/admin/users/{id}")]
async fn update(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<UserPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let change = UserChange {
        username: body.username,
        email: body.email,
        email_verified: body.email_verified,
        given_name: body.first_name,
        family_name: body.last_name,
        profile_url: body.profile_url,
        is_staff: body.is_staff,
        disabled: body.disabled,
        fields: body
            .fields
            .into_iter()
            .map(|(name, value)| (name, FieldInput::Json(value)))
            .collect(),
        roles: body.roles,
    };
    let user = admin
        .map_result(users::update(&context, &id, change).await)
        .await?;
    user_response(&admin, user).await
}

/// Reset a password
///
/// The password becomes invalid, every session and grant of the account ends, and the user is
/// mailed a link to choose a new one: no administrator learns it.
#[utoipa::path(
    operation_id = "admin_reset_password",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the account"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 202, description = "The message was enqueued")),
    security(("bearer" = []))
)]
#[post("/admin/users/{id}/password-reset")]
async fn reset_password(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let user = admin.map_result(users::read(&context, &id).await).await?;
    admin
        .map_result(user_links::reset_password(&context, user.id).await)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Mail a link to add a passkey
///
/// The link, valid once within a day, lets the user add a passkey on a device: no administrator can
/// add it for them. Rejected for a user with a second factor, which the link would bypass, and if
/// passkeys are disabled.
#[utoipa::path(
    operation_id = "admin_mail_passkey_link",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the account"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 202, description = "The message was enqueued")),
    security(("bearer" = []))
)]
#[post("/admin/users/{id}/passkey-link")]
async fn mail_passkey_link(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let are_on = admin.call.context.accounts.passkeys.is_some();
    admin
        .map_result(user_links::mail_passkey_link(&context, user.id, are_on).await)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Remove a second factor
///
/// For a user who lost it. Every session and grant of the account ends, and the user is notified by
/// mail.
#[utoipa::path(
    operation_id = "admin_reset_mfa",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the account"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/users/{id}/second-factor")]
async fn reset_mfa(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let done = users::reset_mfa(&context, &user).await;
    admin.no_content(done).await
}

/// Delete an account
#[utoipa::path(
    operation_id = "admin_delete_user",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/users/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let done = users::delete(&context, user.id).await;
    admin.no_content(done).await
}

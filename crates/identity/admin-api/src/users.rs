//! `/api/admin/users`: creation and changes of accounts.

use actix_web::http::header::ETAG;
use doorward_admin::user_change::UserChange;
use doorward_admin::user_links;
use doorward_admin::user_links::MAILED;
use doorward_admin::users::operations::{self, UserView};
use doorward_admin::users::{self, NewUser};
use doorward_domain::model::{Profile, User};
use serde::de::IgnoredAny;

use crate::prelude::*;

endpoints! { admin_create_user, admin_update_user }

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
    let view = operations::view(context, user).await?;
    Ok(created_response(
        &view.with_link(mailed),
        location,
        Some(tag),
    ))
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
    let tag = version(&user);
    let view = operations::view(&context, user).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{tag}\"")))
        .json(view))
}

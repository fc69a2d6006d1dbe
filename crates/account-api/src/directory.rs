//! `/api/directory/users`: the directory of users.

use actix_web::{HttpResponse, get};
use doorward_accounts::directory::{self, DirectoryEntry, PageRequest, Viewer};
use doorward_domain::model::{FieldValues, Group, UserId};
use doorward_rules::claims;
use doorward_services::error::ServerError;
use doorward_web::api::paging::{Listing, Page, PageParams};
use doorward_web::api::{Bearer, Endpoints, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// Maximum length of a search in characters.
const MAX_SEARCH: usize = 100;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list);
}

/// A user in the directory. The caller sees members of the groups that the caller manages in full,
/// other users without the optional members.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectoryUser {
    /// User ID.
    id: String,
    /// User name; of an account without one, the full name, or `null`.
    display_name: Option<String>,
    /// URL of the user's picture.
    picture: Option<String>,
    /// Values of the custom profile fields with the audience `directory`; absent if there are none.
    #[serde(skip_serializing_if = "FieldValues::is_empty")]
    #[schema(value_type = Option<Object>)]
    fields: FieldValues,
    /// User name; absent in the reduced view, and for an account without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// Full name; absent in the reduced view, and if the user has given none.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// E-mail address; absent in the reduced view.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The user's groups; absent in the reduced view.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<DirectoryGroup>>,
    /// False if the account is disabled; absent in the reduced view.
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
}

/// A group of a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectoryGroup {
    /// Path of the group.
    path: String,
    /// Short code of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

impl DirectoryGroup {
    fn new(group: Group) -> Self {
        Self {
            path: group.path,
            code: group.code,
        }
    }
}

impl DirectoryUser {
    fn new(issuer: &str, entry: DirectoryEntry) -> Self {
        let DirectoryEntry {
            user,
            groups,
            fields,
        } = entry;
        let username = user.named().map(str::to_owned);
        let name = user.profile.name();
        let reduced = Self {
            id: user.id.to_string(),
            // Never the e-mail address.
            display_name: username.clone().or_else(|| name.clone()),
            picture: claims::picture(issuer, &user.profile),
            fields,
            username: None,
            name: None,
            email: None,
            groups: None,
            active: None,
        };
        match groups {
            None => reduced,
            Some(groups) => Self {
                username,
                name,
                active: Some(user.is_active()),
                email: Some(user.email),
                groups: Some(groups.into_iter().map(DirectoryGroup::new).collect()),
                ..reduced
            },
        }
    }
}

/// List the users of the directory
///
/// The operator enables the directory (`accounts.directory`); otherwise the response is 404. The
/// manager of a group sees the members of the group and its subgroups in full, disabled ones too.
/// With `accounts.directory = reduced`, callers see every other active user in the reduced view.
/// With a token of an organization, only its members are listed.
#[utoipa::path(
    operation_id = "directory_users",
    params(
        ("q" = Option<String>, Query, description = "Part of the name, or of the e-mail address in the full view"),
        PageParams,
    ),
    responses((status = 200, description = "Visible users, the oldest first", body = Listing<DirectoryUser>)),
    security(("bearer" = []))
)]
#[get("/directory/users")]
async fn list(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (call, authenticated) = (&bearer.call, &bearer.authenticated);
    let user = authenticated.signed_in.user.id;
    let page = Page::of(call, &user.to_string(), &["q"])?;
    let text = page.filter("q").map(str::trim);
    let text = text.filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        let detail = format!("At most {MAX_SEARCH} characters.");
        return Err(Problem::parameter("q", "too_long", detail));
    }
    let viewer = Viewer {
        user,
        org: authenticated.claims.org.as_deref(),
    };
    let request = PageRequest {
        text,
        after: page.after_id(UserId::parse)?,
        limit: page.rows(),
    };
    let core = &call.context.core;
    let found = directory::page(core, viewer, request).await;
    let Some(entries) = found.map_err(ServerError::from)? else {
        return Err(Problem::not_found());
    };
    let view = |entry| DirectoryUser::new(core.issuer(), entry);
    Ok(page.finish(entries, |entry| entry.user.id.to_string(), view))
}

//! `/api/directory/users`: the directory of users.

use doorward_accounts::directory::{self, DirectoryEntry, PageRequest, Viewer};
use doorward_domain::model::{FieldValues, Group, User, UserId};
use doorward_rules::claims;
use doorward_services::error::ServerError;
use doorward_web::api::paging::{Listing, Page, PageParams};

use crate::prelude::*;

const MAX_SEARCH: usize = 100;

view! {
    /// A user in the directory. The caller sees members of the groups that the caller manages in full,
    /// other users without the optional members.
    DirectoryUser(issuer: &str, entry: DirectoryEntry, is_full: bool) {
        /// User ID.
        id: String = entry.user.id.to_string();
        // Never the e-mail address.
        /// User name; of an account without one, the full name, or `null`.
        display_name: Option<String> = username(&entry.user).or_else(|| entry.user.profile.name());
        /// URL of the user's picture.
        picture: Option<String> = claims::picture(issuer, &entry.user.profile);
        /// Values of the custom profile fields with the audience `directory`; absent if there are none.
        #[serde(skip_serializing_if = "FieldValues::is_empty")]
        #[schema(value_type = Option<Object>)]
        fields: FieldValues = entry.fields;
        /// User name; absent in the reduced view, and for an account without one.
        username?: String = username(&entry.user).filter(|_| is_full);
        /// Full name; absent in the reduced view, and if the user has given none.
        name?: String = entry.user.profile.name().filter(|_| is_full);
        /// E-mail address; absent in the reduced view.
        email?: String = is_full.then(|| entry.user.email.clone());
        /// The user's groups; absent in the reduced view.
        groups?: Vec<DirectoryGroup> = entry
            .groups
            .map(|groups| groups.into_iter().map(DirectoryGroup::new).collect());
        /// False if the account is disabled; absent in the reduced view.
        active?: bool = is_full.then(|| entry.user.is_active());
    }
}

view! {
    /// A group of a user.
    DirectoryGroup(group: Group) {
        /// Path of the group.
        path: String = group.path;
        /// Short code of the group.
        code?: String = group.code;
    }
}

fn username(user: &User) -> Option<String> {
    user.named().map(str::to_owned)
}

/// List the users of the directory
///
/// The operator enables the directory (`accounts.directory`); otherwise the response is 404. The
/// manager of a group sees the members of the group and its subgroups in full, disabled ones too.
/// With `accounts.directory = reduced`, callers see every other active user in the reduced view.
/// With a token of an organization, only its members are listed.
#[utoipa::path(
    params(
        ("q" = Option<String>, Query, description = "Part of the name, or of the e-mail address in the full view"),
        PageParams,
    ),
    responses((status = 200, description = "Visible users, the oldest first", body = Listing<DirectoryUser>)),
    security(("bearer" = []))
)]
#[get("/directory/users")]
pub(super) async fn directory_users(bearer: Bearer) -> Answer {
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
    let view = |entry: DirectoryEntry| {
        let is_full = entry.groups.is_some();
        DirectoryUser::new(core.issuer(), entry, is_full)
    };
    Ok(page.finish(entries, |entry| entry.user.id.to_string(), view))
}

//! `/api/admin/sessions`: browser sessions of users.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_admin::sessions;
use doorward_domain::model::{Session, SessionId};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::paging::{Listing, Page};
use super::support::no_content;
use crate::api::Endpoints;
use crate::api::problem::Problem;
use crate::api::request::ApiRequest;
use crate::api::time::time;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(end);
}

/// A browser session of a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminSession {
    /// Session ID, the `sid` of its tokens.
    id: String,
    /// ID of the user.
    user: String,
    /// `User-Agent` of the browser.
    user_agent: String,
    /// IP address at sign-in.
    ip: String,
    /// Approximate location of that address, such as "near Berlin, Germany", in the language of
    /// `Accept-Language`; null without a location database, or if the address is unknown to it.
    place: Option<String>,
    /// Authentication context class of the session.
    acr: String,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of last use (RFC 3339).
    #[schema(format = DateTime)]
    last_seen_at: String,
}

impl AdminSession {
    fn new(call: &ApiRequest, session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            user: session.user_id.to_string(),
            user_agent: session.user_agent,
            place: call
                .context
                .delivery
                .geoip
                .describe(&session.ip, call.caller.lang),
            ip: session.ip,
            acr: session.authentication.acr,
            created_at: time(session.created_at),
            last_seen_at: time(session.last_seen_at),
        }
    }
}

/// List a user's sessions
#[utoipa::path(
    operation_id = "admin_list_sessions",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("user" = String, Query, description = "ID of the user"),
    ),
    responses((status = 200, description = "The user's active sessions", body = Listing<AdminSession>)),
    security(("bearer" = []))
)]
#[get("/admin/sessions")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::parse(&admin, &["user"])?;
    let user = page.required_user()?;
    let after = page.after_id(SessionId::parse)?;
    let found = sessions::page(&admin.context(), user, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    let view = |session| AdminSession::new(&admin.call, session);
    Ok(page.finish(found, |page| page.id.to_string(), view))
}

/// End a session
#[utoipa::path(
    operation_id = "admin_end_session",
    tag = "admin",
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/sessions/{id}")]
async fn end(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = SessionId::parse(&id).ok_or_else(Problem::not_found)?;
    admin
        .map_result(sessions::end(&admin.context(), id).await)
        .await?;
    Ok(no_content())
}

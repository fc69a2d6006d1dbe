//! `/api/admin/sessions`: where people are signed in.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_admin::sessions;
use doorward_domain::model::{Session, SessionId};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::paging::{Listing, Page};
use super::support::gone;
use crate::api::Endpoints;
use crate::api::problem::Problem;
use crate::api::request::ApiRequest;
use crate::api::time::time;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(end);
}

/// A browser in which somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminSession {
    /// The `sid` of its tokens.
    id: String,
    /// Whose it is.
    user: String,
    /// The browser, as it names itself.
    user_agent: String,
    /// The address from which it began.
    ip: String,
    /// "near Berlin, Germany": roughly where that address is, in the language of
    /// `Accept-Language`; none without a database of places, or where that does not know it.
    place: Option<String>,
    /// How strongly the person signed in.
    acr: String,
    /// Since when (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used (RFC 3339).
    #[schema(format = DateTime)]
    last_seen_at: String,
}

impl AdminSession {
    fn of(call: &ApiRequest, session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            user: session.user_id.to_string(),
            user_agent: session.user_agent,
            place: call.state.geoip.words(&session.ip, call.caller.lang),
            ip: session.ip,
            acr: session.authentication.acr,
            created_at: time(session.created_at),
            last_seen_at: time(session.last_seen_at),
        }
    }
}

/// List where somebody is signed in
#[utoipa::path(
    operation_id = "admin_list_sessions",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("user" = String, Query, description = "The id of the person"),
    ),
    responses((status = 200, description = "Their live sessions", body = Listing<AdminSession>)),
    security(("bearer" = []))
)]
#[get("/admin/sessions")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &["user"])?;
    let user = page.person()?;
    let after = page.after_id(SessionId::parse)?;
    let found = sessions::page(&admin.op(), user, after, page.rows()).await;
    let found = admin.told(found).await?;
    let view = |session| AdminSession::of(&admin.call, session);
    Ok(page.answer(found, |one| one.id.to_string(), view))
}

/// Sign somebody out of one browser
#[utoipa::path(
    operation_id = "admin_end_session",
    tag = "admin",
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/sessions/{id}")]
async fn end(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = SessionId::parse(&id).ok_or_else(Problem::not_found)?;
    admin.told(sessions::end(&admin.op(), id).await).await?;
    Ok(gone())
}

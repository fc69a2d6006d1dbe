//! `/api/auth/sessions`: where the person is signed in.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_domain::model::{Session, SessionId};
use doorward_services::{account, sessions};
use doorward_templates::device::Device;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Endpoints;
use crate::api::time::time;
use crate::api::{ApiRequest, Bearer, Problem};

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(end).service(end_others);
}

/// A browser or an app that is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Names it; the `sid` of its tokens.
    id: String,
    /// Whether it is the one that asks.
    current: bool,
    /// "Firefox on Linux", in the language of `Accept-Language`.
    device: String,
    /// The browser's name, as far as `user_agent` tells.
    browser: Option<String>,
    /// The operating system's name, as far as `user_agent` tells.
    system: Option<String>,
    /// What the browser or app calls itself.
    user_agent: String,
    /// The address that it began from.
    ip: String,
    /// "near Berlin, Germany": roughly where that address is, in the language of
    /// `Accept-Language`; none without a database of places, or where that does not know it.
    place: Option<String>,
    /// When it began (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of last use, to the minute (RFC 3339).
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// When it ends in any case (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: String,
}

impl SessionView {
    fn of(call: &ApiRequest, session: Session, current: SessionId) -> Self {
        let (device, lang) = (
            Device::from_user_agent(&session.user_agent),
            call.caller.lang,
        );
        Self {
            id: session.id.to_string(),
            current: session.id == current,
            device: device.words(lang),
            browser: device.browser,
            system: device.system,
            place: call.state.geoip.words(&session.ip, lang),
            user_agent: session.user_agent,
            ip: session.ip,
            created_at: time(session.created_at),
            last_seen_at: time(session.last_seen_at),
            expires_at: time(session.expires_at),
        }
    }
}

/// List the sessions
///
/// Browsers and apps alike, the newest first.
#[utoipa::path(
    operation_id = "sessions",
    tag = "auth",
    responses((status = 200, description = "The live sessions", body = [SessionView])),
    security(("bearer" = []))
)]
#[get("/auth/sessions")]
async fn list(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    let sessions = account::sessions(&call.state, who).await?;
    let views = sessions.into_iter();
    let views: Vec<SessionView> = views
        .map(|session| SessionView::of(call, session, who.session.id))
        .collect();
    Ok(HttpResponse::Ok().json(views))
}

/// End one session
#[utoipa::path(
    operation_id = "session_end",
    tag = "auth",
    params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "The session is over")),
    security(("bearer" = []))
)]
#[delete("/auth/sessions/{id}")]
async fn end(bearer: Bearer, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    let id = SessionId::parse(&id).ok_or_else(Problem::not_found)?;
    if sessions::end_session(&call.state, who, id, &call.caller).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::not_found())
    }
}

/// End every other session
#[utoipa::path(
    operation_id = "sessions_end_others",
    tag = "auth",
    responses((status = 204, description = "Only this session is left")),
    security(("bearer" = []))
)]
#[delete("/auth/sessions")]
async fn end_others(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    sessions::end_other_sessions(&call.state, who, &call.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

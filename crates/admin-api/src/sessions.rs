//! `/api/admin/sessions`: browser sessions of users.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_admin::sessions::{self, EndedGrants};
use doorward_domain::model::{ClientId, Session, SessionId};
use doorward_http_common::problem::FieldError;
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::{Listing, Page};
use doorward_web::api::problem::Problem;
use doorward_web::api::request::ApiRequest;
use doorward_web::api::time::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;

/// Query parameter that keeps the grants which outlive a sign-out.
const KEEP: &str = "keep_offline";

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(end_all).service(end);
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

/// List sessions
#[utoipa::path(
    operation_id = "admin_list_sessions",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("user" = Option<String>, Query, description = "ID of the user"),
        ("client_id" = Option<String>, Query, description = "ID of a client with a grant that was given in the session"),
    ),
    responses((status = 200, description = "Active sessions, the newest first", body = Listing<AdminSession>)),
    security(("bearer" = []))
)]
#[get("/admin/sessions")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["user", "client_id"])?;
    let filter = filter(&page)?;
    let before = page.after_id(SessionId::parse)?;
    let found = sessions::page(&admin.context(), &filter, before, page.rows()).await;
    let found = admin.map_result(found).await?;
    let view = |(session, _)| AdminSession::new(&admin.call, session);
    Ok(page.finish(found, |(session, _)| session.id.to_string(), view))
}

/// Returns the user and the client of the query.
fn filter(page: &Page<'_>) -> Result<SessionFilter, Problem> {
    let client = page.filter("client_id").map(|text| {
        ClientId::parse(text).ok_or_else(|| {
            let detail = "Must be the ID of a client.";
            Problem::invalid(vec![FieldError::parameter("client_id", "invalid", detail)])
        })
    });
    Ok(SessionFilter {
        user: page.optional_user()?,
        client: client.transpose()?,
    })
}

/// Number of ended sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndedSessions)]
pub struct EndedSessionsView {
    /// Number of sessions that were ended.
    ended: u64,
    /// Number of grants that were ended with them.
    grants: u64,
    /// False if more sessions remain; repeat the request to end them.
    complete: bool,
}

/// Returns the grants that end, by the value of `keep_offline`.
fn ended_grants(value: Option<&str>) -> Result<EndedGrants, Problem> {
    match value {
        None | Some("false") => Ok(EndedGrants::All),
        Some("true") => Ok(EndedGrants::Online),
        Some(_) => {
            let error = FieldError::parameter(KEEP, "invalid", "Must be true or false.");
            Err(Problem::invalid(vec![error]))
        }
    }
}

/// End all sessions of a user or a client
///
/// Ends all grants of the user, or of these sessions and the client, also those with `offline_access`. Of
/// a client: the sessions with a grant to it, at most 500 at a time; requires the role `admin`.
#[utoipa::path(
    operation_id = "admin_end_sessions",
    tag = "admin",
    params(
        ("user" = Option<String>, Query, description = "ID of the user"),
        ("client_id" = Option<String>, Query, description = "ID of the client; not together with `user`"),
        ("keep_offline" = Option<bool>, Query, description = "True keeps grants with `offline_access`, as at a sign-out"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 200, description = "Ended", body = EndedSessionsView)),
    security(("bearer" = []))
)]
#[delete("/admin/sessions")]
async fn end_all(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["user", "client_id", KEEP])?;
    let which = ended_grants(page.filter(KEEP))?;
    let ended = match filter(&page)? {
        SessionFilter {
            user: Some(user),
            client: None,
        } => sessions::end_all(&admin.context(), user, which).await,
        SessionFilter {
            user: None,
            client: Some(client),
        } => sessions::end_all_of_client(&admin.context(), &client, which).await,
        _ => {
            let detail = "Send either user or client_id.";
            let error = FieldError::parameter("user", "required", detail);
            return Err(Problem::invalid(vec![error]));
        }
    };
    let ended = admin.map_result(ended).await?;
    Ok(HttpResponse::Ok().json(EndedSessionsView {
        ended: ended.count as u64,
        grants: ended.grants,
        complete: ended.is_complete,
    }))
}

/// End a session
///
/// Ends the grants that were given in it, also those with `offline_access`.
#[utoipa::path(
    operation_id = "admin_end_session",
    tag = "admin",
    params(
        ("keep_offline" = Option<bool>, Query, description = "True keeps grants with `offline_access`, as at a sign-out"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/sessions/{id}")]
async fn end(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let params = admin.call.query(&[KEEP])?;
    let which = ended_grants(params.optional(KEEP).ok().flatten())?;
    let id = SessionId::parse(&id).ok_or_else(Problem::not_found)?;
    let ended = sessions::end(&admin.context(), id, which).await;
    admin.no_content(ended).await
}

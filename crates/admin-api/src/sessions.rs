//! `/api/admin/sessions`: browser sessions of users.

use doorward_admin::sessions::{self, EndedGrants, EndedSessions};
use doorward_domain::model::{ClientId, Session, SessionId};
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_web::api::paging::Page;
use doorward_web::api::request::ApiRequest;

use crate::prelude::*;

/// Query parameter that keeps the grants which outlive a sign-out.
const KEEP: &str = "keep_offline";

endpoints! { admin_list_sessions, admin_end_sessions, admin_end_session }

view! {
    /// A browser session of a user.
    AdminSession(call: &ApiRequest, session: Session) {
        /// Session ID, the `sid` of its tokens.
        id: String = session.id.to_string();
        /// ID of the user.
        user: String = session.user_id.to_string();
        /// `User-Agent` of the browser.
        user_agent: String = session.user_agent;
        /// IP address at sign-in.
        ip: String = session.ip.clone();
        /// Approximate location of that address, such as "near Berlin, Germany", in the language of
        /// `Accept-Language`; null without a location database, or if the address is unknown to it.
        place: Option<String> = call
            .context
            .delivery
            .geoip
            .describe(&session.ip, call.caller.lang);
        /// Authentication context class of the session.
        acr: String = session.authentication.acr;
        /// Time of creation (RFC 3339).
        created_at: Time = session.created_at;
        /// Time of last use (RFC 3339).
        last_seen_at: Time = session.last_seen_at;
    }
}

/// List sessions
#[utoipa::path(
    params(
        PageParams,
        ("user" = Option<String>, Query, description = "ID of the user"),
        ("client_id" = Option<String>, Query, description = "ID of a client with a grant that was given in the session"),
    ),
    responses((status = 200, description = "Active sessions, the newest first", body = Listing<AdminSession>)),
)]
#[get("/admin/sessions")]
async fn admin_list_sessions(admin: AdminCaller) -> Answer {
    let page = admin.page(&["user", "client_id"])?;
    let filter = filter(&page)?;
    let before = page.after_id(SessionId::parse)?;
    let found = sessions::page(&admin.context(), &filter, before, page.rows()).await?;
    let view = |(session, _)| AdminSession::new(&admin.call, session);
    Ok(page.finish(found, |(session, _)| session.id.to_string(), view))
}

fn filter(page: &Page<'_>) -> Result<SessionFilter, Problem> {
    Ok(SessionFilter {
        user: page.optional_user()?,
        client: page.read("client_id", ClientId::parse, "Must be the ID of a client.")?,
    })
}

view! {
    /// Number of ended sessions.
    #[schema(as = EndedSessions)]
    EndedSessionsView(ended: EndedSessions) {
        /// Number of sessions that were ended.
        ended: u64 = ended.access.sessions;
        /// Number of grants that were ended with them.
        grants: u64 = ended.access.grants;
        /// Number of trusted devices of the user that ended with them.
        trusted_devices: u64 = ended.access.trusted_devices;
        /// False if more sessions remain; repeat the request to end them.
        complete: bool = ended.is_complete;
    }
}

fn ended_grants(value: Option<&str>) -> Result<EndedGrants, Problem> {
    match value {
        None | Some("false") => Ok(EndedGrants::All),
        Some("true") => Ok(EndedGrants::Online),
        Some(_) => Err(Problem::parameter(
            KEEP,
            "invalid",
            "Must be true or false.",
        )),
    }
}

/// End all sessions of a user or a client
///
/// Ends all grants of the user, or of these sessions and the client, also those with `offline_access`. Of
/// a client: the sessions with a grant to it, at most 500 at a time; requires the role `admin`.
#[utoipa::path(
    params(
        ("user" = Option<String>, Query, description = "ID of the user"),
        ("client_id" = Option<String>, Query, description = "ID of the client; not together with `user`"),
        ("keep_offline" = Option<bool>, Query, description = "True keeps grants with `offline_access`, as at a sign-out"),
        ReasonHeader,
    ),
    responses((status = 200, description = "Ended", body = EndedSessionsView)),
)]
#[delete("/admin/sessions")]
async fn admin_end_sessions(admin: AdminCaller) -> Answer {
    let page = admin.page(&["user", "client_id", KEEP])?;
    let which = ended_grants(page.filter(KEEP))?;
    let ended = match filter(&page)? {
        SessionFilter {
            user: Some(user),
            client: None,
        } => sessions::end_all(&admin.context(), user, which).await?,
        SessionFilter {
            user: None,
            client: Some(client),
        } => sessions::end_all_of_client(&admin.context(), &client, which).await?,
        _ => {
            let detail = "Send either user or client_id.";
            return Err(Problem::parameter("user", "required", detail).into());
        }
    };
    Ok(HttpResponse::Ok().json(EndedSessionsView::new(ended)))
}

/// End a session
///
/// Ends the grants that were given in it, also those with `offline_access`.
#[utoipa::path(
    params(
        ("keep_offline" = Option<bool>, Query, description = "True keeps grants with `offline_access`, as at a sign-out"),
        ReasonHeader,
    ),
    responses((status = 204, description = "Ended")),
)]
#[delete("/admin/sessions/{id}")]
async fn admin_end_session(admin: AdminCaller, id: Path<String>) -> Answer {
    let params = admin.call.query(&[KEEP])?;
    let which = ended_grants(params.optional(KEEP).ok().flatten())?;
    let id = SessionId::parse(&id).ok_or_else(Problem::not_found)?;
    sessions::end(&admin.context(), id, which).await?;
    Ok(no_content())
}

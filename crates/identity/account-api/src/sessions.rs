//! `/api/auth/sessions`: the user's sessions.

use doorward_accounts::account::{self, SessionPosition};
use doorward_accounts::sessions as account_sessions;
use doorward_domain::model::{Session, SessionId};
use doorward_i18n::device::Device;
use doorward_web::api::paging::Page;

use crate::prelude::*;

view! {
    /// A session in a browser or client.
    SessionView(call: &ApiRequest, session: Session, current: SessionId, device: Device) {
        /// Session ID, the `sid` of its tokens.
        id: String = session.id.to_string();
        /// True for the session of this request.
        current: bool = session.id == current;
        /// Device, such as "Firefox on Linux", in the language of `Accept-Language`.
        device: String = device.label(call.caller.lang);
        /// Name of the browser, from `user_agent`.
        browser: Option<String> = device.browser;
        /// Name of the operating system, from `user_agent`.
        system: Option<String> = device.system;
        /// `User-Agent` of the browser or client.
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
        /// Time of sign-in (RFC 3339).
        created_at: Time = session.created_at;
        /// Time of last use, to the minute (RFC 3339).
        last_seen_at: Time = session.last_seen_at;
        /// Latest end of the session (RFC 3339).
        expires_at: Time = session.expires_at;
    }
}

/// List the sessions
///
/// Sessions in browsers and clients, the last used first. `Link: rel="next"` is the address of the next
/// page.
#[utoipa::path(
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `Link: rel=\"next\"`"),
    ),
    responses((status = 200, description = "The active sessions", body = [SessionView])),
    security(("bearer" = []))
)]
#[get("/auth/sessions")]
pub(super) async fn sessions(bearer: Bearer) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let page = Page::of(call, &signed_in.user.id.to_string(), &[])?;
    let after = page.after_id(SessionPosition::parse)?;
    let found = account::sessions(&call.context.core, signed_in, after, page.rows()).await?;
    let key = |session: &Session| SessionPosition::of(session).to_string();
    let view = |session: Session| {
        let device = Device::from_user_agent(&session.user_agent);
        SessionView::new(call, session, signed_in.session.id, device)
    };
    Ok(page.finish_array(found, key, view))
}

/// End one session
#[utoipa::path(
    params(("id" = String, Path, description = "ID of the session")),
    responses((status = 204, description = "The session was ended")),
    security(("bearer" = []))
)]
#[delete("/auth/sessions/{id}")]
pub(super) async fn session_end(bearer: Bearer, id: Path<String>) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let id = SessionId::parse(&id).ok_or_else(Problem::not_found)?;
    if account_sessions::end_session(&call.context.core, signed_in, id, &call.caller).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::not_found())
    }
}

/// End every other session
#[utoipa::path(
    responses((status = 204, description = "The other sessions were ended")),
    security(("bearer" = []))
)]
#[delete("/auth/sessions")]
pub(super) async fn sessions_end_others(bearer: Bearer) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    account_sessions::end_other_sessions(&call.context.core, signed_in, &call.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

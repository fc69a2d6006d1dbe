//! `/account/sessions`: the user's sessions, where they are ended.

use doorward_accounts::account::{self, SessionPosition};
use doorward_accounts::sessions;
use doorward_domain::model::{Session, SessionId};
use doorward_templates::account_sessions::{AccountSessions, SessionRow, SessionsNotice};
use doorward_web::page_support::account_form;

use super::prelude::*;

pub(super) const PATH: &str = "/account/sessions";

/// Converts sessions to rows, the current one first.
pub(super) fn rows(page: &Page, sessions: &[Session], signed_in: &SignedIn) -> Vec<SessionRow> {
    let lang = page.layout().lang;
    let row = |session: &Session| SessionRow {
        id: session.id.to_string(),
        device: Device::from_user_agent(&session.user_agent),
        ip: (!session.ip.is_empty()).then(|| session.ip.clone()),
        place: page.context.delivery.geoip.describe(&session.ip, lang),
        signed_in_at: session.created_at,
        last_seen_at: session.last_seen_at,
        current: session.id == signed_in.session.id,
    };
    let mut rows: Vec<SessionRow> = sessions.iter().map(row).collect();
    rows.sort_by_key(|row| !row.current);
    rows
}

pub(super) fn after(params: &Params) -> Result<Option<SessionPosition>> {
    convert::optional(text(params, "after")?, SessionPosition::parse)
}

pub(super) async fn show(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let params = page.query()?;
    let after = after(&params)?;
    let found = account::session_page(&page.context.core, &signed_in, after).await?;
    let notice = match text(&params, "done")? {
        "session" => Some(SessionsNotice::Ended),
        "sessions" => Some(SessionsNotice::OthersEnded),
        _ => None,
    };
    let view = AccountSessions {
        layout: page.layout(),
        sessions: rows(page, &found.sessions, &signed_in),
        is_later: after.is_some(),
        next: found.next.map(|position| position.to_string()),
        notice,
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub(super) async fn end(page: &Page, payload: Payload) -> Answer {
    let (signed_in, fields) = account_form(page, payload).await?;
    let id = SessionId::parse(text(&fields, "session")?).ok_or(ErrorKind::BadRequest)?;
    sessions::end_session(&page.context.core, &signed_in, id, page.caller()).await?;
    Ok(page.see_other("/account/sessions?done=session"))
}

pub(super) async fn end_others(page: &Page, payload: Payload) -> Answer {
    let (signed_in, _) = account_form(page, payload).await?;
    sessions::end_other_sessions(&page.context.core, &signed_in, page.caller()).await?;
    Ok(page.see_other("/account/sessions?done=sessions"))
}

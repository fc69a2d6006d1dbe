//! `/login/ended` and `/account/sessions/ended`: reasons why sessions ended.

use doorward_accounts::account;
use doorward_domain::model::Session;
use doorward_templates::session_ended::{EndedRow, EndedSessions, SessionEnded};

use super::account_sessions;
use super::prelude::*;

pub(super) async fn show_named(page: &Page) -> Answer {
    let params = page.query()?;
    let back = match (text(&params, "flow")?, text(&params, "next")?) {
        ("", next) => match account_path(next) {
            Some(next) => format!("/login?next={next}"),
            None => "/login".to_owned(),
        },
        (flow, _) => {
            let flow = InteractionId::parse(flow).ok_or(ErrorKind::FlowExpired)?;
            format!("/login?flow={flow}")
        }
    };
    let Some(ending) = page.session_ending().await? else {
        return Ok(page.see_other(&back));
    };
    let view = SessionEnded {
        layout: page.layout(),
        ending,
        back,
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub(super) async fn all(page: &Page) -> Answer {
    let signed_in = page.account_holder("/account/sessions/ended").await?;
    let (layout, now) = (page.layout(), page.context.core.now());
    let row = |session: &Session| {
        Some(EndedRow {
            device: Device::from_user_agent(&session.user_agent),
            ip: (!session.ip.is_empty()).then(|| session.ip.clone()),
            place: page
                .context
                .delivery
                .geoip
                .describe(&session.ip, layout.lang),
            signed_in_at: session.created_at,
            ending: session.ending(now)?,
        })
    };
    let after = account_sessions::after(&page.query()?)?;
    let read = account::ended_sessions(&page.context.core, &signed_in, after).await?;
    let rows = read.sessions.iter().filter_map(row).collect();
    let next = read.next.map(|position| position.to_string());
    let view = EndedSessions {
        layout,
        rows,
        is_later: after.is_some(),
        next,
        now,
    };
    Ok(page.html(StatusCode::OK, &view))
}

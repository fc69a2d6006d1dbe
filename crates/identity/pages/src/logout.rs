//! `GET|POST /logout`: sign-out by the user.

use doorward_oauth::logout;
use doorward_templates::Logout;
use doorward_web::page_support::{Farewell, signed_out};

use super::prelude::*;

/// Asks for confirmation, because a link alone must not sign out.
pub async fn get(page: &Page) -> Answer {
    let Some(signed_in) = page.session().await? else {
        return Ok(page.see_other("/login"));
    };
    let view = Logout {
        layout: page.layout(),
        action: "/logout".to_owned(),
        hidden: Vec::new(),
        app_name: None,
        account: chip(&signed_in.user),
        problem: None,
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    let signed_in = page.session().await?;
    let ended = logout::carry_out(&page.context, signed_in.as_ref(), page.caller()).await?;
    let farewell = Farewell {
        back: None,
        frames: ended.frames,
        sessions: ended.sessions,
        is_ended: signed_in.is_some(),
    };
    Ok(signed_out(page, farewell).await)
}

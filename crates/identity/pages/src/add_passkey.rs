//! `/add-passkey`: registration of a passkey by a mail link.

use doorward_accounts::passkey::by_link::{self, NotAdded};
use doorward_accounts::passkey::manage::{ManagePasskeyError, NewPasskey};
use doorward_templates::passkeys::{PasskeyPrompt, Passkeys, PasskeysNotice, PasskeysProblem};

use super::prelude::*;

pub(super) const PATH: &str = "/add-passkey";

/// `GET /add-passkey`: stores the token of the mail link, shows the button, or confirms completion.
pub(super) async fn open(page: &Page) -> Answer {
    let params = page.query()?;
    if let Some(token) = mail_link::token(&params)? {
        return follow(page, token, PATH);
    }
    if !text(&params, "done")?.is_empty() {
        let view = view(page, None, Some(PasskeysNotice::Added), None);
        return Ok(page.html(StatusCode::OK, &view));
    }
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    form(page, &token, None).await
}

async fn form(page: &Page, token: &str, problem: Option<PasskeysProblem>) -> Answer {
    let browser = page.browser(None).hash;
    let looked = by_link::peek(&page.context, token, &browser).await;
    let prompt = convert::prompt(looked.map_err(invalid_link)?);
    let status = match problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page.html(status, &view(page, Some(prompt), None, problem)))
}

fn view(
    page: &Page,
    prompt: Option<PasskeyPrompt>,
    notice: Option<PasskeysNotice>,
    problem: Option<PasskeysProblem>,
) -> Passkeys {
    let mut layout = page.layout();
    PATH.clone_into(&mut layout.return_to);
    Passkeys {
        layout,
        flow: String::new(),
        by_link: true,
        signal: String::new(),
        passkeys: Vec::new(),
        prompt,
        is_fresh: true,
        notice,
        problem,
        now: page.context.core.now(),
    }
}

/// `POST /add-passkey`: consumes the link and stores the browser's passkey.
pub(super) async fn add(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    mail_link::admit(page).await?;
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let presented = convert::presented(&fields)?;
    let name = Device::from_user_agent(&page.caller().user_agent).label(page.caller().lang);
    let new = NewPasskey {
        presented: &presented,
        browser: page.browser(None).hash,
        name: &name,
    };
    match by_link::add(&page.context, &token, new, page.caller()).await {
        Ok(()) => Ok(clear_token(page, page.see_other(&format!("{PATH}?done=1")))),
        Err(FlowError::Rejected(NotAdded::Link)) => Err(ErrorKind::LinkInvalid.into()),
        Err(FlowError::Rejected(NotAdded::Passkey(ManagePasskeyError::Stale))) => {
            form(page, &token, Some(PasskeysProblem::Stale)).await
        }
        Err(FlowError::Rejected(NotAdded::Passkey(_))) => {
            form(page, &token, Some(PasskeysProblem::Rejected)).await
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

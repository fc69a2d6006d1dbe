//! `/verify-email`: verification of the account's e-mail address.
//!
//! A mail link only stores its token in a cookie and redirects to a URL without it; nothing is
//! consumed before the button is pressed, so that mail scanners break nothing. The button requires
//! a session of that account: the reader of the message may not be the user who registered the
//! address, and must not verify the account for that user. On another device than the one of the
//! registration, the user signs in, and the interaction of the other browser is left alone.

use doorward_accounts::verify_email;
use doorward_domain::model::EmailPurpose;
use doorward_services::email_link;
use doorward_templates::status_page::StepNotice;

use super::prelude::*;

/// Stores the token of a mail link, shows its button, or shows the next step.
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let flow = page.own_flow(&params).await?;
    if let Some(token) = mail_link::token(&params)? {
        let path = with_flow("/verify-email?link=1", flow.as_ref());
        return follow(page, token, &path);
    }
    if !text(&params, "link")?.is_empty() {
        return followed(page, flow.as_ref()).await;
    }
    if !text(&params, "sent")?.is_empty() {
        let view = status_page(page, StepKind::CheckMail, flow.as_ref(), None);
        return Ok(page.html(StatusCode::OK, &view));
    }
    due(page, flow.as_ref(), None, StatusCode::OK).await
}

/// Shows the button of the link, or redirects to the sign-in first.
async fn followed(page: &Page, flow: Option<&InteractionId>) -> Answer {
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let looked = email_link::peek(&page.context.core, &token, EmailPurpose::Verify).await;
    let (link, user) = looked.map_err(invalid_link)?;
    match page.session().await? {
        Some(signed_in) if signed_in.user.id == user.id => {
            let view = status_page(page, StepKind::ConfirmEmail, flow, Some(link.email));
            Ok(page.html(StatusCode::OK, &view))
        }
        Some(_) => Ok(page.see_other("/logout")),
        None => Ok(page.see_other(&with_flow("/login", flow))),
    }
}

/// Returns true if this browser opened a valid link for this account.
async fn has_link(page: &Page, signed_in: &SignedIn) -> Result<bool> {
    let Some(token) = page.followed_link() else {
        return Ok(false);
    };
    match email_link::peek(&page.context.core, &token, EmailPurpose::Verify).await {
        Ok((_, user)) => Ok(user.id == signed_in.user.id),
        Err(FlowError::Rejected(_)) => Ok(false),
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

/// Shows the request to verify the address; a user with a verified address continues.
async fn due(
    page: &Page,
    flow: Option<&InteractionId>,
    notice: Option<StepNotice>,
    status: StatusCode,
) -> Answer {
    let Some(signed_in) = page.session().await? else {
        return Ok(page.see_other(&with_flow("/login", flow)));
    };
    if !page.context.core.requires_verification_of(&signed_in.user) {
        return Ok(proceed(page, flow));
    }
    if has_link(page, &signed_in).await? {
        return followed(page, flow).await;
    }
    let mut view = status_page(page, StepKind::ProveEmail, flow, Some(signed_in.user.email));
    view.notice = notice;
    Ok(page.html(status, &view))
}

/// Returns to the interaction, or opens the account.
fn proceed(page: &Page, flow: Option<&InteractionId>) -> HttpResponse {
    match flow {
        Some(_) => page.see_other(&with_flow("/login", flow)),
        None => page.see_other(page.front()),
    }
}

/// Consumes the link in a session of its account.
pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let flow = page.own_flow(&fields).await?;
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let looked = email_link::peek(&page.context.core, &token, EmailPurpose::Verify).await;
    let (_, user) = looked.map_err(invalid_link)?;
    let signed_in = page.session().await?;
    if signed_in.is_none_or(|signed_in| signed_in.user.id != user.id) {
        // The link stays valid until after the sign-in.
        return Ok(page.see_other(&with_flow("/verify-email?link=1", flow.as_ref())));
    }
    let confirmed = verify_email::confirm(&page.context.core, &token, page.caller()).await;
    confirmed.map_err(invalid_link)?;
    let place = with_flow("/verify-email", flow.as_ref());
    Ok(clear_token(page, page.see_other(&place)))
}

pub async fn resend(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let flow = page.own_flow(&fields).await?;
    let signed_in = page.session().await?.ok_or(ErrorKind::FlowExpired)?;
    if !page.context.core.requires_verification_of(&signed_in.user) {
        return Ok(proceed(page, flow.as_ref()));
    }
    page.admit_mail().await?;
    let sent = verify_email::resend(&page.context, &signed_in, flow.as_ref(), page.caller()).await;
    let (notice, status) = match sent {
        Ok(()) => (StepNotice::Resent, StatusCode::OK),
        Err(FlowError::Rejected(budget)) => {
            page.record_limit(budget);
            (StepNotice::EnoughMails, StatusCode::TOO_MANY_REQUESTS)
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    due(page, flow.as_ref(), Some(notice), status).await
}

pub(super) fn with_flow(path: &str, flow: Option<&InteractionId>) -> String {
    match flow {
        Some(flow) if path.contains('?') => format!("{path}&flow={flow}"),
        Some(flow) => format!("{path}?flow={flow}"),
        None => path.to_owned(),
    }
}

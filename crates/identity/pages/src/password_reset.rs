//! `/forgot-password` and `/reset-password`: password reset by mail.

use doorward_accounts::new_password::{AccountErrors, NewPassword};
use doorward_accounts::password_reset::{self, ResetPasswordError};
use doorward_templates::AccountFields;
use doorward_templates::forgot_password::Forgot;
use doorward_templates::new_password::{self, PasswordChangeProof};

use super::mail_link::mail_works;
use super::new_account;
use super::prelude::*;
use super::sign_in_response::with_known_device;
use super::verify_email::with_flow;

/// `GET /forgot-password`: asks for the identifier, or confirms the request.
pub async fn forgot(page: &Page) -> Answer {
    mail_works(page)?;
    let params = page.query()?;
    let flow = page.own_flow(&params).await?;
    if text(&params, "sent")?.is_empty() {
        return Ok(identify(page, flow.as_ref(), false, StatusCode::OK));
    }
    Ok(step(page, StepKind::ResetSent, flow.as_ref()))
}

fn identify(
    page: &Page,
    flow: Option<&InteractionId>,
    missing: bool,
    status: StatusCode,
) -> HttpResponse {
    let view = Forgot {
        layout: page.layout(),
        flow: flow_text(flow),
        missing,
    };
    page.html(status, &view)
}

fn step(page: &Page, kind: StepKind, flow: Option<&InteractionId>) -> HttpResponse {
    page.html(StatusCode::OK, &status_page(page, kind, flow, None))
}

/// `POST /forgot-password`: enqueues the message and responds the same for every identifier.
pub async fn request(page: &Page, payload: Payload) -> Answer {
    mail_works(page)?;
    let fields = page.form(payload).await?;
    let flow = page.own_flow(&fields).await?;
    let identifier = text(&fields, "identifier")?;
    if identifier.trim().is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(identify(page, flow.as_ref(), true, status));
    }
    page.admit_mail().await?;
    password_reset::request(&page.context, identifier, flow.as_ref(), page.caller()).await?;
    Ok(page.see_other(&with_flow("/forgot-password?sent=1", flow.as_ref())))
}

/// `GET /reset-password`: stores the token of the mail link, shows the form, or confirms
/// completion.
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let flow = page.own_flow(&params).await?;
    let flow = flow.as_ref();
    if let Some(token) = mail_link::token(&params)? {
        return follow(page, token, &with_flow("/reset-password", flow));
    }
    if !text(&params, "done")?.is_empty() {
        return Ok(step(page, StepKind::PasswordSet, flow));
    }
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    form(page, &token, flow, AccountFields::default(), StatusCode::OK).await
}

async fn form(
    page: &Page,
    token: &str,
    flow: Option<&InteractionId>,
    fields: AccountFields,
    status: StatusCode,
) -> Answer {
    let looked = password_reset::peek(&page.context.core, token).await;
    let (user, _) = looked.map_err(invalid_link)?;
    let view = new_password::NewPassword {
        layout: page.layout(),
        flow: flow_text(flow),
        proof: PasswordChangeProof::Link,
        username: user.login_identifier().to_owned(),
        current_problem: None,
        fields,
        min_length: page.context.core.config.passwords.min_length,
        others: true,
        next: String::new(),
    };
    Ok(page.html(status, &view))
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let new = read(&fields)?;
    let flow = page.own_flow(&fields).await?;
    mail_link::admit(page).await?;
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    match password_reset::set_password(&page.context, &token, &new, page.caller()).await {
        Ok(account) => {
            let done = with_flow("/reset-password?done=1", flow.as_ref());
            let response = clear_token(page, page.see_other(&done));
            Ok(with_known_device(page, response, account))
        }
        Err(FlowError::Rejected(ResetPasswordError::Link)) => Err(ErrorKind::LinkInvalid.into()),
        Err(FlowError::Rejected(ResetPasswordError::Problems(problems))) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form(page, &token, flow.as_ref(), form_fields(&problems), status).await
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

pub(super) fn read(fields: &Params) -> Result<NewPassword> {
    Ok(NewPassword {
        password: Secret::from(text(fields, "password")?),
        password_confirm: Secret::from(text(fields, "password_confirm")?),
    })
}

pub(super) fn form_fields(problems: &AccountErrors) -> AccountFields {
    AccountFields {
        password_problem: new_account::password_problem(problems),
        password_mismatch: problems.mismatch,
        ..AccountFields::default()
    }
}

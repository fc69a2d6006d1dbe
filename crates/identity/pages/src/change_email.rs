//! `/account/email`: change of the e-mail address, and its reversal.

use doorward_accounts::change_email::{self, ChangeEmailError};
use doorward_accounts::password_source;
use doorward_domain::model::EmailPurpose;
use doorward_services::email_link;
use doorward_templates::change_email::{AddressProblem, ChangeEmail};
use doorward_templates::new_password::CurrentProblem;

use super::mail_link::mail_works;
use super::new_account;
use super::prelude::*;

const PATH: &str = "/account/email";

pub async fn get(page: &Page) -> Answer {
    mail_works(page)?;
    let (signed_in, factors) = page.account_holder_with_factors(PATH).await?;
    let params = page.query()?;
    if factors.is_due_for_change(&page.context, &signed_in) {
        return Ok(page.see_other(&format!("/login?next={PATH}")));
    }
    let elsewhere = password_source::managed(&page.context.core, signed_in.user.id).await?;
    if elsewhere.is_some() {
        return Ok(page.see_other("/account/profile"));
    }
    let mut view = form(page, &signed_in);
    view.sent = !text(&params, "sent")?.is_empty();
    Ok(page.html(StatusCode::OK, &view))
}

fn form(page: &Page, signed_in: &SignedIn) -> ChangeEmail {
    ChangeEmail {
        layout: page.layout(),
        present: signed_in.user.email.clone(),
        email: String::new(),
        address_problem: None,
        current_problem: None,
        enough: false,
        sent: false,
    }
}

/// `POST /account/email`: mails the link to the new address.
pub async fn post(page: &Page, payload: Payload) -> Answer {
    mail_works(page)?;
    let fields = page.form(payload).await?;
    let signed_in = page.signed_in().await?.ok_or(ErrorKind::FlowExpired)?;
    let signed_in = page.strong_enough(signed_in, PATH).await?;
    if factors::is_due_for_change(&page.context, &signed_in).await? {
        return Ok(page.see_other(&format!("/login?next={PATH}")));
    }
    let mut view = form(page, &signed_in);
    text(&fields, "email")?.clone_into(&mut view.email);
    let current = Secret::from(text(&fields, "current_password")?);
    if current.expose().is_empty() {
        view.current_problem = Some(CurrentProblem::Missing);
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    page.admit_mail().await?;
    let asked = change_email::request(
        &page.context,
        &signed_in,
        &view.email,
        &current,
        page.caller(),
    )
    .await;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    match asked {
        Ok(()) => return Ok(page.see_other("/account/email?sent=1")),
        Err(FlowError::Rejected(ChangeEmailError::WrongPassword)) => {
            view.current_problem = Some(CurrentProblem::Wrong);
        }
        Err(FlowError::Rejected(ChangeEmailError::Wait(budget))) => {
            return Err(page.too_many(budget));
        }
        Err(FlowError::Rejected(ChangeEmailError::Address(problem))) => {
            view.address_problem = Some(AddressProblem::Field(new_account::email_problem(problem)));
        }
        Err(FlowError::Rejected(ChangeEmailError::Same)) => {
            view.address_problem = Some(AddressProblem::Same);
        }
        Err(FlowError::Rejected(ChangeEmailError::EnoughMails(consumed))) => {
            page.record_limit(consumed);
            view.enough = true;
            status = StatusCode::TOO_MANY_REQUESTS;
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    }
    Ok(page.html(status, &view))
}

/// `GET /account/email/confirm`: stores the token of the link at the new address, shows the button.
pub async fn show_confirm(page: &Page) -> Answer {
    show_link(page, &CONFIRM).await
}

/// `GET /account/email/undo`: stores the token of the link at the former address, shows the button.
pub async fn show_undo(page: &Page) -> Answer {
    show_link(page, &UNDO).await
}

/// A page that a mail link leads to.
struct Turn {
    purpose: EmailPurpose,
    path: &'static str,
    asks: StepKind,
    done: StepKind,
}

const CONFIRM: Turn = Turn {
    purpose: EmailPurpose::Change,
    path: "/account/email/confirm",
    asks: StepKind::ConfirmMove,
    done: StepKind::Moved,
};
const UNDO: Turn = Turn {
    purpose: EmailPurpose::Undo,
    path: "/account/email/undo",
    asks: StepKind::ConfirmUndo,
    done: StepKind::Undone,
};

async fn show_link(page: &Page, turn: &Turn) -> Answer {
    let params = page.query()?;
    if let Some(token) = mail_link::token(&params)? {
        return follow(page, token, turn.path);
    }
    if !text(&params, "done")?.is_empty() {
        return Ok(page.html(StatusCode::OK, &status_page(page, turn.done, None, None)));
    }
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let looked = email_link::peek(&page.context.core, &token, turn.purpose).await;
    let (link, _) = looked.map_err(invalid_link)?;
    let view = status_page(page, turn.asks, None, Some(link.email));
    Ok(page.html(StatusCode::OK, &view))
}

pub async fn confirm(page: &Page, payload: Payload) -> Answer {
    let token = followed(page, payload).await?;
    let moved = change_email::confirm(&page.context, &token, page.caller()).await;
    moved.map_err(invalid_link)?;
    Ok(finished(page, &CONFIRM))
}

pub async fn undo(page: &Page, payload: Payload) -> Answer {
    let token = followed(page, payload).await?;
    let restored = change_email::undo(&page.context, &token, page.caller()).await;
    restored.map_err(invalid_link)?;
    Ok(finished(page, &UNDO))
}

async fn followed(page: &Page, payload: Payload) -> Result<String> {
    page.form(payload).await?;
    Ok(page.followed_link().ok_or(ErrorKind::LinkInvalid)?)
}

fn finished(page: &Page, turn: &Turn) -> HttpResponse {
    let response = page.see_other(&format!("{}?done=1", turn.path));
    clear_token(page, response)
}

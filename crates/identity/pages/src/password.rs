//! `GET|POST /account/password`: password change with the current password.

use actix_web::http::header::LOCATION;
use doorward_accounts::password::{self, Change, ChangePasswordError};
use doorward_accounts::password_source;
use doorward_templates::AccountFields;
use doorward_templates::new_password::{CurrentProblem, NewPassword, PasswordChangeProof};

use super::password_reset::{form_fields, read};
use super::prelude::*;

const PATH: &str = "/account/password";

/// `GET /.well-known/change-password` (W3C, "A Well-Known URL for Changing Passwords").
pub async fn well_known() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((LOCATION, PATH))
        .finish()
}

pub async fn get(page: &Page) -> Answer {
    let (signed_in, factors) = page.account_holder_with_factors(PATH).await?;
    if factors.is_due_for_change(&page.context, &signed_in) {
        return Ok(page.see_other(&format!("/login?next={PATH}")));
    }
    if !signed_in.user.has_password() {
        // The form requires the current password. Mail sets the first one.
        let core = &page.context.core;
        let elsewhere = password_source::managed(core, signed_in.user.id).await?;
        let can_mail = core.config.can_mail() && elsewhere.is_none();
        return Ok(page.see_other(if can_mail {
            "/forgot-password"
        } else {
            "/account/security"
        }));
    }
    let mut view = form(page, &signed_in);
    view.next = account_path(text(&page.query()?, "next")?).unwrap_or_default();
    Ok(page.html(StatusCode::OK, &view))
}

fn form(page: &Page, signed_in: &SignedIn) -> NewPassword {
    NewPassword {
        layout: page.layout(),
        flow: String::new(),
        proof: PasswordChangeProof::Current,
        username: signed_in.user.login_identifier().to_owned(),
        current_problem: None,
        fields: AccountFields::default(),
        min_length: page.context.core.config.passwords.min_length,
        others: true,
        next: String::new(),
    }
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.signed_in().await?.ok_or(ErrorKind::FlowExpired)?;
    let signed_in = page.strong_enough(signed_in, PATH).await?;
    if factors::is_due_for_change(&page.context, &signed_in).await? {
        return Ok(page.see_other(&format!("/login?next={PATH}")));
    }
    let change = Change {
        current: Secret::from(text(&fields, "current_password")?),
        new: read(&fields)?,
        end_others: !text(&fields, "others")?.is_empty(),
        keep: None,
    };
    let mut view = form(page, &signed_in);
    view.others = change.end_others;
    view.next = account_path(text(&fields, "next")?).unwrap_or_default();
    if change.current.expose().is_empty() {
        view.current_problem = Some(CurrentProblem::Missing);
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    mail_link::admit(page).await?;
    match password::change(&page.context, &signed_in, &change, page.caller()).await {
        Ok(session) => {
            let response = page.see_other(match view.next.as_str() {
                "" => "/account?done=password",
                next => next,
            });
            return Ok(with_session(page, response, &session));
        }
        Err(FlowError::Rejected(ChangePasswordError::WrongPassword)) => {
            view.current_problem = Some(CurrentProblem::Wrong);
        }
        Err(FlowError::Rejected(ChangePasswordError::Wait(budget))) => {
            return Err(page.too_many(budget));
        }
        Err(FlowError::Rejected(ChangePasswordError::Problems(problems))) => {
            view.fields = form_fields(&problems);
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    }
    Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view))
}

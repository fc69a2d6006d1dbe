//! `GET|POST /register`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use doorward_accounts::new_password::AccountErrors;
use doorward_accounts::register::{self, Origin, RegisterError, Registered};
use doorward_oauth::authorize::types::ActiveInteraction;
use doorward_services::error::FlowError;
use doorward_templates::field_error::{AccountFields, FormProblem};
use doorward_templates::{ErrorKind, Register};
use doorward_web::page::{Page, PageError};

use super::new_account;
use super::sign_in_response::after_sign_in;
use super::verify_email::with_flow;

/// Shows the form.
pub async fn get(page: &Page) -> Result<HttpResponse, PageError> {
    if !page.context.core.config.registration.enabled {
        return Err(ErrorKind::RegistrationClosed.into());
    }
    let params = page.query()?;
    let resumed = page.interaction(&params).await?;
    if let Some(resumed) = &resumed {
        page.set_languages(&resumed.interaction.request.ui_locales);
    }
    Ok(form(
        page,
        resumed.as_ref(),
        new_account::empty_fields(page),
        StatusCode::OK,
    ))
}

fn form(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    fields: AccountFields,
    status: StatusCode,
) -> HttpResponse {
    let view = Register {
        layout: page.layout(),
        flow: resumed
            .map(|resumed| resumed.interaction.id.to_string())
            .unwrap_or_default(),
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        fields,
        min_length: page.context.core.config.passwords.min_length,
    };
    page.html(status, &view)
}

/// Creates the account.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let resumed = page.interaction(&fields).await?;
    if let Some(resumed) = &resumed {
        page.set_languages(&resumed.interaction.request.ui_locales);
    }
    let account = new_account::read(&fields)?;
    if let Err(retry_after) = page.admit_form().await {
        let mut shown = new_account::form_fields(page, &account, &AccountErrors::default());
        shown.form_problem = Some(FormProblem::TooManyTries { retry_after });
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Ok(form(page, resumed.as_ref(), shown, status));
    }
    let origin = Origin {
        interaction: resumed.as_ref().map(|resumed| resumed.interaction.clone()),
        before: page.session().await?,
    };
    match register::register(
        &page.context.core,
        &page.context.delivery,
        &page.context.accounts,
        account.clone(),
        &origin,
        page.caller(),
    )
    .await
    {
        Ok(Registered::SignedIn(session)) => after_sign_in(page, resumed, *session).await,
        Ok(Registered::CheckMail) => {
            let flow = resumed.as_ref().map(|resumed| &resumed.interaction.id);
            Ok(page.see_other(&with_flow("/verify-email?sent=1", flow)))
        }
        Err(FlowError::Rejected(RegisterError::Closed)) => {
            Err(ErrorKind::RegistrationClosed.into())
        }
        Err(FlowError::Rejected(RegisterError::Problems(problems))) => {
            let shown = new_account::form_fields(page, &account, &problems);
            Ok(form(
                page,
                resumed.as_ref(),
                shown,
                StatusCode::UNPROCESSABLE_ENTITY,
            ))
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

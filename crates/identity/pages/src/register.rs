//! `GET|POST /register`.

use doorward_accounts::new_password::AccountErrors;
use doorward_accounts::register::{self, Origin, RegisterError, Registered};
use doorward_templates::Register;
use doorward_templates::field_error::{AccountFields, FormProblem};

use super::new_account;
use super::prelude::*;
use super::verify_email::with_flow;

pub async fn get(page: &Page) -> Answer {
    if !page.context.core.config.registration.enabled {
        return Err(ErrorKind::RegistrationClosed.into());
    }
    let params = page.query()?;
    let resumed = page.interaction(&params).await?;
    let fields = new_account::empty_fields(page);
    Ok(form(page, resumed.as_ref(), fields, StatusCode::OK))
}

fn form(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    fields: AccountFields,
    status: StatusCode,
) -> HttpResponse {
    let view = Register {
        layout: page.layout(),
        flow: flow_text(flow_of(resumed)),
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        fields,
        min_length: page.context.core.config.passwords.min_length,
    };
    page.html(status, &view)
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let resumed = page.interaction(&fields).await?;
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
    match register::register(&page.context, account.clone(), &origin, page.caller()).await {
        Ok(Registered::SignedIn(session)) => after_sign_in(page, resumed, *session).await,
        Ok(Registered::CheckMail) => {
            let flow = flow_of(resumed.as_ref());
            Ok(page.see_other(&with_flow("/verify-email?sent=1", flow)))
        }
        Err(FlowError::Rejected(RegisterError::Closed)) => {
            Err(ErrorKind::RegistrationClosed.into())
        }
        Err(FlowError::Rejected(RegisterError::Problems(problems))) => {
            let shown = new_account::form_fields(page, &account, &problems);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form(page, resumed.as_ref(), shown, status))
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

//! `GET|POST /setup`: creation of the first administrator, once. The next steps are pages of the
//! console.

use doorward_accounts::setup::{self, SetupError};
use doorward_accounts::setup_token;
use doorward_templates::Setup;
use doorward_templates::field_error::AccountFields;

use super::new_account;
use super::prelude::*;

/// The first page of the console for the operator.
const NEXT: &str = "/admin/setup";

/// Returns the error for an invalid token: the page does not exist if there is an administrator, and
/// otherwise names the command that creates a link. The first visitor cannot take over.
async fn invalid_token(page: &Page) -> PageError {
    match setup_token::is_needed(page.context.core.db.read()).await {
        Ok(true) => ErrorKind::SetupLink.into(),
        Ok(false) => ErrorKind::NotFound.into(),
        Err(error) => ServerError::from(error).into(),
    }
}

/// Shows the form if the URL has the single-use token.
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let token = text(&params, "token")?;
    if !setup::is_open(&page.context.core, token).await? {
        return Err(invalid_token(page).await);
    }
    // `doorward init` adds the address to its link.
    let fields = AccountFields {
        email: text(&params, "email")?.to_owned(),
        ..new_account::empty_fields(page)
    };
    Ok(form(page, token, fields, StatusCode::OK))
}

fn form(page: &Page, token: &str, fields: AccountFields, status: StatusCode) -> HttpResponse {
    let view = Setup {
        layout: page.layout(),
        token: token.to_owned(),
        fields,
        min_length: page.context.core.config.passwords.min_length,
    };
    page.html(status, &view)
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let token = text(&fields, "token")?;
    mail_link::admit(page).await?;
    let account = new_account::read(&fields)?;
    match setup::complete(&page.context, token, &account, page.caller()).await {
        Ok(session) => Ok(with_session(page, page.see_other(NEXT), &session)),
        Err(FlowError::Rejected(SetupError::Link)) => Err(invalid_token(page).await),
        Err(FlowError::Rejected(SetupError::Problems(problems))) => {
            let shown = new_account::form_fields(page, &account, &problems);
            Ok(form(page, token, shown, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}
